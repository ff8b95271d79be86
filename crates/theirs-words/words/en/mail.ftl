# Messages to clients. A line that stands alone is a paragraph.

mail-on-record = On record as { $use }.
mail-why = Why did I get this? { $link }
mail-stop = No more of this, with one press: { $link }
mail-link = Your link to your page
mail-link-text =
    You asked for a link to your page. Open it in the browser where you asked:

    { $link }

    Or type this code there: { $code }

    Both work once, for ten minutes. Tell the code to nobody. If you did not ask, do nothing: nobody can open your page without this message.
mail-shared = About your page
mail-shared-text = Somebody asked for a link with this address. We have it for more than one person, so we show nobody's data through it: it might be the data of somebody else. Write to { $contact }, and we find another way with you.
mail-later = About your page
mail-later-text = Somebody asked for a link with this address. By itself it opens no page: we heard of it later than of other data, or from a form that anybody can fill in. Anybody can give us an address of theirs with the name of somebody else. Ask with another address that you gave us, the first one best. If you have none, write to { $contact }, and we find another way with you.
mail-other = About your page
mail-other-text = Somebody asked for a link with this address. We have heard of it, but now we go by another address. So this one opens no page. Ask with the other one. If you do not have it, write to { $contact }, and we find another way with you.
mail-all = Somebody wants to see all of your data
mail-all-text = Somebody who reads your e-mail asked to see all of your data on your page, and to take it home. From 24 hours on, for a week, a link that is sent to this address will allow that. If it was not you, ask for a link, and press "It was not me" on your page; or write to { $contact }.
mail-no-marketing = We stopped marketing with your data
mail-no-marketing-text = Somebody asked us, with this address, to do no marketing with your data. We stopped it at once. If it was not you and you want it again, say so on your page.
mail-post = A code goes to you by post
mail-post-text = Somebody who reads your e-mail asked for a letter with a code, to see all of your data on your page. The letter goes to your postal address. If it was not you, throw it away, and write to { $contact }.
letter = Your code
letter-text = You asked for a code to see all of your data on your page. Ask for a link by e-mail as you did before, open your page, and type this code there within 30 days. It works once.
letter-warning = Tell it to nobody. If you did not ask for it, throw this letter away, and write to { $contact }.
mail-confirm = A code for your new e-mail address
mail-confirm-text = Somebody gave this e-mail address as their new one, on the page of their data with us. If it was you, type this code there within ten minutes: { $code }. If it was not you, do nothing: then nothing is changed.
mail-changed = Your e-mail address was changed
mail-changed-text = On your page your e-mail address with us was changed, and this one is no longer used. For three days nobody can take a copy of your data home. If it was not you, write to { $contact } at once.
mail-deleted = Your e-mail address was deleted
mail-deleted-text = On your page this e-mail address was deleted: we do not keep it any more, and write to it no more after this message. For three days nobody can take a copy of your data home. If it was not you, write to { $contact } at once.
mail-erased = Your data is erased
mail-news = Something new about your data
mail-news-who = We are { $who }.
mail-news-stands = { $who } stands for us.
mail-news-source = We have data about you that did not come from you: { $what }.
mail-news-kinds = Of these kinds: { $kinds }.
mail-news-whence = Where it is from: { $called } ({ $kind }). { $acquired }
mail-news-source-now = Nobody uses it now. We may use it later, but only if it is needed, if two of us agree, and if you were told. This message tells you.
mail-news-uses = This is what it may be used for:
mail-news-no-use = None of our uses looks at it yet. Before one does, our notice says which, and why we may.
mail-news-use = What for: { $says }
mail-news-given = It may be given to: { $names }.
mail-news-given-nobody = We give it to nobody.
mail-news-receiver = { $name } ({ $role }, { $country })
mail-news-safe = { $receiver }, where this protects it: { $safeguard }
mail-news-kept = How long we keep it: { $kept }.
mail-news-source-no = You can say no. On your page you see what it says. There you can have it used for nothing, have it put right, have it deleted, or take a copy home: { $page } Or write to { $contact }.
mail-news-marketing = You may say no to marketing at any time. You need no reason, it costs nothing, and we stop at once.
mail-news-complain = You can also complain to { $authority }.
mail-news-notice = All that we hold and do stands in our notice: { $notice }
mail-news-purpose = We want to use your data for something new: { $says }
mail-news-purpose-why = We may, { $basis }. For this we look at { $seen }.
mail-news-no = You can say no. Do it on your page, with one press: { $page } Or write to { $contact }. If it is fine with you, you need not do anything.
mail-news-ask = On your page you see all that we hold of you, and what we do with it: { $page } If you do not like it, write to { $contact }.
mail-authority = the data protection authority where you live
