# Ce qui a été fait avec les données de quelqu'un, une phrase par usage.

deed-statement = Regardé par { $by } : { $seen }, parmi celles de beaucoup de personnes.
deed-decision = Décidé par une règle de { $by }, s'il faut vous envoyer quelque chose : { $what }.
deed-share = Donné à { $to } par { $by } : { $seen }.
deed-message = Un e-mail vous a été écrit par { $by }, avec : { $seen }.
deed-message-by = Un e-mail vous a été écrit par { $by }, avec : { $seen }. Il est passé par { $to }.
deed-access = Votre dossier a été ouvert par { $by } pour vous aider.
deed-own-access = Vous avez ouvert votre dossier.
deed-opened-often = Vous avez ouvert votre dossier { $count-shown } fois ce jour-là.
deed-invitation-own = Vous avez demandé { $what }.
deed-invitation = Un lien vers cette page a été fait pour vous par { $by }.
deed-receipt-own = Vous avez pris un reçu : { $what }.
deed-receipt = Un reçu a été fait pour vous par { $by } : { $what }.
deed-report-own = Vous avez pris une copie de toutes vos données.
deed-report = Une copie de toutes vos données a été faite pour vous par { $by }.
deed-correction-own = Vous avez corrigé : { $columns }.
deed-correction = Corrigé par { $by } : { $columns }.
deed-consent-yes-own = Vous avez dit oui à { $topic }.
deed-consent-yes = Noté par { $by } : vous avez dit oui à { $topic }.
deed-consent-no-own = Vous avez repris votre oui à { $topic }.
deed-consent-no = Noté par { $by } : vous avez repris votre oui à { $topic }.
deed-objection-yes-own = Vous avez dit non à { $topic }.
deed-objection-yes = Noté par { $by } : vous avez dit non à { $topic }.
deed-objection-no-own = Vous avez repris votre non à { $topic }.
deed-objection-no = Noté par { $by } : vous avez repris votre non à { $topic }.
deed-hold-yes-own = Vous avez dit « pas maintenant » à { $topic }.
deed-hold-yes = Noté par { $by } : vous avez dit « pas maintenant » à { $topic }.
deed-hold-no-own = Vous avez repris votre « pas maintenant » à { $topic }.
deed-hold-no = Noté par { $by } : vous avez repris votre « pas maintenant » à { $topic }.
deed-unused-yes-own = Vous avez arrêté l'usage de ceci : { $topic }.
deed-unused-yes = Noté par { $by } : vous arrêtez l'usage de ceci : { $topic }.
deed-unused-no-own = Vous permettez de nouveau l'usage de ceci : { $topic }.
deed-unused-no = Noté par { $by } : vous permettez de nouveau l'usage de ceci : { $topic }.
deed-choice-own = Vous avez dit quelque chose sur : { $what }.
deed-choice = Noté par { $by } : vous avez dit quelque chose sur : { $what }.
deed-contest-back-own = Vous ne dites plus que ceci est peut-être faux : { $columns }.
deed-contest-back = Noté par { $by } : ceci n'est plus dit peut-être faux : { $columns }.
deed-contest-upheld = Décidé par { $by } : ceci était faux : { $columns }. Nous ne l'utilisons pas.
deed-contest-dismissed = Décidé par { $by } : ceci est juste : { $columns }. Tout est comme avant.
deed-contest-proposed-own = Vous avez dit ce que ceci doit être : { $columns }. Nous ne l'utilisons pas avant d'avoir regardé.
deed-contest-accepted = Décidé par { $by } : ceci est comme vous le dites : { $columns }.
deed-contest-own = Vous avez dit que ceci est peut-être faux : { $columns }. Nous ne l'utilisons pas avant d'avoir décidé.
deed-contest = Noté par { $by } : ceci est peut-être faux : { $columns }. Nous ne l'utilisons pas avant d'avoir décidé.
deed-comparison = Deux fiches ont été comparées par { $by } pour voir si elles sont toutes deux à vous.
deed-request-own = Vous avez { $what }.
deed-request = { $By } : { $what }.
deed-split-own = Vous avez dit qu'une fiche n'est pas à vous ; elle a été enlevée.
deed-split = Dit par { $by } : une fiche n'est pas à vous ; elle a été enlevée.
deed-merge-own = Vous avez dit que deux fiches sont à vous ; elles ont été réunies.
deed-merge = Dit par { $by } : deux fiches sont à vous ; elles ont été réunies.
deed-deletion-own = Vous avez fait supprimer : { $columns }.
deed-deletion = Supprimé par { $by } : { $columns }, parce que { $what }.
deed-erasure-own = Vous avez effacé vos données : { $what }.
deed-erasure = Vos données ont été effacées par { $by } : { $what }.
deed-kept = Ce que la loi nous demande de garder de vous a été lu par { $by }.
deed-readmission-own = Vous nous laissez vous connaître de nouveau.
deed-readmission = Vous êtes de nouveau connu de nous, comme vous l'avez demandé, par { $by }.
deed-expiry = Enlevé par { $by }, car le temps était passé : { $what }.
deed-restoration = Repris d'une sauvegarde par { $by } : { $what }.
deed-backup = Une sauvegarde a été faite par { $by } : { $what }.
deed-load = Lu par { $by } : { $what }.
deed-enrichment = Lu par { $by }, venu de l'extérieur : { $what }.
deed-resolution = Les fiches qui sont à vous ont été réunies par { $by }.
deed-refusal-own = Vous avez demandé quelque chose que nous ne devons pas faire : { $what }.
deed-refusal = Des données ont été demandées par { $by }, et refusées : { $what }.
deed-charter = Une nouvelle version de notre promesse est entrée en vigueur.
deed-principal = Qui peut demander a été changé par { $by }.
deed-approval = Décidé par { $by }, sur ce qui peut être fait avec des données : { $what }.
deed-notice = Vous avez été averti par { $by } de quelque chose de nouveau : { $what }

seen-columns = vos données ({ $columns })
seen-activities = vos données ({ $activities })
seen-both = vos données ({ $columns } ; { $activities })
seen-nothing = les données, pour savoir si vous êtes compté
nobody = personne
a-history = l'histoire de vos données
a-link = un lien vers cette page
topic-all = tout usage de vos données
topic-sale = toute vente et tout partage de vos données
topic-marketing = la publicité avec vos données
topic-one = « { $topic } »

deed-why = Pourquoi : { $says } Nous le pouvons, { $basis }.
deed-why-only = Pourquoi : { $says }
deed-many = Vous étiez une personne parmi { $people-shown }.
deed-entry = Ligne { $leaf-shown } du journal, { $use }.
deed-unsealed = Pas encore scellée.
deed-left-out = Laissé de côté, car cela ne devait pas servir : { $columns }.

## Semaine par semaine

week = Vos données ont été { $parts }.
week-two = Vos données ont été { $first }, et { $last }.
week-none = Rien n'a été fait avec vos données.
week-counted = regardées parmi beaucoup d'autres { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-given = données à quelqu'un d'autre { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-sent = utilisées pour vous écrire { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-decided = regardées pour décider s'il faut vous envoyer quelque chose { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-opened = ouvertes ou remises à vous par l'un de nous { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-refused = refusées à quelqu'un { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-joined = réunies ou séparées { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-enriched = complétées de l'extérieur { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-changed = changées { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-yours = ouvertes, emportées ou demandées par vous { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
week-other = traitées autrement { $count ->
    [one] une fois
   *[other] { $count-shown } fois
}
sort-counted = compté
sort-given = donné
sort-sent = envoyé
sort-decided = décidé
sort-opened = ouvert
sort-refused = refusé
sort-joined = réuni
sort-enriched = complété
sort-changed = changé
sort-yours = fait par vous
sort-other = autre

## Le reçu, à lire

receipt = L'histoire de vos données
receipt-lead = { $organisation } a écrit chacun de ces usages de vos données dans un journal avant qu'il ait lieu. Ce journal ne peut pas changer sans que cela se voie.
receipt-shows = Ce que cela montre
receipt-whole = Rien de ce qui a été scellé pour vous ne manque.
receipt-withheld = Quelques usages d'un temps où vous et quelqu'un d'autre étiez pris pour une seule personne ne sont pas montrés ; ils concernent l'autre.
receipt-unsealed = { $count ->
    [one] Un de ces usages a eu lieu depuis le dernier scellé ; demandez un autre reçu plus tard.
   *[other] { $count-shown } de ces usages ont eu lieu depuis le dernier scellé ; demandez un autre reçu plus tard.
}
receipt-cannot = Cela ne peut pas montrer un usage qui n'a jamais été écrit. Chaque lettre et chaque fichier que nous envoyons porte le numéro de son usage : si l'un d'eux n'est pas ici, dites-le-nous, ou à l'autorité.
receipt-check = Comment vérifier
receipt-check-how = Le fichier qui va avec cette page contient les preuves. Tout le monde peut le vérifier avec la commande ci-dessous, ou avec son propre programme : la forme du fichier est publique. La clé du journal :
receipt-state = L'état du journal à ce moment :
receipt-times = { $times-shown } fois ; { $place }
receipt-from-to = du { $first } au { $last }
receipt-entry = ligne { $leaf-shown }
receipt-entry-unsealed = ligne { $leaf-shown } ; pas encore scellée
