# Ce que le reste du produit dit et inscrit en anglais, et comment on le redit en français.
# L'attribut « en » est l'anglais, mot pour mot ; une variable y tient la place de n'importe quel
# texte, et « count » celle d'un nombre.

## Sur quelle base

basis-consent = parce que vous avez dit oui
    .en = because you said yes
basis-contract = parce que nous en avons besoin pour faire ce que vous nous avez demandé
    .en = because we need it to do what you asked of us
basis-law = parce que la loi nous le demande
    .en = because the law asks us to
basis-life = pour protéger la vie de quelqu'un
    .en = to protect somebody's life
basis-public = dans le cadre d'une mission publique
    .en = as part of a public task
basis-interest = parce que nous avons une bonne raison
    .en = because we have a fair reason

## D'où cela vient

origin-you = de vous
    .en = from you
origin-visit = de votre visite sur notre site ou notre appli
    .en = from your visit to our site or app
origin-us = noté par nous
    .en = noted by us
origin-partner = d'un partenaire
    .en = from a partner
origin-broker = d'un vendeur de données
    .en = from a data broker
origin-public = de sources publiques
    .en = from public sources
origin-here = vous nous l'avez dit ici
    .en = you told us here
you = Vous
    .en = You
own-word = Vous l'avez corrigé sur votre page.
    .en = You put this right on your page.
here = ici, chez nous
    .en = here, with us

## Pourquoi un usage vous laisse de côté

out-never = vous n'avez jamais dit oui
    .en = you never said yes
out-no = vous avez dit non
    .en = you said no
out-objected = vous vous y êtes opposé
    .en = you objected
out-hold = vous l'avez mis en pause
    .en = you put it on hold
out-young = vous êtes trop jeune
    .en = you are too young
out-age = nous n'avons pas de date de naissance à utiliser pour cela
    .en = you have no birth date that may be used
out-outside = nous ne vous connaissons que de l'extérieur
    .en = you are known only from outside

## Où en est une contestation

stage-open = attend une décision
    .en = waits for a decision
stage-upheld = a été jugée fausse
    .en = was found wrong
stage-dismissed = a été jugée juste
    .en = was found right

## Avec quelle précision

coarse-year = seulement l'année
    .en = only the year
coarse-month = seulement le mois et l'année
    .en = only the month and year
coarse-day = seulement le jour
    .en = only the day
coarse-birthday = seulement le jour et le mois, pas l'année
    .en = only the day and month, not the year
coarse-age = seulement la tranche d'âge de dix ans
    .en = only as an age group of ten years
coarse-region = seulement la région, le début
    .en = only the area, the first part
coarse-initial = seulement la première lettre
    .en = only the first letter
coarse-rounded = arrondi à { $step }
    .en = rounded to { $step }
coarse-known = seulement si nous l'avons
    .en = only whether we have it

## Combien de temps

keep-law-activity = { $own } après les faits ; ce que la loi nous demande de garder, { $keep }
    .en = { $own } after it happened; what the law asks us to keep, { $keep }
keep-law-identity = { $own } après votre dernier contact avec nous ; ce que la loi nous demande de garder, { $keep }
    .en = { $own } after you last did something with us; what the law asks us to keep, { $keep }
keep-activity = { $own } après les faits
    .en = { $own } after it happened
keep-identity = { $own } après votre dernier contact avec nous
    .en = { $own } after you last did something with us
keep-unbounded = sans fin fixée, jusqu'à ce que vous le fassiez effacer
    .en = with no set end, until you have it erased
keep-year = 1 an
    .en = 1 year
keep-years = { $count } ans
    .en = { $count } years
keep-month = 1 mois
    .en = 1 month
keep-months = { $count } mois
    .en = { $count } months
keep-day = 1 jour
    .en = 1 day
keep-days = { $count } jours
    .en = { $count } days

## Pourquoi on efface

ground-asked = vous l'avez demandé
    .en = you asked for it
ground-needed = cela ne sert plus
    .en = it is no longer needed
ground-unlawful = nous n'aurions pas dû l'avoir
    .en = we should not have held it
ground-law = la loi le demande
    .en = the law asks for it
ground-child = cela venait d'un enfant
    .en = it was collected from a child

## Ce qu'on peut demander

ask-access = à voir vos données
    .en = to see your data
ask-correction = à faire corriger quelque chose
    .en = to have something put right
ask-erasure = à faire effacer quelque chose
    .en = to have something erased
ask-restriction = à faire mettre quelque chose en pause
    .en = to have something put on hold
ask-objection = à faire arrêter un usage
    .en = to have a use stopped
ask-portability = à faire envoyer vos données à une autre entreprise
    .en = to have your data sent to another firm
ask-claim = à voir ce que votre page ne montre pas
    .en = to see what is withheld from your page
ask-review = qu'une personne regarde ce qu'une règle a décidé
    .en = that a person looks at what a rule decided
ask-complaint = de l'aide pour quelque chose qui ne va pas
    .en = about something that you are not content with
ask-question = quelque chose sur vos données
    .en = about your data
step-taken-down = il est noté que vous avez demandé { $what }
    .en = took down that you asked { $what }
step-confirm = reçu confirmé ; vous avez demandé { $what }
    .en = confirmed the request { $what }
step-wait = une question pour vous ; vous avez demandé { $what }
    .en = asked back about the request { $what }
step-asked = demandé { $what }
    .en = asked { $what }
step-resume = demande reprise ; vous avez demandé { $what }
    .en = took up again the request { $what }
step-extend = il faut plus de temps ; vous avez demandé { $what }
    .en = needs longer for the request { $what }
step-done = réponse donnée ; vous avez demandé { $what }
    .en = answered the request { $what }
step-refuse = demande refusée ; vous avez demandé { $what }
    .en = refused the request { $what }

## Ce qui est inscrit d'un usage

by-systems = nos systèmes
    .en = our systems
by-administrators = notre équipe technique
    .en = our administrators
by-colleague = l'un de nous
    .en = a colleague
link-by-mail = un lien vers cette page, par e-mail
    .en = a link to this page, by e-mail
link-not-made = un lien que nous n'avons pas fait, car d'autres ont la même adresse
    .en = a link that we did not make, as others use the address
link-proves-little = un lien que nous n'avons pas fait, car l'adresse prouve trop peu
    .en = a link that we did not make, as the address proves too little
link-other-address = un lien que nous n'avons pas fait, car nous utilisons une autre adresse
    .en = a link that we did not make, as we go by another address
all-by-mail = à tout voir par un simple e-mail, 24 heures plus tard
    .en = all of it to be shown by e-mail alone, from 24 hours on
no-more-by-mail = que rien de plus ne soit montré par un simple e-mail
    .en = nothing more to be shown by e-mail alone
new-address-code = un code à votre nouvelle adresse
    .en = a code to your new address
old-address = que votre ancienne adresse soit prévenue de la nouvelle
    .en = your old address to be told of the new one
post-code = un code par la poste, pour tout voir
    .en = a code by post, to see everything
key-made = une clé de votre appareil pour cette page
    .en = a key of your device to this page
key-removed = qu'une clé d'un appareil n'ouvre plus cette page
    .en = that a key of a device opens this page no more
agreed-to = ce que vous avez accepté
    .en = what you agreed to
took-back = vous avez repris votre oui
    .en = you took your yes back
said-yes = vous avez dit oui
    .en = you said yes
law-keeps-under = une loi nous demande de garder ce que vous avez fait chez nous sous ce numéro jusqu'au { $day }
    .en = a law asks us to keep what you did with us under it until { $day }
law-keeps = une loi nous demande de garder ceci jusqu'au { $day } : { $what }
    .en = a law asks us to keep { $what } until { $day }
law-keeps-way = à partir de ce jour, cela peut être supprimé ; jusque-là, vous pouvez mettre son usage en pause
    .en = from then on it can be deleted; until then its use can be put on hold
expired-of = { $count } de { $source }
    .en = { $count } of { $source }
expired-kept = { $count } gardés parce que la loi le demande
    .en = { $count } kept under a duty
expired-decisions = { $count } décisions
    .en = { $count } decisions
expired-lists = { $count } listes
    .en = { $count } lists
restored = tel qu'au { $at } ; { $count } usages depuis sont perdus, { $people } personnes effacées de nouveau
    .en = as of { $at }, { $count } uses since are lost, { $people } people erased again
backup-both = les données et les clés
    .en = data and keys
backup-data = les données
    .en = data
backup-keys = les clés
    .en = keys
loaded-one = 1 ligne de { $called } ({ $name }) : { $new } nouvelles, { $changed } changées
    .en = 1 row of { $called } ({ $name }): { $new } new, { $changed } changed
loaded = { $rows } lignes de { $called } ({ $name }) : { $new } nouvelles, { $changed } changées
    .en = { $rows } rows of { $called } ({ $name }): { $new } new, { $changed } changed
loaded-gone-one = 1 ligne de { $called } ({ $name }) : { $new } nouvelles, { $changed } changées, { $gone } disparues
    .en = 1 row of { $called } ({ $name }): { $new } new, { $changed } changed, { $gone } gone
loaded-gone = { $rows } lignes de { $called } ({ $name }) : { $new } nouvelles, { $changed } changées, { $gone } disparues
    .en = { $rows } rows of { $called } ({ $name }): { $new } new, { $changed } changed, { $gone } gone
with-policies = avec les règles { $digest }
    .en = with policies of the digest { $digest }
principals = qui travaille ici
    .en = principals

## Le rôle d'un destinataire, pour la loi

role-processor = sous-traitant
    .en = processor
role-controller = responsable du traitement
    .en = controller
role-joint = responsable conjoint du traitement
    .en = joint controller

## Ce que partage un foyer

shares-address = une adresse
    .en = an address
shares-phone = un numéro de téléphone
    .en = a telephone number
shares-email = une adresse e-mail
    .en = an e-mail address
shares-address-phone = une adresse et un numéro de téléphone
    .en = an address and a telephone number
shares-address-email = une adresse et une adresse e-mail
    .en = an address and an e-mail address
shares-phone-email = un numéro de téléphone et une adresse e-mail
    .en = a telephone number and an e-mail address
shares-all = une adresse, un numéro de téléphone et une adresse e-mail
    .en = an address, a telephone number and an e-mail address

## Ce qu'une valeur doit être

must-not-be-empty = est vide ; pour enlever une valeur, dites-le
    .en = is empty; to take a value away, say so
must-be-short = a plus de 500 caractères
    .en = is longer than 500 characters
must-be-shown = a des caractères qu'on ne peut pas montrer
    .en = has characters that cannot be shown
must-be-born = est une date de naissance dans le futur
    .en = is a birth date in the future
must-be-younger = est une date de naissance avant 1900
    .en = is a birth date before 1900
must-be-telephone = n'est pas un numéro de téléphone ; il a de 5 à 15 chiffres, comme +33 1 99 00 12 34
    .en = is no telephone number; it has 5 to 15 digits, as +44 20 7946 0000
must-be-name = n'est pas un nom ; il y faut au moins une lettre
    .en = is no name; it has at least one letter
must-be-town = n'est pas une ville ; il y faut au moins une lettre
    .en = is no town; it has at least one letter
must-be-part = ne fait pas partie d'une adresse ; il y faut des lettres ou des chiffres
    .en = is no part of an address; it has letters or digits
must-be-address = n'est pas une adresse à laquelle on peut écrire
    .en = is no address that a message can be sent to
must-be-day = doit être un jour écrit comme 09/03/1984
    .en = must be a day written as 1984-03-09
must-be-instant = doit être un instant écrit comme 2026-03-09T10:00:00Z
    .en = must be an instant written as 2026-03-09T10:00:00Z
must-be-whole = doit être un nombre entier
    .en = must be a whole number
must-be-number = doit être un nombre
    .en = must be a number
must-be-yes-no = doit être « oui » ou « non »
    .en = must be yes or no

## Comment on appelle ce que nous savons

name-given = prénom
    .en = given_name
name-family = nom de famille
    .en = family_name
name-full = nom complet
    .en = full_name
name-email = adresse e-mail
    .en = email
name-phone = numéro de téléphone
    .en = phone
name-street = rue
    .en = street
name-city = ville
    .en = city
name-postcode = code postal
    .en = postcode
name-country = pays
    .en = country
name-birth = date de naissance
    .en = birth_date

## Pourquoi deux fiches vont ensemble

words-same = identique
    .en = is the same
words-nearly = presque identique
    .en = is nearly the same
words-different = différent
    .en = is different
words-swapped = identique, le prénom et le nom échangés
    .en = is the same with given and family name swapped
words-family-alike = même nom de famille, prénom proche ou son initiale
    .en = has the same family name and an alike given name or its initial
words-given-alike = même prénom, nom de famille proche
    .en = has the same given name and an alike family name
words-given-missing = même nom de famille, prénom absent
    .en = has the same family name, the given name missing
words-family-missing = même prénom, nom de famille absent
    .en = has the same given name, the family name missing
words-one-part = proche dans la seule partie présente des deux côtés
    .en = is alike in the one part that both have
words-one-part-other = différent dans la seule partie présente des deux côtés
    .en = is different in the one part that both have
words-other-place = une partie se trouve à la place de l'autre
    .en = has one part standing in the other's place
words-other-family = même prénom, autre nom de famille
    .en = has the same given name, another family name
words-other-given = même nom de famille, autre prénom
    .en = has the same family name, another given name
words-near-given = prénom presque identique, autre nom de famille
    .en = has nearly the same given name, another family name
words-near-family = nom de famille presque identique, autre prénom
    .en = has nearly the same family name, another given name
words-another = le prénom est autre, et aucune date de naissance ne montre que c'est une seule personne
    .en = is another, and no date of birth shows that it is one person
words-street-postcode = même rue et même code postal
    .en = is the same in street and postcode
words-street-town = même rue et même ville, code postal presque identique ou absent
    .en = is the same in street and town, the postcode nearly the same or missing
words-near-street-place = rue presque identique, même code postal ou même ville
    .en = is nearly the same in street, the same in postcode or town
words-street-known = même rue, pour ce que nous savons
    .en = is the same in street, as far as known
words-street-elsewhere = même rue, mais pas le même code postal ni la même ville
    .en = is the same in street, but not in postcode and town
words-postcode-known = même code postal, pour ce que nous savons
    .en = is the same in postcode, as far as known
words-postcode-other = même code postal, autre rue
    .en = is the same in postcode, in another street
words-near-street = rue presque identique
    .en = is nearly the same in street
words-near-postcode = code postal presque identique
    .en = is nearly the same in postcode
words-district = même secteur postal
    .en = is in the same postal district
words-area = même zone postale
    .en = is in the same postal area
words-town = même ville
    .en = is in the same town
words-near-town = ville presque du même nom
    .en = is in a town of nearly the same name
words-mailbox = même boîte chez un autre fournisseur
    .en = has the same mailbox at another provider
words-digit = à un chiffre près
    .en = is one digit apart
words-keystroke = à une touche près
    .en = is one keystroke apart
words-known = identique, pour ce que nous savons
    .en = is the same as far as known
words-day-month-swapped = jour et mois échangés
    .en = has day and month swapped
words-year-and = même année et même mois, ou même année et même jour
    .en = has the same year and month, or year and day
words-other-year = même jour et même mois, autre année
    .en = has the same day and month in another year
words-year = même année
    .en = has the same year
words-part = identique en partie
    .en = is the same in part
words-at-most-keystroke = à 1 touche près au plus
    .en = is at most 1 keystroke apart
words-at-most-keystrokes = à { $count } touches près au plus
    .en = is at most { $count } keystrokes apart
words-at-most-day = à 1 jour près au plus
    .en = is at most 1 day apart
words-at-most-days = à { $count } jours près au plus
    .en = is at most { $count } days apart
judged-own-same = vous nous avez dit que les deux sont à vous
    .en = you told us that both are yours
judged-own-other = vous nous avez dit que l'une d'elles n'est pas à vous
    .en = you told us that one of them is not yours
judged-staff-same = l'un de nous a vérifié qu'elles sont à une seule personne, et nous gardons la raison
    .en = one of our staff checked that they are one person's, and we keep the reason
judged-staff-other = l'un de nous a vérifié qu'elles sont à deux personnes, et nous gardons la raison
    .en = one of our staff checked that they are two people's, and we keep the reason
judged-number-same = nous leur avons donné le même { $field }
    .en = we gave both the same { $field }
judged-number-other = nous leur avons donné à chacune un autre { $field }
    .en = we gave them another { $field } each

## Vos droits

right-see = Tout voir et prendre une copie
    .en = See it and take a copy
right-see-how = Vous pouvez voir toutes vos données et en prendre une copie, sans frais et aussi souvent que vous voulez : sur votre page, ou en écrivant à { $contact }.
    .en = You may see all your data and take a copy home, free of charge and as often as you like: on your page, or by writing to { $contact }.
right-correct = Le faire corriger
    .en = Have it put right
right-correct-how = Si quelque chose est faux, dites-nous ce qui est juste, ou que c'est peut-être faux : appuyez sur « C'est faux » à côté, sur votre page. Votre parole compte tout de suite, et rien de ce que nous recevons plus tard ne remet l'ancienne valeur. Vous pouvez ajouter une note.
    .en = If something is wrong, tell us what is right, or that it may be wrong: press "This is wrong" beside it on your page. Your word counts at once, and nothing that we get later puts the old value back. You may add a note of your own.
right-erase = Le faire effacer
    .en = Have it erased
right-erase-how = Vous pouvez faire effacer vos données : appuyez sur « Effacer toutes mes données » sur votre page. Nous ne gardons que ce que la loi nous demande de garder, et vous disons ce que c'est.
    .en = You may have your data erased: press "Erase all my data" on your page. We keep only what a law asks us to keep, and tell you what that is.
right-hold = Le mettre en pause
    .en = Put it on hold
right-hold-how = Vous pouvez nous dire de garder vos données sans les utiliser : appuyez sur « Tout mettre en pause » sur votre page. Nous vous prévenons avant la fin d'une pause que vous n'avez pas finie vous-même.
    .en = You may tell us to keep your data but not to use it: press "Put everything on hold" on your page. We tell you before a hold ends that you did not end yourself.
right-take = L'emporter ailleurs
    .en = Take it elsewhere
right-take-how = Ce que vous nous avez donné, et ce que nous avons noté pendant que vous étiez en contact avec nous, vous pouvez le porter dans une autre entreprise : la copie existe aussi comme fichier que les programmes lisent (JSON ou CSV). Si vous voulez, nous l'envoyons nous-mêmes.
    .en = What you gave us, and what we noted while you dealt with us, you may take to another firm: the copy comes as a file that programs can read (JSON or CSV) too. If you like, we send it there ourselves.
right-others = Faire prévenir les autres
    .en = Have others told
right-others-how = Quand quelque chose est corrigé, effacé ou mis en pause, nous le disons à tous ceux à qui nous l'avons donné. Vous pouvez nous demander qui ils sont ; leurs noms sont dans la copie.
    .en = When something is put right, erased or put on hold, we tell everybody whom we gave it to. You may ask us who they are; they are named in the copy.
right-yes = Reprendre votre oui
    .en = Take back your yes
right-yes-how = Là où nous utilisons vos données parce que vous avez dit oui, vous pouvez le reprendre sur votre page, aussi simplement que vous l'avez donné. Cela ne change pas ce qui a été fait avant.
    .en = Where we use your data because you said yes, you may take that back on your page, as easily as you gave it. It does not change what was done before.
right-marketing = Dire non à la publicité
    .en = Say no to marketing
right-marketing-how = Vous pouvez dire non à la publicité à tout moment, et à être regardé pour cela. Il ne faut pas de raison, et nous arrêtons tout de suite : appuyez sur « Arrêter toute publicité avec mes données », ou dites-le en réponse à un message.
    .en = You may say no to marketing at any time, and to being looked at for it. You need no reason, and we stop at once: press "Stop all marketing with my data", or say so in answer to any message.
right-uses = Dire non à d'autres usages
    .en = Say no to other uses
right-uses-how = Là où nous utilisons vos données parce que nous avons une bonne raison, vous pouvez dire non : appuyez sur « Arrêter cela » à côté de cet usage, sur votre page.
    .en = Where we use your data because we have a fair reason, you may say no: press "Stop this" beside that use on your page.
right-sale = Ne pas être vendu, partagé, ni montré à plus de gens qu'il ne faut
    .en = Not be sold, shared or shown to more people than needed
right-sale-how = Vous pouvez nous dire de ne pas vendre ni partager vos données, et d'utiliser les faits privés sur vous seulement pour ce que vous nous avez demandé. Un signal de votre navigateur (Global Privacy Control) suffit. Nous ne traitons personne plus mal pour cela.
    .en = You may tell us not to sell or share your data, and to use private facts about you only for what you asked of us. A signal of your browser (Global Privacy Control) is enough. We treat nobody worse for it.
right-sale-partly-how = Vous pouvez nous dire de ne pas vendre ni partager vos données, et d'utiliser les faits privés sur vous seulement pour ce que vous nous avez demandé. Un signal de votre navigateur (Global Privacy Control) suffit. Cela n'arrête pas chaque usage que la loi appelle une vente : chacun dit s'il s'arrête. Nous ne traitons personne plus mal pour cela.
    .en = You may tell us not to sell or share your data, and to use private facts about you only for what you asked of us. A signal of your browser (Global Privacy Control) is enough. That does not end every use that the law calls a sale: each says whether it stops. We treat nobody worse for it.
right-machine = Ne pas être jugé par une machine
    .en = Not be judged by a machine
right-machine-how = Si une règle seule vous a choisi, ou laissé de côté, vous pouvez demander pourquoi, dire ce que vous en pensez, et demander qu'une personne regarde.
    .en = If a rule alone picked you, or left you out, you may ask why, say what you think of it, and have a person look at it.
right-answer = Avoir une réponse à temps
    .en = Get an answer in time
right-answer-how = Nous répondons en un mois, ou en 30 jours là où votre loi le dit, sans frais. S'il nous faut plus de temps, nous vous disons pourquoi avant ; ce n'est jamais plus de deux mois de plus. Si nous disons non, nous vous disons pourquoi. Nous ne demandons qui vous êtes qu'autant qu'il le faut, et jamais un passeport ni un questionnaire.
    .en = We answer within a month, or within 30 days where your law says so, free of charge. If we need longer we tell you why before then; it is never more than two months more. If we say no, we tell you why. We ask who you are only as far as we must, and never for a passport or a quiz.
right-complain = Vous plaindre
    .en = Complain
right-complain-how = Si vous n'êtes pas content, écrivez à { $contact } : en moins de 30 jours, nous disons que nous avons votre plainte. Vous pouvez aussi vous plaindre auprès de { $whom }. Et vous pouvez aller en justice.
    .en = If you are not content, write to { $contact }: we say within 30 days that we have your complaint. You may also complain to { $whom }. And you may go to court.
whom-some = l'autorité de protection des données là où vous vivez
    .en = the data protection authority where you live
whom-named = { $authority } ({ $contact }), ou celle du lieu où vous vivez
    .en = { $authority } ({ $contact }), or the one where you live

## Les lois qui donnent ces droits

law-1 = RGPD art. 15 ; CCPA 1798.110 ; LPRPDE 4.9 ; Québec art. 27
    .en = GDPR Art. 15; CCPA 1798.110; PIPEDA 4.9; Quebec s. 27
law-2 = RGPD art. 16 ; CCPA 1798.106 ; LPRPDE 4.9.5 ; Québec art. 28
    .en = GDPR Art. 16; CCPA 1798.106; PIPEDA 4.9.5; Quebec s. 28
law-3 = RGPD art. 17 ; CCPA 1798.105 ; Québec art. 28.1
    .en = GDPR Art. 17; CCPA 1798.105; Quebec s. 28.1
law-4 = RGPD art. 18 ; LPRPDE 4.5
    .en = GDPR Art. 18; PIPEDA 4.5
law-5 = RGPD art. 20 ; Québec art. 27
    .en = GDPR Art. 20; Quebec s. 27
law-6 = RGPD art. 19 ; CCPA 1798.105 et 1798.106 ; LPRPDE 4.9.5
    .en = GDPR Art. 19; CCPA 1798.105 and 1798.106; PIPEDA 4.9.5
law-7 = RGPD art. 7(3) ; LCAP art. 11 ; LPRPDE 4.3.8 ; Québec art. 8
    .en = GDPR Art. 7(3); CASL s. 11; PIPEDA 4.3.8; Quebec s. 8
law-8 = RGPD art. 21(2) et (3) ; LCAP art. 11
    .en = GDPR Art. 21(2) and (3); CASL s. 11
law-9 = RGPD art. 21(1)
    .en = GDPR Art. 21(1)
law-10 = CCPA 1798.120, 1798.121 et 1798.135
    .en = CCPA 1798.120, 1798.121 and 1798.135
law-11 = RGPD art. 22 ; Québec art. 12.1
    .en = GDPR Art. 22; Quebec s. 12.1
law-12 = RGPD art. 12(3) à (6) ; CCPA 1798.130 ; LPRPDE art. 8(3) ; Québec art. 32
    .en = GDPR Art. 12(3) to (6); CCPA 1798.130; PIPEDA s. 8(3); Quebec s. 32
law-13 = RGPD art. 13(2)(d), 77 et 79 ; loi britannique de 2025 sur les données (DUAA) art. 103
    .en = GDPR Art. 13(2)(d), 77 and 79; UK Data (Use and Access) Act 2025 s. 103

## Ce que la loi protège de façon spéciale

special-sensitive = données sensibles, CPRA
    .en = CPRA sensitive
special-minors = mineurs, CPRA
    .en = CPRA minors
special-account = compte et code, CPRA
    .en = CPRA acct+code
special-credit = compte, CPRA ; FCRA
    .en = CPRA (acct) / FCRA
special-both = RGPD art. 9 ; CPRA
    .en = GDPR Art 9 / CPRA
special-gdpr = RGPD art. 9
    .en = GDPR Art 9

## Pourquoi une campagne a choisi ainsi

because-everybody = c'est le mieux pour tout le monde, autant que nous puissions le dire
    .en = it is the best for everybody, as far as we can tell
because-in-spite = rien de ce que nous avons regardé ne le veut à soi seul, et c'est pourtant ce qui vaut le plus
    .en = nothing we looked at speaks for it by itself, and it is worth most all the same
because-not-worth = rien d'autre ne vaut son prix pour vous, autant que nous puissions le dire
    .en = nothing else is worth its cost for you, as far as we can tell
