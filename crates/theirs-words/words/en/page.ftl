# The pages that clients see. Reading age about 12.

## Everywhere

skip = Skip to the page
foot = This page loads nothing from anybody else. It sets a cookie for your visit, and one for your language if you choose it.
foot-questions = Questions about your data:
foot-number = Your number with us is { $person }. Our promise is version { $charter }.
language = Language
list-end = { $first } and { $last }
yes = Yes
no = No
moment = { $date }, { $time }
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
later = Later
earlier = Earlier
page-of = Page { $page } of { $pages }
pages = Pages
back-to-me = Back to your data

## The way in

welcome = Your data is yours
welcome-lead = Here you can see all that we know about you, put it right, and see who used it.
address = Your e-mail address, as you gave it to us
send-link = Send me a link
link-goes = The link goes to that address and nowhere else. You need no password.
no-marketing = No marketing
no-marketing-lead = To say no to marketing you need not show who you are.
your-address = Your e-mail address
no-marketing-send = No marketing with my data
asked = Look at your e-mail
asked-lead = If we know this address, a message is on its way to it. It holds a link and a code. Open the link in this browser, or type the code here.
asked-code = The code, six digits
open-my-page = Open my page
asked-none = No message? Look among unwanted mail, or
asked-another = try another address
asked-write = If nothing helps, write to
knock = Open your page
knock-lead = Your link works once. Press the button to see all that we know about you.

login-way = Or sign in as you do in our shop
login-ended = Please sign in again
login-ended-text = You stopped it, were away too long, or came back in another browser. Nothing was shown.
login-unknown = We do not know this account
login-unknown-text = You are signed in, but nothing here is surely yours under this account. Use a link by e-mail, or write to us.
login-failed = Signing in did not work
login-failed-text = The shop's login does not answer as it should just now. Try again later, or use a link by e-mail.
passkey-way = Or open it with a passkey of this device
passkey = Open your page with a passkey
passkey-lead = If you made a passkey on your page, your device opens it: with your finger, your face or its code.
passkey-use = Open my page with a passkey
passkey-unknown = This passkey does not open a page here. Ask for a link instead.
passkey-failed = That did not work, or you stopped it. Try again, or use a link by e-mail.
passkey-script = Your browser runs no scripts here, and a passkey needs one. A link by e-mail needs none.
passkey-other-way = Another way
passkeys = Your passkeys
passkeys-lead = A passkey lets this device open your page, with your finger, your face or its code. It shows you everything, and you need not wait for an e-mail. We keep a number of it that opens nothing by itself.
passkey-make = Make a passkey on this device
passkeys-none = You have no passkey here yet.
passkey-made = Made on { $day }.
passkey-used = Used last on { $day }.
passkey-remove = Remove it
passkey-not-made = The passkey was not kept. Try again; you can have ten at most.
me-passkeys = Open this page without e-mail:
me-passkeys-link = your passkeys

me-letter = Or ask for a code by post: it comes to the address we have for you, and shows you everything here.
me-letter-ask = Send me a code by post
me-letter-code = The code from our letter
me-letter-use = See everything
letter-sent = A letter is on its way
letter-sent-text = It comes to your postal address and holds a code of ten digits. Type it on your page within 30 days. One letter a week is all that we send.
letter-wrong = This code does not work. It works once, for 30 days. After five wrong ones, ask for another letter.

## Messages of a few words

nowhere = There is no such page
nowhere-text = Check the address.
not-so = This does not work
not-so-text = This address cannot be opened in this way. Go back to your page and try again.
expired = Please ask for a new link
expired-text = Your link or your visit has ended. Links work once, for ten minutes. Ask us for a new one.
wait = Please wait a minute
wait-tries = Too many links that do not work were tried. Please wait a minute and try again. Your own link still works.
wait-tokens = Too many wrong names or tokens were tried. Please wait a minute and try again. The right token still works.
wait-busy = Very many people ask for a link just now. Please wait a minute and try again.
unknown = We do not know what you mean
unknown-text = What you want to change is not among what we hold or do. Nothing was changed. Go back to your page, load it again and try once more.
unreadable = We could not read this form
unreadable-long = What you wrote is too long. Nothing was changed. Please write less.
unreadable-missing = Something was missing in what your browser sent. Nothing was changed. Go back to your page, load it again and try once more.
failed = Sorry
failed-text = Something went wrong on our side. Nothing was changed. Please try again.
foreign = Nothing was done
foreign-text = This did not come from our own page, so nothing was done. Open your link, or go back to your page and try again.
wrong-address = This is the wrong address
wrong-address-text = This address is not the one of our pages. Use the link as we sent it to you.
other-browser = Open this where you asked
other-browser-text = This link works only in the browser where it was asked for. Open it there, or type the code from the message there. If you did not ask for it, do nothing: somebody else did, and it is of no use to them.
needs-more = We have to be more sure
needs-more-text = You came by a link in an e-mail. For this we have to be more sure that it is you, so nothing was done. Press "Ask to see everything" at the top of your page: it takes a day. Or ask us in person.
wrong-code = This code does not work. Codes work once, for ten minutes, in the browser where you asked. After five wrong ones, ask for a new link.
stopping = We stop it
stopping-text = If we know this address, no marketing is done with the data of whoever uses it from now on, and we look at nobody of them for it. A message to the address says so. You need do nothing more.
unsubscribe = Stop these messages
unsubscribe-lead = Press the button, and we do this with your data no more. You need not sign in.
unsubscribe-do = Stop it
unsubscribed = We stopped it
unsubscribed-text = From now on your data is not used for this. If you want it again, say so on your page.
unsubscribe-not = This link does not work
unsubscribe-not-text = It is not whole, so nothing was done. Open it again from the message, or say no to all marketing on our front page. There you need not sign in either.
why = Why did I get this?
why-lead = Your own page says what was decided for you and why, and what we looked at. We ask who you are first, so that nobody else reads it.
why-signed-in = I have my page open in this browser: show me
tomorrow = Come back tomorrow
tomorrow-text = We wrote to your address that somebody wants to see everything. Ask for a link again in 24 hours or later: it then shows you all of it. This gives you time to stop us if it was not you.
stopped = We stopped it
stopped-text = Nobody can see all of your data by e-mail alone now, and every visit to your page has ended, this one too. Ask for a link to come back. If somebody else reads your e-mail, change its password.
left = You have left your page
left-text = Nobody can open it from here now.
three-days = Please wait three days
three-days-text = Your e-mail address was changed lately. So that nobody else takes your data home, we give out no copy before { $until }. We wrote of it to the old address. You still see all of it on your page.
not-changed = Not changed: what you typed for “{ $column }” { $expected }.
not-changed-long = Not changed: please say it in at most 500 letters.
not-sent-empty = Not sent: please say in a few words what you would like.
not-sent-many = Not sent: ten things that you asked wait for our answer already.
not-sent-long = Not sent: please say it in at most 2,000 letters.
only-entry = This is the only entry we have of you, so there is nothing to take away. If it is not about you, write to us.

## The person's page

me = Your data
me-leave = Leave
me-lead = This is all that we know about you, where we have it from, what we use it for, and what was done with it. If something is wrong, put it right here. If you do not want something, say no.
me-withheld = { $count ->
    [one] We hold one more entry that may be yours. It is not shown, because it may be about somebody else.
   *[other] We hold { $count-shown } more entries that may be yours. They are not shown, because they may be about somebody else.
} If you gave us another e-mail address, telephone number or client number, write to { $contact }, and we look at it together.
me-by-mail = You came by a link in an e-mail. To see and take home everything, to change how we reach you, or to erase all of it, we have to be more sure that it is you.
me-by-mail-hidden = You came by a link in an e-mail, so the most private values are hidden (•••). To see and take home everything, to change how we reach you, or to erase all of it, we have to be more sure that it is you.
me-more = Ask to see everything
me-waits = On { $since } somebody who reads your e-mail asked to see everything. A link that we send you 24 hours later or more, within a week, allows it.
me-waits-stop = It was not me: stop this
me-on-this-page = On this page
me-known = What we know
me-used = What we use it for
me-history = History of your data
me-did = What you did with us
me-from = Where it comes from
me-ask = Ask us
me-take = Take it home
me-erase = Erase everything

known = What we know about you
your-word = your word
use-nothing = We use nothing here
contested-unused = You said that this may be wrong, so we do not use it. It { $stage }, since { $since }.
contested = You said that this may be wrong. It { $stage }, since { $since }.
says = { $source } says “{ $value }”, { $origin }, since { $since }.
not-admitted = We do not use this.
overruled = Heard, but we go by what stands above.
known-lead = Each value says how we know it. Open it to see what we use it for, who was given it, and how long we keep it.
area-contact = How to reach you
area-you = About you
area-home = Your home and family
area-money = Money
area-bought = What you bought
area-visits = What you looked at and did
area-likes = What you like
area-guesses = What we or others guess
area-delicate = Health and beliefs
area-numbers = Your numbers with us
how-you = You told us here, on { $since }.
how-stated = You told us: { $source }, { $since }.
how-observed = We noted it: { $source }, { $since }.
how-derived = We worked it out: { $source }, { $since }.
how-inferred = We guessed it: { $source }, { $since }.
how-outside = We got it from { $source }, on { $since }.
about = Why we have it, and who sees it
about-from = Where it comes from
about-used = What we use it for
about-given = Who was given it
about-next = Who may be given it next
about-kept = How long we keep it
given-on = { $name }, last on { $day }
given-nobody = Nobody so far.
may-go-nobody = Nobody.
kept = We keep it { $kept }.
kept-until = We keep it { $kept }, so not less than until { $day }.
unused = You stopped the use of this on { $day }. We use it for nothing until you allow it again.
stop-using = Stop using
stop-using-this-one = Stop using: { $column }
use-again = Allow its use again
use-again-this-one = Allow its use again: { $column }
not-yours-to-say = You did not choose this value, so one of us looks at what you say. Until then we do not use it.
propose = Say what is right
contested-proposed = You say that it is “{ $value }”.
change-not-yet = To change this we have to be more sure that it is you.
did-wrong = Something here is wrong? Tell us.
slip-title = Not done yet:
slip-there = Go to the field
done-there = See it
done-changed = Changed: { $what }.
done-proposed = Noted: { $what }. One of us looks at what you say. Until then we do not use it.
done-contested = Noted: { $what }. We do not use it until one of us has looked.
done-right-after-all = Noted: { $what } is right after all. All is as it was before.
done-unused = Stopped: { $what }. We use it for nothing from now on.
done-used-again = Allowed: { $what }. We may use it again.
done-deleted = Deleted: { $what }.
done-held = On hold from now on: { $what }
done-released = No longer on hold: { $what }
done-stopped = Stopped from now on: { $what }
done-allowed = Allowed again: { $what }
done-yes = You said yes: { $what }.
done-no = You took your yes back: { $what }.
done-asked = Sent. A person reads it and answers on this page.
done-apart = Taken away: that entry is not joined with yours any more.
used-for-nothing = Not used for anything.
used-for = Used for this: { $purposes }
used-how = { $purpose } ({ $how })
wrong = Wrong?
right-value = The right value
right-date = The right day, as 1999-12-31 or 31 December 1999
put-right = Put it right
right-after-all = It is right after all
what-is-wrong = Or what is wrong, if you cannot say what is right
do-not-use = Do not use it until you have checked

used = What we use your data for
may-do = We may do this { $basis }.
may-go-to = Your data may go to { $recipients }.
goes-to-nobody = Your data goes to nobody else.
not-with-yours = We do not do it with your data: { $because }.
allow-again = Allow this again
stop = Stop this
end-hold = End the hold on this
put-on-hold = Put this on hold
say-yes = Say yes to: { $topic }
take-back-yes = Take back my yes to: { $topic }
still-wrong = You need not agree with us. Say why, and your words are kept beside your data. You may also complain to { $authority }, or go to court.
still-wrong-write = Write to us
address-new = Is this your address?
address-lead = We sent a message with a code to { $address }. Type the code here within ten minutes. Until then nothing is changed.
address-code = The code in the message
address-mine = This is my address
address-back = Back to your page
address-wrong = That is not the code. After five wrong ones you have to begin again.
address-many = Too many codes
address-many-text = We sent you several codes in the last hour. Please try again later. Nothing was changed.
address-over = This code counts no more
address-over-text = It is too old, or too many wrong ones were typed. Nothing was changed. Give your new address once more on your page.
stop-all = Stop all marketing with my data
stop-all-how = At once. You need not say why.
allow-marketing = Allow marketing with my data again
allow-marketing-how = We do no marketing with your data: we were told not to. What you stopped by itself above stays stopped.
allow-sale = Allow it again
allow-sale-how = We neither sell nor share your data, nor show you ads elsewhere with it: you, or a signal of your browser (Global Privacy Control), told us not to.
no-sale = Do not sell or share my data
no-sale-how = A signal of your browser (Global Privacy Control) says the same.
end-all-hold = End the hold on my data
end-all-hold-how = Nothing of yours is used for anything now. We keep it, and you can still see it here.
hold-all = Put everything on hold
hold-all-how = We keep your data and use it for nothing, not even for what you ordered, until you end this.

history-lead = Each line stands in a log that nobody can change without being found out, not even us.
history-none = Nothing was done with your data yet.
history-weeks = Week by week
history-from = From { $day }
history-all = All of it, line by line ({ $count-shown })
history-latest = The latest
history-each = Each of them
history-week = { $count ->
    [one] In the week from Monday, { $day }: one line.
   *[other] In the week from Monday, { $day }: { $count-shown } lines.
}
history-week-only = { $count ->
    [one] In the week from Monday, { $day }: one line, only what was { $sort }.
   *[other] In the week from Monday, { $day }: { $count-shown } lines, only what was { $sort }.
}
history-lines = { $count ->
    [one] One line.
   *[other] { $count-shown } lines.
}
history-lines-only = { $count ->
    [one] One line, only what was { $sort }.
   *[other] { $count-shown } lines, only what was { $sort }.
}
history-show-only = Show only
history-every = all
history-every-week = every week
history-none-of-that = Nothing of that was done with your data.

did-outside = It comes from outside. We do not use this.
did-all = All { $count-shown }
did-lines = { $count ->
    [one] One line.
   *[other] { $count-shown } lines, the latest first.
}

household = { $others ->
    [one] We worked out that you may live with one other person we know: you share { $shares }. We use this for nothing, and show neither of you the data of the other.
   *[other] We worked out that you may live with { $others-shown } other people we know: you share { $shares }. We use this for nothing, and show neither of you the data of the other.
}
joined = { $count ->
    [one] We have one entry that is yours.
   *[other] We joined { $count-shown } entries because they look like yours.
}
source-since = since { $since }.
very-sure = Very sure that it is yours.
sure = Sure that it is yours.
not-sure = Not sure that it is yours.
set-beside = We set it beside the entry of { $source }.
not-me = This is not me
not-me-lead = We take this entry away from your data at once, and never join it with yours again. If it holds the address that you come here by, we can send no link to that address any more. If you press this by mistake, write to { $contact }.
not-me-do = Take it away

you-asked = On { $came } you asked { $asked }.
request-answered = We answered on { $day }.
request-refused = We said no on { $day }.
request-waiting = We asked you something, and wait for your answer.
request-due = We answer by { $day }.
we-said = We said: “{ $text }”
read-when-sure = You can read what we said once we are more sure that it is you.
takes-longer = It takes us longer than we hoped.
i-ask = I ask
in-your-words = In your words
send = Send
ask-how = A person reads it and answers here, by the day that stands beside it. If you are not content, you may complain to { $authority }, or go to court.
some-authority = the data protection authority where you live
take = A copy of all this, with all that the law asks us to tell you:
take-page = as a page to read and print
take-programs = or for programs
take-json = as JSON
take-or = or
take-csv = as a table (CSV)
take-elsewhere = With it you can take your data to another firm.
take-history = What we did with your data:
take-history-page = the history to read
take-and = and
take-proofs = the file with the proofs
take-checks = Anyone can check with it that each use is in the log and that none was left out.
take-from = Your e-mail address was changed lately. So that nobody else takes your data home, you can take a copy from { $until } on. We told the old address.
take-not-yet = You can take a copy of everything once we are more sure that it is you: press "Ask to see everything" above.
erase-lead = You can have all of this erased. We ask you once more before we do it.
erase-do = Erase all my data
erase-not-yet = You can have all of this erased once we are more sure that it is you: press "Ask to see everything" above.

## Erasing

erase = Erase all your data?
erase-text = We erase all that we know about you. We cannot bring it back.
erase-now = From the next moment on nobody here sees or uses it.
erase-day = Within 24 hours it is gone from our files.
erase-law = If the law tells us to keep some of it, we say what and until when. We use that for nothing else.
erase-told = We tell those whom we gave your data.
erase-code = We keep a code that stops our files from bringing you back. It does not say who you are.
erase-receipt = On the next page you get a receipt: save it. If we have your e-mail address, we send the same there once, within a day, and then forget the address.
erase-yes = Yes, erase everything
erase-back = No, go back to my page
erased = Your data is erased
erased-lead = Please keep this page: print it or save it. We cannot show it again.
erased-sent = We send the same to your e-mail address, once. Then we forget the address.
erased-proofs = For half an hour you can also save, from here,
erased-on = We erased your data on { $at }, because { $ground }.
erased-records = { $count ->
    [one] { $source }: 1 entry erased.
   *[other] { $source }: { $count-shown } entries erased.
}
erased-activities = { $activity }: { $count-shown } erased.
erased-acts = Your corrections and choices: { $count-shown } erased.
erased-until = Nothing we do uses your data any more. The last byte is gone from our files by { $until }.
erased-kept = We have to keep some of it until { $until }: { $what }. { $says } We use it for nothing else.
erased-tell-recipient = We tell { $recipient }, whom we gave your data, to erase it too.
erased-tell-source = We tell those who keep “{ $source }” to erase it there too.
erased-return-kept = Of all else we keep nothing, only a code that keeps our files from bringing you back by mistake. If you want to come back, tell us, and we let you in again.
erased-return = We keep no data about you, only a code that keeps our files from bringing you back by mistake. If you want to come back, tell us, and we let you in again.
erased-beside = What was done with your data until then stands in { $file }.
erased-record = This is on record as { $use } in our log, which nobody can change.

## One value

deleted = You had this deleted on { $day }. We hold nothing here. If somebody brings it again, we leave it out.
tell-again = Tell us again
delete-this = Delete
delete-this-one = Delete: { $column }
delete = Delete your { $what }?
delete-lead = We delete all that we hold of it, wherever we have it from. We cannot bring it back.
delete-holds = { $count ->
    [one] “{ $source }”: it goes from one entry.
   *[other] “{ $source }”: it goes from { $count-shown } entries.
}
delete-gone = “{ $source }” knows you by this alone. So { $count ->
    [one] that entry goes too, with all that belongs to it.
   *[other] those { $count-shown } entries go too, with all that belongs to them.
}
delete-gone-did = { $count ->
    [one] “{ $activity }”: one line goes with it.
   *[other] “{ $activity }”: { $count-shown } lines go with it.
}
delete-address = We can then send no link to this address. If we know no other, ask us for one in person.
delete-told = We tell those whom we gave it, and those who gave it to us.
delete-code = If one of them brings it again, we leave it out. For that we keep a code. It does not say what it was.
delete-yes = Yes, delete it
not-deleted-nothing = Not deleted: we hold nothing here.
not-deleted = Not deleted: { $because }. What you can do: { $change }.
me-withheld-ask = Or ask us here.

## What you agreed to

agreed-keep = A receipt of what you said, to keep:
agreed-read = to read
agreed-programs = for programs
agreed = What you agreed to
agreed-with = What you agreed to with { $organisation }
agreed-lead = A receipt for you to keep, made on { $made }. Its number is { $number }.
agreed-nothing = You agreed to nothing, and took nothing back.
agreed-event = { $at }: { $what }.
agreed-logged = In our log as { $use }, entry { $leaf-shown }.
agreed-noted = In our log as { $use }.
agreed-told = So says { $source }.
agreed-data = The data: { $data }.
agreed-back = You can take a yes back at any time: on your page, under “What we use it for”, or by a word to { $contact }.
agreed-numbers = You are { $person } here. Our promise was then { $charter }. The number of this record is { $number }.
agreed-form = The fields of the file for programs are those of ISO/IEC TS 27560:2023. Questions: { $contact }.

## Others who had a wrong value

told-changed = Changed in { $name } on { $done }.
told-not-changed = Not yet changed in { $name }.
told-on = { $name } had the old value; told on { $told }.
told-done = { $name } had the old value; told on { $told }, done on { $done }.
told-done-only = { $name } had the old value; done on { $done }.
told-not-yet = { $name } had the old value; not told yet.

## What campaigns decided

decided-why = Why did I get this?
decided-lead = What we send you is picked by a rule or by lot. Nobody here picked you by hand. You can ask one of us to look at it, below.
decided-got = On { $day }, "{ $campaign }" picked this for you: { $action }.
decided-nothing = On { $day }, "{ $campaign }" picked nothing for you.
decided-lot = It was drawn by lot, with a chance of { $chance } in 100. Nothing we know of you would have changed it.
decided-are-control = You were drawn by lot as one of those who get nothing. Nothing we know of you would have changed it.
decided-control = Of 100 people, { $share } get nothing, so that we can see if this does any good.
decided-because = Why you: { $because }
decided-change = What would have changed it: { $change }
decided-no-outside = Data from outside played no part.
decided-outside = Without data from outside it would have been: { $what }.
decided-looked = It looked at: { $what }.
