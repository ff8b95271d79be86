# Les messages aux clients. Une ligne seule est un paragraphe.

mail-on-record = Inscrit sous { $use }.
mail-why = Pourquoi ai-je reçu cela ? { $link }
mail-stop = Arrêter ces messages, en un clic : { $link }
mail-link = Votre lien vers votre page
mail-link-text =
    Vous avez demandé un lien vers votre page. Ouvrez-le dans le navigateur où vous l'avez demandé :

    { $link }

    Ou tapez-y ce code : { $code }

    Les deux marchent une fois, pendant dix minutes. Ne dites le code à personne. Si vous n'avez rien demandé, ne faites rien : personne ne peut ouvrir votre page sans ce message.
mail-shared = Au sujet de votre page
mail-shared-text = Quelqu'un a demandé un lien avec cette adresse. Plus d'une personne nous l'a donnée. Nous ne montrons donc les données de personne par elle : ce seraient peut-être celles de quelqu'un d'autre. Écrivez à { $contact }, et nous trouvons un autre chemin avec vous.
mail-later = Au sujet de votre page
mail-later-text = Quelqu'un a demandé un lien avec cette adresse. Seule, elle n'ouvre aucune page : nous l'avons apprise plus tard que d'autres données, ou par un formulaire que tout le monde peut remplir. N'importe qui peut nous donner son adresse avec le nom de quelqu'un d'autre. Demandez avec une autre adresse que vous nous avez donnée, de préférence la première. Si vous n'en avez pas, écrivez à { $contact }, et nous trouvons un autre chemin avec vous.
mail-other = Au sujet de votre page
mail-other-text = Quelqu'un a demandé un lien avec cette adresse. Nous la connaissons, mais nous en utilisons maintenant une autre. Celle-ci n'ouvre donc aucune page. Demandez avec l'autre. Si vous ne l'avez pas, écrivez à { $contact }, et nous trouvons un autre chemin avec vous.
mail-all = Quelqu'un veut voir toutes vos données
mail-all-text = Quelqu'un qui lit vos e-mails a demandé à voir toutes vos données sur votre page, et à les emporter. Dans 24 heures, et pendant une semaine, un lien envoyé à cette adresse le permettra. Si ce n'était pas vous, demandez un lien et appuyez sur « Ce n'était pas moi » sur votre page ; ou écrivez à { $contact }.
mail-no-marketing = Nous avons arrêté la publicité avec vos données
mail-no-marketing-text = Quelqu'un nous a demandé, avec cette adresse, de ne plus faire de publicité avec vos données. Nous l'avons arrêtée tout de suite. Si ce n'était pas vous et que vous la voulez de nouveau, dites-le sur votre page.
mail-post = Un code vous arrive par la poste
mail-post-text = Quelqu'un qui lit vos e-mails a demandé une lettre avec un code, pour voir toutes vos données sur votre page. La lettre part à votre adresse postale. Si ce n'était pas vous, jetez-la, et écrivez à { $contact }.
letter = Votre code
letter-text = Vous avez demandé un code pour voir toutes vos données sur votre page. Demandez un lien par e-mail comme avant, ouvrez votre page et tapez-y ce code en moins de 30 jours. Il marche une fois.
letter-warning = Ne le dites à personne. Si vous ne l'avez pas demandé, jetez cette lettre, et écrivez à { $contact }.
mail-confirm = Un code pour votre nouvelle adresse e-mail
mail-confirm-text = Quelqu'un a donné cette adresse e-mail comme la sienne, sur la page de ses données chez nous. Si c'était vous, tapez-y ce code dans les dix minutes : { $code }. Si ce n'était pas vous, ne faites rien : rien ne change alors.
mail-changed = Votre adresse e-mail a changé
mail-changed-text = Sur votre page, votre adresse e-mail chez nous a été changée, et celle-ci ne sert plus. Pendant trois jours, personne ne peut emporter une copie de vos données. Si ce n'était pas vous, écrivez tout de suite à { $contact }.
mail-deleted = Votre adresse e-mail a été supprimée
mail-deleted-text = Sur votre page, cette adresse e-mail a été supprimée : nous ne la gardons plus, et n'y écrivons plus après ce message. Pendant trois jours, personne ne peut emporter de copie de vos données. Si ce n'était pas vous, écrivez tout de suite à { $contact }.
mail-erased = Vos données sont effacées
mail-news = Du nouveau sur vos données
mail-news-who = Nous sommes { $who }.
mail-news-stands = { $who } nous représente.
mail-news-source = Nous avons des données sur vous qui ne viennent pas de vous : { $what }.
mail-news-kinds = De ces sortes : { $kinds }.
mail-news-whence = D'où cela vient : { $called } ({ $kind }). { $acquired }
mail-news-source-now = Personne ne s'en sert pour le moment. Nous pourrons nous en servir plus tard, mais seulement si c'est nécessaire, si deux d'entre nous sont d'accord, et si on vous l'a dit. Ce message vous le dit.
mail-news-uses = Voici à quoi cela peut servir :
mail-news-no-use = Aucun de nos usages ne le regarde encore. Avant que l'un le fasse, notre avis dit lequel, et pourquoi nous le pouvons.
mail-news-use = Pour quoi faire : { $says }
mail-news-given = Cela peut être donné à : { $names }.
mail-news-given-nobody = Nous ne le donnons à personne.
mail-news-receiver = { $name } ({ $role }, { $country })
mail-news-safe = { $receiver }, où ceci le protège : { $safeguard }
mail-news-kept = Combien de temps nous le gardons : { $kept }.
mail-news-source-no = Vous pouvez dire non. Sur votre page, vous voyez ce qui est écrit. Vous pouvez y demander que cela ne serve à rien, le corriger, le faire supprimer, ou en emporter une copie : { $page } Ou écrivez à { $contact }.
mail-news-marketing = Vous pouvez dire non à la publicité à tout moment. Il ne faut pas de raison, c'est gratuit, et nous arrêtons tout de suite.
mail-news-complain = Vous pouvez aussi vous plaindre auprès de { $authority }.
mail-news-notice = Tout ce que nous gardons et faisons est dans notre avis : { $notice }
mail-news-purpose = Nous voulons utiliser vos données pour quelque chose de nouveau : { $says }
mail-news-purpose-why = Nous le pouvons, { $basis }. Pour cela, nous regardons { $seen }.
mail-news-no = Vous pouvez dire non. Faites-le sur votre page, d'un seul geste : { $page } Ou écrivez à { $contact }. Si cela vous va, vous n'avez rien à faire.
mail-news-ask = Sur votre page, vous voyez tout ce que nous gardons de vous, et ce que nous en faisons : { $page } Si cela ne vous va pas, écrivez à { $contact }.
mail-authority = l'autorité de protection des données là où vous vivez
