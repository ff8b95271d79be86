# Why two entries were taken as one person's.

link-judged-joined = These two entries were taken as yours because { $reason }.
link-judged-apart = These two entries were kept apart because { $reason }.
link-none = These two entries have too little in common to tell.
link-sure = These two entries were taken as yours because { $reasons }.
link-probable = These two entries are probably both yours because { $reasons }.
link-unlikely = These two entries are probably not one person's because { $reasons }.
link-alone = This entry stands on its own.
link-enough = they have enough in common
link-through-one = These two entries were taken as yours through a third entry. It goes with the first because { $first }, and with the second because { $second }.
link-through-many = { $between ->
    [one] These two entries were taken as yours through { $between-shown } other entry. { $steps }
   *[other] These two entries were taken as yours through { $between-shown } other entries. { $steps }
}
link-step = Step { $number }: { $reasons }.
link-the = the { $subject }
link-same = { $count ->
    [one] { $subjects } is the same
   *[other] { $subjects } are the same
}
link-nearly = { $count ->
    [one] { $subjects } is nearly the same
   *[other] { $subjects } are nearly the same
}
link-nearly-so = { $subjects } nearly so
link-other = the { $subject } { $words }
