# Les pages que voient les clients. Phrases courtes, mots simples.

## Partout

skip = Aller à la page
foot = Cette page ne charge rien d'ailleurs. Elle pose un cookie pour votre visite, et un pour votre langue si vous la choisissez.
foot-questions = Des questions sur vos données :
foot-number = Votre numéro chez nous est { $person }. Notre promesse est la version { $charter }.
language = Langue
list-end = { $first } et { $last }
yes = Oui
no = Non
moment = { $date }, { $time }
date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
later = Plus récent
earlier = Plus ancien
page-of = Page { $page } sur { $pages }
pages = Pages
back-to-me = Retour à vos données

## L'entrée

welcome = Vos données sont à vous
welcome-lead = Ici, vous voyez tout ce que nous savons de vous. Vous pouvez le corriger et voir qui s'en est servi.
address = Votre adresse e-mail, comme vous nous l'avez donnée
send-link = Envoyez-moi un lien
link-goes = Le lien part à cette adresse et nulle part ailleurs. Il ne faut pas de mot de passe.
no-marketing = Pas de publicité
no-marketing-lead = Pour dire non à la publicité, vous n'avez pas à montrer qui vous êtes.
your-address = Votre adresse e-mail
no-marketing-send = Pas de publicité avec mes données
asked = Regardez vos e-mails
asked-lead = Si nous connaissons cette adresse, un message est en route. Il contient un lien et un code. Ouvrez le lien dans ce navigateur, ou tapez le code ici.
asked-code = Le code, six chiffres
open-my-page = Ouvrir ma page
asked-none = Pas de message ? Regardez dans le courrier indésirable, ou
asked-another = essayez une autre adresse
asked-write = Si rien n'aide, écrivez à
knock = Ouvrir votre page
knock-lead = Votre lien marche une seule fois. Appuyez sur le bouton pour voir tout ce que nous savons de vous.

login-way = Ou vous connecter comme dans notre boutique
login-ended = Connectez-vous encore une fois
login-ended-text = Vous l'avez arrêté, êtes resté absent trop longtemps, ou revenu dans un autre navigateur. Rien n'a été montré.
login-unknown = Nous ne connaissons pas ce compte
login-unknown-text = Vous êtes connecté, mais rien ici n'est sûrement à vous sous ce compte. Prenez un lien par e-mail, ou écrivez-nous.
login-failed = La connexion n'a pas marché
login-failed-text = La connexion de la boutique ne répond pas comme il faut en ce moment. Essayez plus tard, ou prenez un lien par e-mail.
passkey-way = Ou l'ouvrir avec une clé d'accès de cet appareil
passkey = Ouvrir votre page avec une clé d'accès
passkey-lead = Si vous avez fait une clé d'accès sur votre page, votre appareil l'ouvre : avec votre doigt, votre visage ou son code.
passkey-use = Ouvrir ma page avec une clé d'accès
passkey-unknown = Cette clé d'accès n'ouvre aucune page ici. Demandez plutôt un lien.
passkey-failed = Cela n'a pas marché, ou vous l'avez arrêté. Essayez encore, ou prenez un lien par e-mail.
passkey-script = Votre navigateur ne lance pas de scripts ici, et une clé d'accès en a besoin. Un lien par e-mail n'en a pas besoin.
passkey-other-way = Un autre chemin
passkeys = Vos clés d'accès
passkeys-lead = Avec une clé d'accès, cet appareil ouvre votre page : avec votre doigt, votre visage ou son code. Elle vous montre tout, et vous n'attendez pas d'e-mail. Nous en gardons un numéro qui n'ouvre rien à lui seul.
passkey-make = Faire une clé d'accès sur cet appareil
passkeys-none = Vous n'avez pas encore de clé d'accès ici.
passkey-made = Faite le { $day }.
passkey-used = Utilisée le { $day } la dernière fois.
passkey-remove = L'enlever
passkey-not-made = La clé d'accès n'a pas été gardée. Essayez encore ; vous pouvez en avoir dix au plus.
me-passkeys = Ouvrir cette page sans e-mail :
me-passkeys-link = vos clés d'accès

me-letter = Ou demandez un code par la poste : il arrive à l'adresse que nous avons de vous, et vous montre tout ici.
me-letter-ask = Envoyez-moi un code par la poste
me-letter-code = Le code de notre lettre
me-letter-use = Tout voir
letter-sent = Une lettre est en route
letter-sent-text = Elle arrive à votre adresse postale et contient un code de dix chiffres. Tapez-le sur votre page en moins de 30 jours. Nous envoyons une lettre par semaine au plus.
letter-wrong = Ce code ne marche pas. Il marche une fois, pendant 30 jours. Après cinq codes faux, demandez une autre lettre.

## Messages courts

nowhere = Cette page n'existe pas
nowhere-text = Vérifiez l'adresse.
not-so = Cela ne marche pas
not-so-text = Cette adresse ne s'ouvre pas ainsi. Retournez à votre page et essayez encore.
expired = Demandez un nouveau lien
expired-text = Votre lien ou votre visite est fini. Un lien marche une fois, pendant dix minutes. Demandez-en un nouveau.
wait = Attendez une minute
wait-tries = On a essayé trop de liens qui ne marchent pas. Attendez une minute et essayez encore. Votre propre lien marche toujours.
wait-tokens = Trop de noms ou de jetons faux ont été essayés. Attendez une minute, puis réessayez. Le bon jeton marche toujours.
wait-busy = Beaucoup de personnes demandent un lien en ce moment. Attendez une minute et essayez encore.
unknown = Nous ne comprenons pas
unknown-text = Ce que vous voulez changer n'est pas chez nous. Rien n'a changé. Retournez à votre page, chargez-la encore et réessayez.
unreadable = Nous n'avons pas pu lire ce formulaire
unreadable-long = Votre texte est trop long. Rien n'a changé. Écrivez moins, s'il vous plaît.
unreadable-missing = Il manquait quelque chose dans ce que votre navigateur a envoyé. Rien n'a changé. Retournez à votre page, chargez-la encore et réessayez.
failed = Désolé
failed-text = Quelque chose n'a pas marché chez nous. Rien n'a changé. Essayez encore.
foreign = Rien n'a été fait
foreign-text = Cela ne vient pas de notre page. Rien n'a donc été fait. Ouvrez votre lien, ou retournez à votre page et essayez encore.
wrong-address = Ce n'est pas la bonne adresse
wrong-address-text = Cette adresse n'est pas celle de nos pages. Prenez le lien comme nous vous l'avons envoyé.
other-browser = Ouvrez ce lien là où vous l'avez demandé
other-browser-text = Ce lien ne marche que dans le navigateur où on l'a demandé. Ouvrez-le là, ou tapez-y le code du message. Si vous n'avez rien demandé, ne faites rien : quelqu'un d'autre l'a fait, et cela ne lui sert à rien.
needs-more = Nous devons en être plus sûrs
needs-more-text = Vous êtes venu par un lien dans un e-mail. Pour cela, nous devons être plus sûrs que c'est vous. Rien n'a donc été fait. Appuyez sur « Demander à tout voir » en haut de votre page : cela prend un jour. Ou demandez-nous sur place.
wrong-code = Ce code ne marche pas. Un code marche une fois, pendant dix minutes, dans le navigateur où vous l'avez demandé. Après cinq codes faux, demandez un nouveau lien.
stopping = Nous arrêtons
stopping-text = Si nous connaissons cette adresse, nous ne faisons plus de publicité avec les données de qui s'en sert. Nous ne les regardons plus pour cela. Un message à cette adresse le dit. Vous n'avez rien d'autre à faire.
unsubscribe = Arrêter ces messages
unsubscribe-lead = Appuyez sur le bouton, et nous ne le faisons plus avec vos données. Vous n'avez pas à vous identifier.
unsubscribe-do = Arrêter
unsubscribed = C'est arrêté
unsubscribed-text = Vos données ne servent plus à cela. Si vous le voulez de nouveau, dites-le sur votre page.
unsubscribe-not = Ce lien ne marche pas
unsubscribe-not-text = Il n'est pas entier. Rien n'a donc été fait. Ouvrez-le de nouveau dans le message, ou dites non à toute publicité sur notre première page. Là non plus, vous n'avez pas à vous identifier.
why = Pourquoi ai-je reçu cela ?
why-lead = Votre page dit ce qui a été décidé pour vous, pourquoi, et ce que nous avons regardé. Nous demandons d'abord qui vous êtes, pour que personne d'autre ne le lise.
why-signed-in = Ma page est ouverte dans ce navigateur : montrez-le-moi
tomorrow = Revenez demain
tomorrow-text = Nous avons écrit à votre adresse que quelqu'un veut tout voir. Demandez encore un lien dans 24 heures ou plus tard : il vous montrera tout. Vous avez ainsi le temps de nous arrêter si ce n'était pas vous.
stopped = C'est arrêté
stopped-text = Personne ne peut plus voir toutes vos données par un simple e-mail. Toutes les visites de votre page sont finies, celle-ci aussi. Demandez un lien pour revenir. Si quelqu'un d'autre lit vos e-mails, changez le mot de passe.
left = Vous avez quitté votre page
left-text = Personne ne peut plus l'ouvrir d'ici.
three-days = Attendez trois jours
three-days-text = Votre adresse e-mail a changé il y a peu. Pour que personne d'autre ne prenne vos données, nous ne donnons pas de copie avant le { $until }. Nous l'avons écrit à l'ancienne adresse. Vous voyez toujours tout sur votre page.
not-changed = Rien n'a changé : ce que vous avez tapé pour « { $column } » { $expected }.
not-changed-long = Rien n'a changé : dites-le en 500 lettres au plus.
not-sent-empty = Pas envoyé : dites en quelques mots ce que vous voulez.
not-sent-many = Pas envoyé : dix de vos demandes attendent déjà notre réponse.
not-sent-long = Pas envoyé : dites-le en 2 000 lettres au plus.
only-entry = C'est la seule fiche que nous ayons de vous : il n'y a rien à enlever. Si elle ne parle pas de vous, écrivez-nous.

## La page de la personne

me = Vos données
me-leave = Quitter
me-lead = Voici tout ce que nous savons de vous, d'où cela vient, à quoi cela sert et ce qui en a été fait. Si quelque chose est faux, corrigez-le ici. Si vous ne voulez pas quelque chose, dites non.
me-withheld = { $count ->
    [one] Nous avons encore une fiche qui est peut-être à vous. Nous ne la montrons pas, car elle parle peut-être de quelqu'un d'autre.
   *[other] Nous avons encore { $count-shown } fiches qui sont peut-être à vous. Nous ne les montrons pas, car elles parlent peut-être de quelqu'un d'autre.
} Si vous nous avez donné une autre adresse e-mail, un autre numéro de téléphone ou de client, écrivez à { $contact }. Nous regardons cela ensemble.
me-by-mail = Vous êtes venu par un lien dans un e-mail. Pour tout voir et tout emporter, pour changer votre adresse ou pour tout effacer, nous devons être plus sûrs que c'est vous.
me-by-mail-hidden = Vous êtes venu par un lien dans un e-mail. Les valeurs les plus privées sont donc cachées (•••). Pour tout voir et tout emporter, pour changer votre adresse ou pour tout effacer, nous devons être plus sûrs que c'est vous.
me-more = Demander à tout voir
me-waits = Le { $since }, quelqu'un qui lit vos e-mails a demandé à tout voir. Un lien que nous envoyons 24 heures après ou plus tard, dans la semaine, le permet.
me-waits-stop = Ce n'était pas moi : arrêtez cela
me-on-this-page = Sur cette page
me-known = Ce que nous savons
me-used = À quoi cela sert
me-history = L'histoire de vos données
me-did = Ce que vous avez fait chez nous
me-from = D'où cela vient
me-ask = Nous demander
me-take = Tout emporter
me-erase = Tout effacer

known = Ce que nous savons de vous
your-word = votre parole
use-nothing = Nous n'utilisons rien ici
contested-unused = Vous avez dit que c'est peut-être faux. Nous ne l'utilisons donc pas. La valeur { $stage }, depuis le { $since }.
contested = Vous avez dit que c'est peut-être faux. La valeur { $stage }, depuis le { $since }.
says = { $source } dit « { $value } », { $origin }, depuis le { $since }.
not-admitted = Nous ne l'utilisons pas.
overruled = Entendu, mais nous suivons ce qui est plus haut.
known-lead = Chaque valeur dit comment nous la connaissons. Ouvrez-la pour voir à quoi elle sert, qui l'a reçue et combien de temps nous la gardons.
area-contact = Comment vous joindre
area-you = Sur vous
area-home = Chez vous et votre famille
area-money = L'argent
area-bought = Ce que vous avez acheté
area-visits = Ce que vous avez regardé et fait
area-likes = Ce que vous aimez
area-guesses = Ce que nous ou d'autres devinons
area-delicate = Santé et croyances
area-numbers = Vos numéros chez nous
how-you = Vous nous l'avez dit ici, le { $since }.
how-stated = Vous nous l'avez dit : { $source }, { $since }.
how-observed = Nous l'avons noté : { $source }, { $since }.
how-derived = Nous l'avons calculé : { $source }, { $since }.
how-inferred = Nous l'avons deviné : { $source }, { $since }.
how-outside = Cela nous vient de { $source }, le { $since }.
about = Pourquoi nous l'avons, et qui le voit
about-from = D'où cela vient
about-used = À quoi cela sert
about-given = Qui l'a reçu
about-next = Qui peut le recevoir ensuite
about-kept = Combien de temps nous le gardons
given-on = { $name }, la dernière fois le { $day }
given-nobody = Personne jusqu'ici.
may-go-nobody = Personne.
kept = Nous le gardons { $kept }.
kept-until = Nous le gardons { $kept }, donc au moins jusqu'au { $day }.
unused = Vous avez arrêté l'usage de ceci le { $day }. Nous ne l'utilisons pas tant que vous ne le permettez pas de nouveau.
stop-using = Ne plus utiliser
stop-using-this-one = Ne plus utiliser : { $column }
use-again = Permettre son usage
use-again-this-one = Permettre son usage : { $column }
not-yours-to-say = Vous n'avez pas choisi cette valeur. L'un de nous regarde donc ce que vous dites. D'ici là, nous ne l'utilisons pas.
propose = Dire ce qui est juste
contested-proposed = Vous dites que c'est « { $value } ».
change-not-yet = Pour changer cela, nous devons être plus sûrs que c'est vous.
did-wrong = Quelque chose est faux ici ? Dites-le-nous.
slip-title = Pas encore fait :
slip-there = Aller au champ
done-there = Le voir
done-changed = Changé : { $what }.
done-proposed = Noté : { $what }. L'un de nous regarde ce que vous dites. D'ici là, nous ne l'utilisons pas.
done-contested = Noté : { $what }. Nous ne l'utilisons pas avant d'avoir regardé.
done-right-after-all = Noté : { $what } est juste, finalement. Tout est comme avant.
done-unused = Arrêté : { $what }. Nous ne l'utilisons plus.
done-used-again = Permis : { $what }. Nous pouvons l'utiliser de nouveau.
done-deleted = Supprimé : { $what }.
done-held = En pause dès maintenant : { $what }
done-released = Fin de la pause : { $what }
done-stopped = Arrêté dès maintenant : { $what }
done-allowed = Permis de nouveau : { $what }
done-yes = Vous avez dit oui : { $what }.
done-no = Vous avez repris votre oui : { $what }.
done-asked = Envoyé. Une personne lit cela et répond sur cette page.
done-apart = Enlevé : cette fiche n'est plus jointe aux vôtres.
used-for-nothing = Nous ne l'utilisons pour rien.
used-for = Sert à ceci : { $purposes }
used-how = { $purpose } ({ $how })
wrong = C'est faux ?
right-value = La bonne valeur
right-date = Le bon jour, comme 31/12/1999
put-right = Corriger
right-after-all = C'est juste, finalement
what-is-wrong = Ou ce qui est faux, si vous ne savez pas ce qui est juste
do-not-use = Ne pas l'utiliser avant d'avoir vérifié

used = À quoi servent vos données
may-do = Nous pouvons le faire { $basis }.
may-go-to = Vos données peuvent aller à { $recipients }.
goes-to-nobody = Vos données ne vont à personne d'autre.
not-with-yours = Nous ne le faisons pas avec vos données : { $because }.
allow-again = Permettre cela de nouveau
stop = Arrêter cela
end-hold = Fin de la pause
put-on-hold = Mettre cela en pause
say-yes = Dire oui à : { $topic }
take-back-yes = Reprendre mon oui à : { $topic }
still-wrong = Vous pouvez ne pas être d'accord. Dites pourquoi, et vos mots sont gardés à côté de vos données. Vous pouvez aussi vous plaindre auprès de { $authority }, ou aller en justice.
still-wrong-write = Nous écrire
address-new = Est-ce votre adresse ?
address-lead = Nous avons envoyé un message avec un code à { $address }. Tapez ce code ici dans les dix minutes. D'ici là, rien ne change.
address-code = Le code du message
address-mine = C'est mon adresse
address-back = Retour à votre page
address-wrong = Ce n'est pas le code. Après cinq codes faux, il faut recommencer.
address-many = Trop de codes
address-many-text = Nous vous avons envoyé plusieurs codes depuis une heure. Réessayez plus tard. Rien n'a été changé.
address-over = Ce code ne compte plus
address-over-text = Il est trop vieux, ou trop de codes faux ont été tapés. Rien n'a été changé. Donnez encore une fois votre nouvelle adresse sur votre page.
stop-all = Arrêter toute publicité avec mes données
stop-all-how = Tout de suite. Vous n'avez pas à dire pourquoi.
allow-marketing = Permettre de nouveau la publicité avec mes données
allow-marketing-how = Nous ne faisons pas de publicité avec vos données : on nous a dit de ne pas en faire. Ce que vous avez arrêté à part plus haut reste arrêté.
allow-sale = Le permettre de nouveau
allow-sale-how = Nous ne vendons ni ne partageons vos données. Nous ne vous montrons pas de publicité ailleurs avec elles : vous nous l'avez dit, ou un signal de votre navigateur (Global Privacy Control).
no-sale = Ne pas vendre ni partager mes données
no-sale-how = Un signal de votre navigateur (Global Privacy Control) dit la même chose.
end-all-hold = Fin de la pause pour mes données
end-all-hold-how = En ce moment, nous n'utilisons rien de vous. Nous le gardons, et vous le voyez toujours ici.
hold-all = Tout mettre en pause
hold-all-how = Nous gardons vos données et ne les utilisons pour rien, pas même pour vos commandes, jusqu'à ce que vous y mettiez fin.

history-lead = Chaque ligne est dans un journal que personne ne peut changer sans que cela se voie, pas même nous.
history-none = Rien n'a encore été fait avec vos données.
history-weeks = Semaine par semaine
history-from = Dès le { $day }
history-all = Tout, ligne par ligne ({ $count-shown })
history-latest = Les dernières lignes
history-each = Une par une
history-week = { $count ->
    [one] La semaine du lundi { $day } : une ligne.
   *[other] La semaine du lundi { $day } : { $count-shown } lignes.
}
history-week-only = { $count ->
    [one] La semaine du lundi { $day } : une ligne, seulement ce qui est « { $sort } ».
   *[other] La semaine du lundi { $day } : { $count-shown } lignes, seulement ce qui est « { $sort } ».
}
history-lines = { $count ->
    [one] Une ligne.
   *[other] { $count-shown } lignes.
}
history-lines-only = { $count ->
    [one] Une ligne, seulement ce qui est « { $sort } ».
   *[other] { $count-shown } lignes, seulement ce qui est « { $sort } ».
}
history-show-only = Montrer seulement
history-every = tout
history-every-week = toutes les semaines
history-none-of-that = Rien de tel n'a été fait avec vos données.

did-outside = Cela vient de l'extérieur. Nous ne l'utilisons pas.
did-all = Les { $count-shown } lignes
did-lines = { $count ->
    [one] Une ligne.
   *[other] { $count-shown } lignes, la dernière en premier.
}

household = { $others ->
    [one] Nous pensons que vous vivez peut-être avec une autre personne que nous connaissons : vous avez en commun { $shares }. Nous ne l'utilisons pour rien, et ne montrons à aucun de vous les données de l'autre.
   *[other] Nous pensons que vous vivez peut-être avec { $others-shown } autres personnes que nous connaissons : vous avez en commun { $shares }. Nous ne l'utilisons pour rien, et ne montrons à aucun de vous les données des autres.
}
joined = { $count ->
    [one] Nous avons une fiche qui est à vous.
   *[other] Nous avons réuni { $count-shown } fiches parce qu'elles semblent être à vous.
}
source-since = depuis le { $since }.
very-sure = Nous sommes très sûrs qu'elle est à vous.
sure = Nous sommes sûrs qu'elle est à vous.
not-sure = Nous ne sommes pas sûrs qu'elle soit à vous.
set-beside = Nous l'avons comparée à la fiche de { $source }.
not-me = Ce n'est pas moi
not-me-lead = Nous enlevons tout de suite cette fiche de vos données, et ne la joignons plus jamais aux vôtres. Si elle contient l'adresse par laquelle vous venez ici, nous ne pourrons plus y envoyer de lien. Si vous appuyez par erreur, écrivez à { $contact }.
not-me-do = L'enlever

you-asked = Le { $came }, vous avez demandé { $asked }.
request-answered = Nous avons répondu le { $day }.
request-refused = Nous avons dit non le { $day }.
request-waiting = Nous vous avons posé une question, et attendons votre réponse.
request-due = Nous répondons au plus tard le { $day }.
we-said = Nous avons dit : « { $text } »
read-when-sure = Vous pourrez lire notre réponse quand nous serons plus sûrs que c'est vous.
takes-longer = Cela prend plus de temps que prévu.
i-ask = Je demande
in-your-words = Avec vos mots
send = Envoyer
ask-how = Une personne lit cela et répond ici, au plus tard le jour écrit à côté. Si vous n'êtes pas content, vous pouvez vous plaindre auprès de { $authority }, ou aller en justice.
some-authority = l'autorité de protection des données là où vous vivez
take = Une copie de tout cela, avec tout ce que la loi nous demande de vous dire :
take-page = une page à lire et à imprimer
take-programs = ou pour les programmes
take-json = en JSON
take-or = ou
take-csv = sous forme de tableau (CSV)
take-elsewhere = Avec elle, vous pouvez porter vos données dans une autre entreprise.
take-history = Ce que nous avons fait avec vos données :
take-history-page = l'histoire à lire
take-and = et
take-proofs = le fichier avec les preuves
take-checks = Avec lui, tout le monde peut vérifier que chaque usage est dans le journal et qu'aucun ne manque.
take-from = Votre adresse e-mail a changé il y a peu. Pour que personne d'autre ne prenne vos données, vous pourrez prendre une copie dès le { $until }. Nous l'avons dit à l'ancienne adresse.
take-not-yet = Vous pourrez prendre une copie de tout quand nous serons plus sûrs que c'est vous : appuyez sur « Demander à tout voir » plus haut.
erase-lead = Vous pouvez faire effacer tout cela. Nous vous le demandons encore une fois avant de le faire.
erase-do = Effacer toutes mes données
erase-not-yet = Vous pourrez faire effacer tout cela quand nous serons plus sûrs que c'est vous : appuyez sur « Demander à tout voir » plus haut.

## Effacer

erase = Effacer toutes vos données ?
erase-text = Nous effaçons tout ce que nous savons de vous. Nous ne pouvons pas le faire revenir.
erase-now = Dès cet instant, personne ici ne le voit ni ne s'en sert.
erase-day = En moins de 24 heures, ce n'est plus dans nos fichiers.
erase-law = Si la loi nous dit d'en garder une partie, nous disons quoi et jusqu'à quand. Nous ne nous en servons pour rien d'autre.
erase-told = Nous le disons à ceux à qui nous avons donné vos données.
erase-code = Nous gardons un code qui empêche nos fichiers de vous faire revenir. Il ne dit pas qui vous êtes.
erase-receipt = La page suivante vous donne un reçu : gardez-le. Si nous avons votre adresse e-mail, nous l'y envoyons aussi, une fois, dans la journée. Puis nous oublions l'adresse.
erase-yes = Oui, tout effacer
erase-back = Non, retour à ma page
erased = Vos données sont effacées
erased-lead = Gardez cette page : imprimez-la ou enregistrez-la. Nous ne pouvons pas la montrer une deuxième fois.
erased-sent = Nous envoyons la même chose à votre adresse e-mail, une fois. Puis nous oublions l'adresse.
erased-proofs = Pendant une demi-heure, vous pouvez aussi prendre ici
erased-on = Nous avons effacé vos données le { $at }, parce que { $ground }.
erased-records = { $count ->
    [one] { $source } : 1 fiche effacée.
   *[other] { $source } : { $count-shown } fiches effacées.
}
erased-activities = { $activity } : { $count-shown } lignes effacées.
erased-acts = Vos corrections et vos choix : { $count-shown } effacés.
erased-until = Plus rien chez nous n'utilise vos données. Le dernier octet aura quitté nos fichiers au plus tard le { $until }.
erased-kept = Nous devons en garder une partie jusqu'au { $until } : { $what }. { $says } Nous ne nous en servons pour rien d'autre.
erased-tell-recipient = Nous disons à { $recipient }, à qui nous avons donné vos données, de les effacer aussi.
erased-tell-source = Nous disons à ceux qui tiennent « { $source } » de les effacer là aussi.
erased-return-kept = De tout le reste nous ne gardons rien, seulement un code qui empêche nos fichiers de vous faire revenir par erreur. Si vous voulez revenir, dites-le-nous, et nous vous laissons entrer.
erased-return = Nous ne gardons aucune donnée sur vous, seulement un code qui empêche nos fichiers de vous faire revenir par erreur. Si vous voulez revenir, dites-le-nous, et nous vous laissons entrer.
erased-beside = Ce qui a été fait de vos données jusque-là est dans { $file }.
erased-record = Cela est inscrit sous { $use } dans notre journal, que personne ne peut changer.

## Une seule valeur

deleted = Vous avez fait supprimer cela le { $day }. Nous n'avons rien ici. Si quelqu'un l'apporte encore, nous le laissons dehors.
tell-again = Nous le redire
delete-this = Supprimer
delete-this-one = Supprimer : { $column }
delete = Supprimer ceci : { $what } ?
delete-lead = Nous supprimons tout ce que nous en avons, d'où que cela vienne. Nous ne pouvons pas le faire revenir.
delete-holds = { $count ->
    [one] « { $source } » : supprimé d'une fiche.
   *[other] « { $source } » : supprimé de { $count-shown } fiches.
}
delete-gone = « { $source } » ne vous connaît que par cela. { $count ->
    [one] Cette fiche part donc aussi, avec tout ce qui va avec elle.
   *[other] Ces { $count-shown } fiches partent donc aussi, avec tout ce qui va avec elles.
}
delete-gone-did = { $count ->
    [one] « { $activity } » : une ligne part avec.
   *[other] « { $activity } » : { $count-shown } lignes partent avec.
}
delete-address = Nous ne pourrons plus envoyer de lien à cette adresse. Si nous n'en connaissons pas d'autre, demandez-en un sur place.
delete-told = Nous le disons à ceux à qui nous l'avons donné, et à ceux qui nous l'ont donné.
delete-code = Si l'un d'eux l'apporte encore, nous le laissons dehors. Pour cela, nous gardons un code. Il ne dit pas ce que c'était.
delete-yes = Oui, supprimer
not-deleted-nothing = Pas supprimé : nous n'avons rien ici.
not-deleted = Pas supprimé : { $because }. Ce que vous pouvez faire : { $change }.
me-withheld-ask = Ou demandez-le ici.

## Ce que vous avez accepté

agreed-keep = Un reçu de ce que vous avez dit, à garder :
agreed-read = à lire
agreed-programs = pour les programmes
agreed = Ce que vous avez accepté
agreed-with = Ce que vous avez accepté chez { $organisation }
agreed-lead = Un reçu à garder, fait le { $made }. Son numéro est { $number }.
agreed-nothing = Vous n'avez rien accepté, et rien repris.
agreed-event = { $at } : { $what }.
agreed-logged = Dans notre journal sous { $use }, ligne { $leaf-shown }.
agreed-noted = Dans notre journal sous { $use }.
agreed-told = C'est ce que dit { $source }.
agreed-data = Les données : { $data }.
agreed-back = Vous pouvez reprendre un oui à tout moment : sur votre page, sous « À quoi cela sert », ou par un mot à { $contact }.
agreed-numbers = Vous êtes { $person } ici. Notre promesse était alors { $charter }. Le numéro de ce reçu est { $number }.
agreed-form = Les champs du fichier pour les programmes sont ceux de la norme ISO/IEC TS 27560:2023. Des questions : { $contact }.

## Les autres qui avaient une valeur fausse

told-changed = Changé dans { $name } le { $done }.
told-not-changed = Pas encore changé dans { $name }.
told-on = { $name } avait l'ancienne valeur ; prévenu le { $told }.
told-done = { $name } avait l'ancienne valeur ; prévenu le { $told }, fait le { $done }.
told-done-only = { $name } avait l'ancienne valeur ; fait le { $done }.
told-not-yet = { $name } avait l'ancienne valeur ; pas encore prévenu.

## Ce que des campagnes ont décidé

decided-why = Pourquoi ai-je reçu cela ?
decided-lead = Ce que nous vous envoyons est choisi par une règle ou au sort. Personne ici ne vous a choisi à la main. Vous pouvez demander que l'un de nous le regarde, plus bas.
decided-got = Le { $day }, « { $campaign } » a choisi ceci pour vous : { $action }.
decided-nothing = Le { $day }, « { $campaign } » n'a rien choisi pour vous.
decided-lot = C'était tiré au sort, avec { $chance } chances sur 100. Rien de ce que nous savons de vous n'y aurait changé quelque chose.
decided-are-control = Le sort a voulu que vous soyez de ceux qui ne reçoivent rien. Rien de ce que nous savons de vous n'y aurait changé quelque chose.
decided-control = Sur 100 personnes, { $share } ne reçoivent rien, pour que nous voyions si cela sert à quelque chose.
decided-because = Pourquoi vous : { $because }
decided-change = Ce qui l'aurait changé : { $change }
decided-no-outside = Des données d'ailleurs n'ont joué aucun rôle.
decided-outside = Sans données d'ailleurs, cela aurait été : { $what }.
decided-looked = On a regardé : { $what }.
