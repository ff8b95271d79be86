# Pourquoi deux fiches ont été prises pour celles d'une seule personne.

link-judged-joined = Ces deux fiches ont été prises pour les vôtres parce que { $reason }.
link-judged-apart = Ces deux fiches sont restées séparées parce que { $reason }.
link-none = Ces deux fiches ont trop peu en commun pour le dire.
link-sure = Ces deux fiches ont été prises pour les vôtres ; voici pourquoi : { $reasons }.
link-probable = Ces deux fiches sont sans doute toutes deux à vous ; voici pourquoi : { $reasons }.
link-unlikely = Ces deux fiches ne sont sans doute pas à une seule personne ; voici pourquoi : { $reasons }.
link-alone = Cette fiche est seule.
link-enough = elles ont assez en commun
link-through-one = Ces deux fiches ont été prises pour les vôtres grâce à une troisième. Elle va avec la première ; voici pourquoi : { $first }. Et avec la deuxième ; voici pourquoi : { $second }.
link-through-many = { $between ->
    [one] Ces deux fiches ont été prises pour les vôtres grâce à { $between-shown } autre fiche. { $steps }
   *[other] Ces deux fiches ont été prises pour les vôtres grâce à { $between-shown } autres fiches. { $steps }
}
link-step = Pas { $number } : { $reasons }.
link-the = { $kind ->
    [name] le nom
    [address] l'adresse
    [date-of-birth] la date de naissance
    [e-mail] l'adresse e-mail
    [phone-number] le numéro de téléphone
    [first-name] le prénom
   *[other] « { $subject } »
}
link-same = { $count ->
    [one] { $subjects } est identique
   *[other] { $subjects } sont identiques
}
link-nearly = { $count ->
    [one] { $subjects } est presque identique
   *[other] { $subjects } sont presque identiques
}
link-nearly-so = { $subjects } presque
link-other = { $kind ->
    [name] pour le nom : { $words }
    [address] pour l'adresse : { $words }
    [date-of-birth] pour la date de naissance : { $words }
    [e-mail] pour l'adresse e-mail : { $words }
    [phone-number] pour le numéro de téléphone : { $words }
    [first-name] pour le prénom : { $words }
   *[other] pour « { $subject } » : { $words }
}
