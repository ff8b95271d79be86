# The notice: what everybody is told of what we hold and do. Reading age about 12.

notice = What we do with your data
notice-lead = This is what { $name } holds about its clients, what for, and who gets it. It is made from the rules that our systems keep to. Beside each promise you read what was really done.
contents = In this paper
notice-short = In short
notice-short-uses = { $count ->
    [one] We use your data for one thing. It is told below.
   *[other] We use your data for { $count-shown } things. Each is told below.
}
notice-short-given = We give data to { $names }, and to nobody else.
notice-short-nobody = We give your data to nobody.
notice-short-inside = We hold nothing about you that came from outside.
notice-short-outside = { $count ->
    [one] We hold one set of data that did not come from you or from what you did with us. No use is made of it.
   *[other] We hold { $count-shown } sets of data that did not come from you or from what you did with us. No use is made of them.
}
notice-short-tested = { $count ->
    [one] We hold one set of data that did not come from you or from what you did with us. We only test whether it would help. No other use is made of it.
   *[other] We hold { $count-shown } sets of data that did not come from you or from what you did with us. We only test whether they would help. No other use is made of them.
}
notice-short-admitted = Some of what we hold did not come from you or from what you did with us: { $count ->
    [one] one set of data
   *[other] { $count-shown } sets of data
}. Use is made of { $used-shown }. It is told below.
notice-short-page = You have a page with all your data. There you can see who used it, put it right, say no, or have it erased.
notice-no = You can say no
notice-no-text = You may say no to marketing at any time. You need no reason, it costs nothing, and we stop at once. Do it on the front page of this site, on your own page, or by a word to us.
notice-no-signal = If your browser sends the signal Global Privacy Control, we take that as a no to selling and sharing your data.
notice-complain = Whom you may complain to
notice-kinds = What we hold
notice-kinds-lead = These are the kinds of data that we may hold about our clients. What we hold about you stands on your own page.
notice-used = Used for
notice-used-nothing = nothing
notice-used-choices = keeping to what you chose
notice-used-joining = putting your entries together
notice-got = How we got it
notice-place-outside = { $called } ({ $kind }, not used)
notice-place-admitted = { $called } ({ $kind })
notice-joining = Putting your entries together
notice-joining-text = You may be in several of our lists: at the till, in the web shop, among our letters. We compare names, addresses and numbers to find which entries are yours. Where we are not sure, your page does not show them. Your page says why each entry was taken as yours, and you can send one away.
notice-used-lead = We use your data for this, and for nothing else.
notice-held-stopped = We have stopped this. It is not done.
notice-held-not-begun = This has not begun. It starts only when two of our teams have said yes and you were told.
notice-receiver-stopped = We have stopped this. They are given nothing.
notice-receiver-not-begun = This has not begun. They are given nothing until two of our teams have said yes.
notice-sees = It looks at: { $list }.
notice-sees-groups = It looks at nobody alone, only at groups of { $count-shown } people or more, by: { $list }.
notice-sees-trial = Nobody looks at any of it. A machine tests until { $ends } whether the data from “{ $called }” would help, and says only yes or no. It tests with: { $list }.
notice-sees-nothing = It looks at nothing by name.
notice-sees-activity = of “{ $called }”: { $columns }
notice-age = It leaves out who is younger than { $age-shown }.
notice-to = It may give data to { $names }.
notice-to-nobody = It gives your data to nobody.
notice-may-object = You may say no to this at any time, on your page.
notice-purpose-sold = This counts as selling or sharing in law. A no to selling stops it.
notice-purpose-sold-on = This counts as selling or sharing in law. A no to selling in general does not stop it.
notice-needed-contract = You need not give us these data. But without them we cannot do what you ask of us.
notice-needed-law = A law asks us to hold these data.
notice-needed-not = You need not give us these data. If you do not, you miss this and nothing else.
notice-keeps = What this makes is kept for { $keep }. Who of us may use it: { $roles }.
notice-no-role = nobody yet
notice-done = Done so far: used { $uses ->
    [one] once
   *[other] { $uses-shown } times
}, with data of { $people ->
    [one] one person
   *[other] { $people-shown } people
}, last on { $last }.
notice-done-never = Done so far: never used.
notice-former = What we did before
notice-former-text = We no longer do this: { $names }. The history on your page still tells of it.
notice-machine = What a machine decides
notice-machine-some = A rule picks people where that is said above. It decides who gets an offer, and nothing that binds you or costs you money. You may ask why, say what you think, and have a person look at it.
notice-machine-other = A rule picks people where that is said above. You may ask why, say what you think, and have a person look at it.
notice-machine-none = No machine decides anything about you alone.
notice-located-address = None of these uses looks at where you are. The nearest to it that any of them looks at is your postal address. Those that look at what you may like are named above; each has a no.
notice-located-area = One of these uses looks at where you are, but only at your town or postal area. Those that look at what you may like are named above; each has a no.
notice-given = Who gets data
notice-no-receivers = We give data to nobody outside.
notice-sold = Some of this counts as selling or sharing in law: data go to somebody for their own ends, or you see ads elsewhere. You may say no to it on the front page, and by a signal of your browser.
notice-sold-partly = Some of this counts as selling or sharing in law: data go to somebody for their own ends, or you see ads elsewhere. A no to selling, on the front page or by a signal of your browser, does not stop all of it. Each use says whether you may say no to it.
notice-law-may-ask = A court or an authority may order us to hand data over. If the law lets us, you read that on your page.
notice-former-receiver = We gave it data before, and give it none now.
notice-given-count = Given so far: { $lists ->
    [one] one list
   *[other] { $lists-shown } lists
}, with data of { $people ->
    [one] one person
   *[other] { $people-shown } people
}, last on { $last }.
notice-given-never = Given so far: nothing.
notice-outside = Data from outside
notice-outside-none = All that we hold came from you, or from what you did with us. We buy no data.
notice-outside-kind = It came { $kind }.
notice-outside-unused = We only look whose it is, so that you see it on your page. It is locked away from every other use until tests show that it is needed, two of our teams say yes, and you were told.
notice-outside-tested = We test whether it would help. Nobody sees any of it, and only a yes or a no comes out. It is locked away from every other use until that test shows that it is needed, two of our teams say yes, and you were told.
notice-outside-used = A test showed that it is needed, two of our teams said yes, and we told who is in it. So we use it, for what is told above. You may say no on your page.
notice-outside-held = Held now: { $count ->
    [0] nothing
    [one] one entry
   *[other] { $count-shown } entries
}.
notice-outside-told = Whoever is in such data must hear of it from us within a month, or before our first message to them. Your page marks each value that came from outside.
notice-idle = Held and not used
notice-idle-text = No use is made of this now: { $names }. You may have it erased on your page.
notice-rights-lead = All of this is free. Most of it is done on your page at once.
notice-changes = When this changes
notice-changes-text = If we want to use your data for something new, we tell you before it starts. Each version of our promise is kept, and its number stands in a log that nobody can change without being found out.
notice-children = We do not set out to hold data about children. If you see some, tell us, and we erase it.
notice-children-held = Some of what we hold is data about children. It stands above, with what it is used for. If you see some that should not be there, tell us, and we erase it.
notice-practice = What was really done
notice-practice-count = In all: { $uses ->
    [one] one act
   *[other] { $uses-shown } acts
} on record, { $people ->
    [one] one person
   *[other] { $people-shown } people
} known, { $refusals ->
    [0] nothing refused
    [one] one wish of ours refused by the rules
   *[other] { $refusals-shown } wishes of ours refused by the rules
}.
notice-log = Anybody can check that log with programs that we did not write. How to do that stands under “Trust”.
notice-foot = Version { $charter }, in force since { $since }. This page was made by the same rules that guard your data.
notice-foot-draft = Version { $charter }, a draft that is not in force.
notice-link = What we do with data

## The page of trust

trust = You need not take our word for it
trust-link = Trust
trust-lead = What { $name } holds, does and refuses to do with data about people, and how you can check it.
trust-held = What we hold
trust-held-people = { $people ->
    [one] Data about one person.
   *[other] Data about { $people-shown } people.
}
trust-done = What we do with it
trust-what = What we do
trust-uses = How often
trust-people = People
trust-to = Given to
trust-nobody = nobody
trust-given = { $name }: { $times ->
    [one] once
   *[other] { $times-shown } times
}, data of { $people ->
    [one] one person
   *[other] { $people-shown } people
}
trust-given-never = { $name }: nothing so far
trust-approvals = Who had to say yes
trust-approvals-lead = What is new, risky or from outside does nothing until two people have said yes to it: one of our technical team and one of our marketing team. Each may take that back, and our privacy officer may stop anything. Each word of theirs stands in our log.
trust-approvals-what = What it is
trust-approvals-why = Why two people
trust-approvals-now = How it stands
trust-approvals-said = What was said
trust-approvals-role = What they may do: { $name }
trust-because-outside = its data come from outside
trust-because-trial = it tests data from outside
trust-because-new = it is new
trust-because-wider = it does more than at first
trust-because-trust = our own people may do more than at first
trust-because-risky = our own test finds it risky
trust-because-none = it needed no two people
trust-stands-agreed = both said yes
trust-stands-locked = both said yes; it is locked away until all else is there
trust-stands-keys = it waits for a yes, and does nothing
trust-stands-telling = it does nothing until those whom it is about were told
trust-stands-stopped = it was stopped, and does nothing
trust-said-nothing = nothing yet
trust-said-yes = yes from { $who } on { $day }
trust-said-back = { $who } took its yes back on { $day }
trust-said-stopped = { $who } stopped it on { $day }
trust-who-it = our technical team
trust-who-marketing = our marketing team
trust-who-privacy = our privacy officer
trust-refused = What we refuse
trust-not-located = None of our uses looks at where you are.
trust-located = One of our uses looks at where you are. The notice says which, and whether you may say no to it.
trust-located-address = None of our uses looks at where you are. The nearest to it that any of them looks at is your postal address.
trust-located-area = One of our uses looks at where you are, but only at your town or postal area.
trust-no-papers = To see your data we ask for no passport and no quiz: a message to an address that we know is enough.
trust-refusals = { $count ->
    [0] No wish of our own people had to be refused so far.
    [one] One wish of our own people was refused by the rules.
   *[other] { $count-shown } wishes of our own people were refused by the rules.
}
trust-answered = How fast we answer
trust-answered-lead = Most of what you ask for is done on your page at once: to see your data, to put them right, to say no, to have them erased. The rest waits for one of us.
trust-answered-none = Nobody had to wait for an answer so far.
trust-answered-count = { $count ->
    [one] One request was answered.
   *[other] { $count-shown } requests were answered.
} Half of them within { $median ->
    [0] a day
    [one] one day
   *[other] { $median-shown } days
}, the slowest within { $longest ->
    [0] a day
    [one] one day
   *[other] { $longest-shown } days
}.
trust-waiting = { $count ->
    [0] None waits now.
    [one] One waits now.
   *[other] { $count-shown } wait now.
} { $late ->
    [0] None is late.
    [one] One is late.
   *[other] { $late-shown } are late.
}
trust-checked = How to check it
trust-checked-lead = { $count ->
    [one] Our log has one entry.
   *[other] Our log has { $count-shown } entries.
} Each use of data is written there before its result leaves, and no entry can be changed or taken out unseen. It holds no data about anybody.
trust-key = The key of the log
trust-checkpoint = Where its newest state stands
trust-notice = What we do with data, for people and for programs
trust-witness = { $names } watches the log from elsewhere, and signs it only if it has grown and nothing else.
trust-no-witness = Nobody watches the log from elsewhere yet. Keep a receipt: an older one shows whether the log was changed.
trust-how = From your page you can take a receipt of all that was done with your data. It proves that each use shown is in the log, and that none was left out. Programs that we did not write can check it.
