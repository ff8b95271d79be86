# L'avis : ce que chacun apprend de ce que nous gardons et faisons.

notice = Ce que nous faisons de vos données
notice-lead = Voici ce que { $name } garde sur ses clients, pour quoi faire, et qui le reçoit. Cette page est faite à partir des règles que nos systèmes suivent. À côté de chaque promesse, vous lisez ce qui a été fait en vrai.
contents = Dans ce document
notice-short = En bref
notice-short-uses = { $count ->
    [one] Nous utilisons vos données pour une seule chose. Elle est dite plus bas.
   *[other] Nous utilisons vos données pour { $count-shown } choses. Chacune est dite plus bas.
}
notice-short-given = Nous donnons des données à { $names }, et à personne d'autre.
notice-short-nobody = Nous ne donnons vos données à personne.
notice-short-inside = Nous n'avons rien sur vous qui vienne de l'extérieur.
notice-short-outside = { $count ->
    [one] Nous avons un jeu de données qui ne vient ni de vous ni de ce que vous avez fait chez nous. Nous ne l'utilisons pas.
   *[other] Nous avons { $count-shown } jeux de données qui ne viennent ni de vous ni de ce que vous avez fait chez nous. Nous ne les utilisons pas.
}
notice-short-tested = { $count ->
    [one] Nous avons un jeu de données qui ne vient ni de vous ni de ce que vous avez fait chez nous. Nous essayons seulement s'il aiderait. Nous ne l'utilisons pour rien d'autre.
   *[other] Nous avons { $count-shown } jeux de données qui ne viennent ni de vous ni de ce que vous avez fait chez nous. Nous essayons seulement s'ils aideraient. Nous ne les utilisons pour rien d'autre.
}
notice-short-admitted = Une part de ce que nous avons ne vient ni de vous ni de ce que vous avez fait chez nous : { $count ->
    [one] un jeu de données
   *[other] { $count-shown } jeux de données
}. Nous en utilisons { $used-shown }. C'est dit plus bas.
notice-short-page = Vous avez une page avec toutes vos données. Vous y voyez qui les a utilisées, vous les corrigez, vous dites non, ou vous les faites effacer.
notice-no = Vous pouvez dire non
notice-no-text = Vous pouvez dire non à la publicité à tout moment. Il ne faut pas de raison, c'est gratuit, et nous arrêtons tout de suite. Faites-le sur la première page de ce site, sur votre page à vous, ou dites-le-nous.
notice-no-signal = Si votre navigateur envoie le signal Global Privacy Control, c'est pour nous un non à la vente et au partage de vos données.
notice-complain = Où vous pouvez vous plaindre
notice-kinds = Ce que nous gardons
notice-kinds-lead = Voici les sortes de données que nous pouvons avoir sur nos clients. Ce que nous avons sur vous est sur votre page.
notice-used = Sert à
notice-used-nothing = rien
notice-used-choices = respecter ce que vous avez choisi
notice-used-joining = réunir vos fiches
notice-got = Comment nous l'avons eu
notice-place-outside = { $called } ({ $kind }, ne sert pas)
notice-place-admitted = { $called } ({ $kind })
notice-joining = Réunir vos fiches
notice-joining-text = Vous êtes peut-être dans plusieurs de nos listes : à la caisse, dans la boutique en ligne, parmi nos lettres. Nous comparons des noms, des adresses et des numéros pour trouver quelles fiches sont à vous. Là où nous ne sommes pas sûrs, votre page ne les montre pas. Votre page dit pourquoi chaque fiche est prise pour la vôtre, et vous pouvez en renvoyer une.
notice-used-lead = Nous utilisons vos données pour ceci, et pour rien d'autre.
notice-held-stopped = Nous avons arrêté ceci. Cela ne se fait pas.
notice-held-not-begun = Ceci n'a pas commencé. Cela ne commence que quand deux de nos équipes ont dit oui et que vous êtes prévenu.
notice-receiver-stopped = Nous avons arrêté ceci. On ne leur donne rien.
notice-receiver-not-begun = Ceci n'a pas commencé. On ne leur donne rien tant que deux de nos équipes n'ont pas dit oui.
notice-sees = Cet usage regarde : { $list }.
notice-sees-groups = Cet usage ne regarde personne seul, mais des groupes de { $count-shown } personnes ou plus, par : { $list }.
notice-sees-trial = Personne n'en regarde rien. Une machine essaie jusqu'au { $ends } si les données de « { $called } » aideraient, et ne dit que oui ou non. Elle essaie avec : { $list }.
notice-sees-nothing = Cet usage ne regarde rien par son nom.
notice-sees-activity = de « { $called } » : { $columns }
notice-age = Qui a moins de { $age-shown } ans n'y est pas.
notice-to = Cet usage peut donner des données à { $names }.
notice-to-nobody = Cet usage ne donne vos données à personne.
notice-may-object = Vous pouvez y dire non à tout moment, sur votre page.
notice-purpose-sold = Pour la loi, c'est une vente ou un partage. Un non à la vente l'arrête.
notice-purpose-sold-on = Pour la loi, c'est une vente ou un partage. Un non à la vente en général ne l'arrête pas.
notice-needed-contract = Vous ne devez pas nous donner ces données. Mais sans elles, nous ne pouvons pas faire ce que vous nous demandez.
notice-needed-law = Une loi nous demande de garder ces données.
notice-needed-not = Vous ne devez pas nous donner ces données. Sans elles, vous manquez ceci et rien d'autre.
notice-keeps = Ce que cela produit est gardé { $keep }. Qui de nous peut s'en servir : { $roles }.
notice-no-role = personne encore
notice-done = Fait jusqu'ici : utilisé { $uses ->
    [one] une fois
   *[other] { $uses-shown } fois
}, avec les données { $people ->
    [one] d'une personne
   *[other] de { $people-shown } personnes
}, la dernière fois le { $last }.
notice-done-never = Fait jusqu'ici : jamais utilisé.
notice-former = Ce que nous faisions avant
notice-former-text = Nous ne faisons plus ceci : { $names }. L'histoire sur votre page en parle encore.
notice-machine = Ce qu'une machine décide
notice-machine-some = Une règle choisit des personnes là où cela est dit plus haut. Elle décide qui reçoit une offre, et rien qui vous lie ou vous coûte de l'argent. Vous pouvez demander pourquoi, dire ce que vous en pensez, et demander qu'une personne regarde.
notice-machine-other = Une règle choisit des personnes là où cela est dit plus haut. Vous pouvez demander pourquoi, dire ce que vous en pensez, et demander qu'une personne regarde.
notice-machine-none = Aucune machine ne décide seule de quoi que ce soit sur vous.
notice-located-address = Aucun de ces usages ne regarde où vous êtes. Le plus près que l'un d'eux regarde, c'est votre adresse postale. Ceux qui regardent ce que vous aimez peut-être sont nommés plus haut ; on peut dire non à chacun.
notice-located-area = Un de ces usages regarde où vous êtes, mais seulement votre ville ou votre zone postale. Ceux qui regardent ce que vous aimez peut-être sont nommés plus haut ; on peut dire non à chacun.
notice-given = Qui reçoit des données
notice-no-receivers = Nous ne donnons de données à personne au dehors.
notice-sold = Une partie de cela est, pour la loi, une vente ou un partage : des données vont à quelqu'un pour ses propres buts, ou vous voyez de la publicité ailleurs. Vous pouvez y dire non sur la première page, et par un signal de votre navigateur.
notice-sold-partly = Une partie de cela est, pour la loi, une vente ou un partage : des données vont à quelqu'un pour ses propres buts, ou vous voyez de la publicité ailleurs. Un non à la vente, sur la première page ou par un signal de votre navigateur, n'arrête pas tout. Chaque usage dit si vous pouvez y dire non.
notice-law-may-ask = Un tribunal ou une autorité peut nous demander des données. Si la loi le permet, vous le lisez sur votre page.
notice-former-receiver = Nous lui avons donné des données avant, et ne lui en donnons plus.
notice-given-count = Donné jusqu'ici : { $lists ->
    [one] une liste
   *[other] { $lists-shown } listes
}, avec les données { $people ->
    [one] d'une personne
   *[other] de { $people-shown } personnes
}, la dernière fois le { $last }.
notice-given-never = Donné jusqu'ici : rien.
notice-outside = Des données de l'extérieur
notice-outside-none = Tout ce que nous avons vient de vous, ou de ce que vous avez fait chez nous. Nous n'achetons pas de données.
notice-outside-kind = Cela vient d'ici : { $kind }.
notice-outside-unused = Nous regardons seulement à qui c'est, pour que vous le voyiez sur votre page. Pour tout autre usage, c'est sous clé tant que des essais ne montrent pas qu'il le faut, que deux de nos équipes ne disent pas oui, et que vous n'êtes pas prévenu.
notice-outside-tested = Nous essayons si cela aiderait. Personne n'en voit rien, et il n'en sort qu'un oui ou un non. Pour tout autre usage, c'est sous clé tant que cet essai ne montre pas qu'il le faut, que deux de nos équipes ne disent pas oui, et que vous n'êtes pas prévenu.
notice-outside-used = Un essai a montré qu'il le faut, deux de nos équipes ont dit oui, et nous avons prévenu qui y est. Alors nous l'utilisons, pour ce qui est dit plus haut. Vous pouvez dire non sur votre page.
notice-outside-held = Gardé en ce moment : { $count ->
    [0] rien
    [one] une fiche
   *[other] { $count-shown } fiches
}.
notice-outside-told = Qui est dans de telles données doit l'apprendre de nous en moins d'un mois, ou avant notre premier message. Votre page marque chaque valeur qui vient de l'extérieur.
notice-idle = Gardé et pas utilisé
notice-idle-text = Nous n'utilisons pas ceci en ce moment : { $names }. Vous pouvez le faire effacer sur votre page.
notice-rights-lead = Tout cela est gratuit. Presque tout se fait tout de suite, sur votre page.
notice-changes = Quand cela change
notice-changes-text = Si nous voulons utiliser vos données pour quelque chose de nouveau, nous vous le disons avant de commencer. Chaque version de notre promesse est gardée, et son numéro est dans un journal que personne ne peut changer sans que cela se voie.
notice-children = Nous ne cherchons pas à avoir des données sur des enfants. Si vous en voyez, dites-le-nous, et nous les effaçons.
notice-children-held = Une part de ce que nous gardons, ce sont des données sur des enfants. C'est dit plus haut, avec ce à quoi elles servent. Si vous en voyez qui n'ont rien à faire là, dites-le-nous, et nous les effaçons.
notice-practice = Ce qui a été fait en vrai
notice-practice-count = En tout : { $uses ->
    [one] un acte inscrit
   *[other] { $uses-shown } actes inscrits
}, { $people ->
    [one] une personne connue
   *[other] { $people-shown } personnes connues
}, { $refusals ->
    [0] rien de refusé
    [one] une demande de chez nous refusée par les règles
   *[other] { $refusals-shown } demandes de chez nous refusées par les règles
}.
notice-log = Chacun peut vérifier ce journal avec des programmes que nous n'avons pas écrits. La façon de faire est sous « Confiance ».
notice-foot = Version { $charter }, en vigueur depuis le { $since }. Cette page est faite par les mêmes règles qui gardent vos données.
notice-foot-draft = Version { $charter }, un projet qui n'est pas en vigueur.
notice-link = Ce que nous faisons des données

## La page de confiance

trust = Vous n'avez pas à nous croire sur parole
trust-link = Confiance
trust-lead = Ce que { $name } garde, fait et refuse de faire avec les données des gens, et comment vous pouvez le vérifier.
trust-held = Ce que nous gardons
trust-held-people = { $people ->
    [one] Des données sur une personne.
   *[other] Des données sur { $people-shown } personnes.
}
trust-done = Ce que nous en faisons
trust-what = Ce que nous faisons
trust-uses = Combien de fois
trust-people = Personnes
trust-to = Donné à
trust-nobody = personne
trust-given = { $name } : { $times ->
    [one] une fois
   *[other] { $times-shown } fois
}, données de { $people ->
    [one] une personne
   *[other] { $people-shown } personnes
}
trust-given-never = { $name } : rien jusqu'ici
trust-approvals = Qui a dû dire oui
trust-approvals-lead = Ce qui est nouveau, risqué ou venu de l'extérieur ne fait rien tant que deux personnes n'y ont pas dit oui : une de notre équipe technique et une de notre équipe de publicité. Chacune peut reprendre son oui, et notre responsable des données peut tout arrêter. Chacun de ces mots est dans notre journal.
trust-approvals-what = Ce que c'est
trust-approvals-why = Pourquoi deux personnes
trust-approvals-now = Où cela en est
trust-approvals-said = Ce qui a été dit
trust-approvals-role = Ce qu'ils peuvent faire : { $name }
trust-because-outside = ses données viennent de l'extérieur
trust-because-trial = cela essaie des données de l'extérieur
trust-because-new = c'est nouveau
trust-because-wider = cela fait plus qu'au début
trust-because-trust = les nôtres peuvent faire plus qu'au début
trust-because-risky = notre propre essai le trouve risqué
trust-because-none = il ne fallait pas deux personnes
trust-stands-agreed = les deux ont dit oui
trust-stands-locked = les deux ont dit oui ; c'est sous clé tant que le reste manque
trust-stands-keys = cela attend un oui, et ne fait rien
trust-stands-telling = cela ne fait rien tant que les personnes concernées ne sont pas prévenues
trust-stands-stopped = cela a été arrêté, et ne fait rien
trust-said-nothing = rien encore
trust-said-yes = oui de { $who } le { $day }
trust-said-back = { $who } a repris son oui le { $day }
trust-said-stopped = { $who } l'a arrêté le { $day }
trust-who-it = notre équipe technique
trust-who-marketing = notre équipe de publicité
trust-who-privacy = notre responsable des données
trust-refused = Ce que nous refusons
trust-not-located = Aucun de nos usages ne regarde où vous êtes.
trust-located = Un de nos usages regarde où vous êtes. L'avis dit lequel, et si vous pouvez y dire non.
trust-located-address = Aucun de nos usages ne regarde où vous êtes. Le plus près que l'un d'eux regarde, c'est votre adresse postale.
trust-located-area = Un de nos usages regarde où vous êtes, mais seulement votre ville ou votre zone postale.
trust-no-papers = Pour voir vos données, nous ne demandons ni passeport ni questionnaire : un message à une adresse que nous connaissons suffit.
trust-refusals = { $count ->
    [0] Aucune demande de chez nous n'a dû être refusée jusqu'ici.
    [one] Une demande de chez nous a été refusée par les règles.
   *[other] { $count-shown } demandes de chez nous ont été refusées par les règles.
}
trust-answered = En combien de temps nous répondons
trust-answered-lead = Presque tout ce que vous demandez se fait tout de suite sur votre page : voir vos données, les corriger, dire non, les faire effacer. Le reste attend l'un de nous.
trust-answered-none = Personne n'a dû attendre une réponse jusqu'ici.
trust-answered-count = { $count ->
    [one] Une demande a eu sa réponse.
   *[other] { $count-shown } demandes ont eu leur réponse.
} La moitié en { $median ->
    [0] un jour
    [one] un jour
   *[other] { $median-shown } jours
}, la plus lente en { $longest ->
    [0] un jour
    [one] un jour
   *[other] { $longest-shown } jours
}.
trust-waiting = { $count ->
    [0] Aucune n'attend en ce moment.
    [one] Une attend en ce moment.
   *[other] { $count-shown } attendent en ce moment.
} { $late ->
    [0] Aucune n'est en retard.
    [one] Une est en retard.
   *[other] { $late-shown } sont en retard.
}
trust-checked = Comment le vérifier
trust-checked-lead = { $count ->
    [one] Notre journal a une ligne.
   *[other] Notre journal a { $count-shown } lignes.
} Chaque usage de données y est écrit avant que son résultat parte, et aucune ligne ne peut être changée ou enlevée sans que cela se voie. Il ne contient de données sur personne.
trust-key = La clé du journal
trust-checkpoint = Où se trouve son dernier état
trust-notice = Ce que nous faisons des données, pour les gens et pour les programmes
trust-witness = { $names } regarde le journal de l'extérieur, et ne le signe que s'il a grandi et rien d'autre.
trust-no-witness = Personne ne regarde encore le journal de l'extérieur. Gardez un reçu : un plus ancien montre si le journal a été changé.
trust-how = Sur votre page, vous pouvez prendre un reçu de tout ce qui a été fait avec vos données. Il prouve que chaque usage montré est dans le journal, et qu'aucun n'a été laissé de côté. Des programmes que nous n'avons pas écrits peuvent le vérifier.
