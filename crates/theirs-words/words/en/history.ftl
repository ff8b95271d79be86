# What was done with somebody's data, a sentence for each use.

deed-statement = { $By } looked at { $seen } among those of many people.
deed-decision = { $By } decided by a rule whether to send you something: { $what }.
deed-share = { $By } gave { $seen } to { $to }.
deed-message = { $By } wrote to you by e-mail, with { $seen }.
deed-message-by = { $By } wrote to you by e-mail, with { $seen }. It went by { $to }.
deed-access = { $By } opened your record to help you.
deed-own-access = You opened your record.
deed-opened-often = You opened your record { $count-shown } times that day.
deed-invitation-own = You asked for { $what }.
deed-invitation = { $By } made you a link to this page.
deed-receipt-own = You took a receipt of { $what }.
deed-receipt = { $By } made you a receipt of { $what }.
deed-report-own = You took a copy of all your data.
deed-report = { $By } made you a copy of all your data.
deed-correction-own = You corrected { $columns }.
deed-correction = { $By } corrected { $columns }.
deed-consent-yes-own = You said yes to { $topic }.
deed-consent-yes = { $By } noted that you said yes to { $topic }.
deed-consent-no-own = You said no longer yes to { $topic }.
deed-consent-no = { $By } noted that you said no longer yes to { $topic }.
deed-objection-yes-own = You said no to { $topic }.
deed-objection-yes = { $By } noted that you said no to { $topic }.
deed-objection-no-own = You said no longer no to { $topic }.
deed-objection-no = { $By } noted that you said no longer no to { $topic }.
deed-hold-yes-own = You said "not now" to { $topic }.
deed-hold-yes = { $By } noted that you said "not now" to { $topic }.
deed-hold-no-own = You said no longer "not now" to { $topic }.
deed-hold-no = { $By } noted that you said no longer "not now" to { $topic }.
deed-unused-yes-own = You had us stop using your { $topic }.
deed-unused-yes = { $By } noted that you want us to stop using your { $topic }.
deed-unused-no-own = You let us use your { $topic } again.
deed-unused-no = { $By } noted that we may use your { $topic } again.
deed-choice-own = You said something about: { $what }.
deed-choice = { $By } noted that you said something about: { $what }.
deed-contest-back-own = You no longer said that your { $columns } may be wrong.
deed-contest-back = { $By } no longer said that your { $columns } may be wrong.
deed-contest-upheld = { $By } decided that your { $columns } was wrong. It is not used.
deed-contest-dismissed = { $By } decided that your { $columns } is right. All is as it was before.
deed-contest-proposed-own = You said what your { $columns } should be. It is not used until one of us has looked.
deed-contest-accepted = { $By } decided that your { $columns } is as you say.
deed-contest-own = You said that your { $columns } may be wrong. It is not used until decided.
deed-contest = { $By } said that your { $columns } may be wrong. It is not used until decided.
deed-comparison = { $By } compared two entries to see if both are yours.
deed-request-own = You { $what }.
deed-request = { $By } { $what }.
deed-split-own = You said that an entry is not yours; it was taken away.
deed-split = { $By } said that an entry is not yours; it was taken away.
deed-merge-own = You said that two entries are both yours; they were joined.
deed-merge = { $By } said that two entries are both yours; they were joined.
deed-deletion-own = You had your { $columns } deleted.
deed-deletion = { $By } deleted your { $columns }: { $what }.
deed-erasure-own = You erased your data: { $what }.
deed-erasure = { $By } erased your data: { $what }.
deed-kept = { $By } read what the law asks us to keep of you.
deed-readmission-own = You let us know you again, as you asked.
deed-readmission = { $By } let us know you again, as you asked.
deed-expiry = { $By } removed what was past its time: { $what }.
deed-restoration = { $By } brought data back from a backup: { $what }.
deed-backup = { $By } made a backup: { $what }.
deed-load = { $By } read in { $what }.
deed-enrichment = { $By } read in, from outside, { $what }.
deed-resolution = { $By } joined the entries that are yours.
deed-refusal-own = You asked for something that we must not do: { $what }.
deed-refusal = { $By } asked for data and was refused: { $what }.
deed-charter = A new version of our promise came into force.
deed-principal = { $By } changed who may ask.
deed-approval = { $By } decided what may be done with data: { $what }.
deed-notice = { $By } told you of something new: { $what }

seen-columns = your { $columns }
seen-activities = your { $activities }
seen-both = your { $columns } and your { $activities }
seen-nothing = whether you are counted
nobody = nobody
a-history = the history of your data
a-link = a link to this page
topic-all = every use of your data
topic-sale = selling and sharing your data
topic-marketing = marketing with your data
topic-one = "{ $topic }"

deed-why = Why: { $says } We may, { $basis }.
deed-why-only = Why: { $says }
deed-many = You were one of { $people-shown } people.
deed-entry = Entry { $leaf-shown } of the log, { $use }.
deed-unsealed = Not sealed yet.
deed-left-out = Left out, as it was not to be used: your { $columns }.

## Week by week

week = Your data was { $parts }.
week-two = Your data was { $first }, and { $last }.
week-none = Nothing was done with your data.
week-counted = looked at among many people { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-given = given to somebody else { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-sent = used to write to you { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-decided = looked at to decide whether to send you something { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-opened = opened or handed to you by one of us { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-refused = refused to somebody who asked { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-joined = joined or taken apart { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-enriched = added to from outside { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-changed = changed { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-yours = opened, taken home or asked about by you { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
week-other = handled in other ways { $count ->
    [1] once
    [2] twice
   *[other] { $count-shown } times
}
sort-counted = counted
sort-given = given
sort-sent = sent
sort-decided = decided
sort-opened = opened
sort-refused = refused
sort-joined = joined
sort-enriched = enriched
sort-changed = changed
sort-yours = yours
sort-other = other

## The receipt, to read

receipt = The history of your data
receipt-lead = { $organisation } wrote each of these uses of your data into a log before it happened, and the log cannot be changed unnoticed.
receipt-shows = What this shows
receipt-whole = Nothing that was sealed for you was left out.
receipt-withheld = Some uses of a time when you and somebody else were taken for one person are not shown; they are said to concern the other.
receipt-unsealed = { $count ->
    [one] One of these uses happened since the last sealing; ask for another receipt later.
   *[other] { $count-shown } of these uses happened since the last sealing; ask for another receipt later.
}
receipt-cannot = It cannot show a use that was never written down. Every letter and file we send carries the number of its use: if you get one whose use is not here, tell us, or the authority.
receipt-check = How to check it
receipt-check-how = The file that belongs to this page holds the proofs. Anyone can check it with the command below, or with a program of their own: the form of the file is public. The key of the log:
receipt-state = The state of the log at that time:
receipt-times = { $times-shown } times; { $place }
receipt-from-to = { $first } to { $last }
receipt-entry = entry { $leaf-shown }
receipt-entry-unsealed = entry { $leaf-shown }; not sealed yet
