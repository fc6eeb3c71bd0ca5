/** What speaks for each kind of ticket. */
import type { Phrases } from './lexicon.ts';

/** English. */
export const KINDS_EN: Phrases = {
  spam: '*seo services|*backlink|*rank your website|*first page of google|*toll free|*toll-free|*helpline number|*customer care number|*casino|*viagra|*lottery|*you have won|*crypto investment|*bitcoin investment|*double your|*guest post|*increase your traffic|*buy followers|*loan offer|*click here to claim|*limited time offer|*earn money|*work from home|*escort|*coupon code|*promo code|*cheap flights|*airlines customer|*reservation number|*web design services|*lead generation|*email list for sale|*hot singles|*betting|*free gift card|*pre-approved for a loan|*business loan|*real followers|*followers and likes|*seo audit|*seo report|*errors on your website|*dear website owner|*rank #1|*listing fee|*domain expires',
  outage:
    '*outage|*is down$|*are down$|*site down|*system down|*server down|*down for everyone|*down for all|*completely down|*went down|*goes down|*service unavailable|*not reachable|*unreachable|*503$|*502$|*504$|*bad gateway|*gateway timeout|*downtime|*nobody can|*no one can|*none of us can|*all users|*all of our users|*everyone is affected|*nothing works|*nothing loads|service disruption|disruption|*offline for|status page|since this morning|widespread',
  feature_request:
    '*feature request|*feature suggestion|*would be great if|*would be nice|*would love to|*it would be helpful if|*would be useful|*please add|*can you add|*could you add|*could you please add|*wish there was|*i wish|*suggestion|*suggest adding|*enhancement|*any plans|*on the roadmap|*please support|*please implement|*please consider|*we need a way to|*would like to have|*would like the option|*missing feature|*is there a plan|*allow us to|*propose|*request enhancement|*requesting an upgrade|*request an upgrade|*request for an update|*request a change|*like to request|*dark mode|*dark theme|*request for a feature|*an option to',
  how_to:
    "*how do i|*how do we|*how can i|*how can we|*how to|*how does|*how should|*where do i|*where can i|*how many|*how much|*do you offer|*can the|*can you tell|*could you check|*where is the|*is it possible|*is there a way|*can i|*can we|*what is the best way|*could you explain|*could you tell me|*could you provide information|*could you guide|*need help with setting|*need guidance|*instructions|*step by step|*documentation|*tutorial|*please advise|*i'd like to know|*would like to know|*interested in|*inquire|*inquiry|*inquiring|*seeking information|*seeking advice|*seeking guidance|*provide details|*provide more|*provide specific|*could you advise|*recommend|*what are the|*which|*what kind of|*any advice|*information about|*more details on|guidance|explain|best practice|configure|set up$|setup",
  billing:
    '*invoice|*billing|*billed|*charged|*overcharge|*double charge|*refund|*payment|*credit card|*receipt|*vat$|*tax id|*subscription fee|*price increase|*pricing|*purchase order|*direct debit|*card declined|*cancel our plan|*cancel my plan|*vat number|*move to enterprise|*to the enterprise|*nonprofit|*a charity|*our plan|*billed me|*seats on|*card was declined|*renewal|*my subscription|*cost of|*quote for|*discount|*upgrade my plan|*downgrade|charge|paid|pay$|fee$|fees$',
  account_access:
    "*password|*log in|*login|*log into|*logging in|*sign in|*signing in|*sign-in|*locked out|*account locked|*account is locked|*account disabled|*account suspended|*cannot access my account|*can't access my account|*reset link|*two-factor|*two factor|*2fa|*mfa$|*authenticator|*verification code|*sso$|*single sign|*recovery code|*access to my account|*lost access|*admin left|*get the codes|*new phone|username|credentials|access denied|permission denied|my account",
  data_privacy:
    '*gdpr|*ccpa|*privacy|*personal data|*private boards|*public repository|*leaked|*data in the eu|*delete my data|*delete all my data|*data deletion|*right to be forgotten|*right to erasure|*data processing agreement|*dpa$|*data breach|*data leak|*hipaa|*subject access request|*copy of my data|*data protection|*security breach|confidential|unauthorized access|*delete my account|*erase my',
  bug: "*bug$|*bugs$|*broken|*crash|*does not work|*doesn't work|*doesnt work|*not working|*isn't working|*stopped working|*no longer works|*error|*fails|*failed|*failing|*failure|*freez|*hangs|*hanging|*stuck|*blank page|*white screen|*blank screen|*black screen|*incorrect|*wrong result|*wrong total|*not loading|*does not load|*doesn't load|*won't load|*won't open|*will not open|*won't start|*not showing|*does not show|*doesn't show|*disappear|*not saved|*not saving|*not sync|*out of sync|*times out|*timed out|*timeout|*times out|*exception|*stack trace|*regression|*after the update|*since the update|*after updating|*unexpected|*malfunction|*glitch|*corrupt|*duplicate|*garbled|*unable to|*can't|*cannot|*missing|slow|lag$|lags$|laggy|delay|late$|issue|problem|*empty|*nothing happens|*no results|*find nothing|*finds nothing|*one hour off|*wrong time|*in a loop|*are lost|*lost when|*cuts|*cut off|*should say|*takes half a minute|*takes minutes|*too early|*too late|*stays on|*wrong language|*yet you|*zero results|*deleted the|*has received anything|*can be opened|*is gone|*nothing i change|*is not saved|*for anybody|*endless|*gives me only|*goes nowhere|*do not arrive|*not received|*never got|*closes by itself|*app closes|*kills the app|*twice|unresponsive|incompatib",
  complaint:
    '*complaint|*complain|*unacceptable|*disappointed|*disappointing|*terrible|*awful|*horrible|*worst|*ridiculous|*frustrated|*frustrating|*fed up|*waste of|*poor service|*bad service|*no response|*nobody answers|*still waiting|*waiting for weeks|*third time|*rude|*useless|*ashamed|*scam$|*not satisfied|*dissatisf|*hate',
  praise:
    '*thank you so much|*thanks a lot for|*great job|*great work|*great product|*awesome|*amazing|*love your|*love the|*love it|*excellent|*fantastic|*well done|*kudos|*keep up|*is great|*wanted to say|*works great|*very happy with|*impressed|*brilliant|*wonderful|*perfectly',
};

/** German, French and Dutch. */
export const KINDS_DE_FR_NL: Phrases = {
  spam: '*jetzt gewinnen|*sie haben gewonnen|*kredit ohne schufa|*geld verdienen|*vous avez gagne|*gagnez de|*credit rapide|*u heeft gewonnen|*verdien geld',
  outage:
    '*ausfall|*ausgefallen|*systemausf|*nicht erreichbar|*komplett down|*ist down|*alle benutzer|*alle nutzer|*niemand kann|*nichts geht mehr|*storung|*panne|*en panne|*hors service|*inaccessible|*plus personne|*personne ne peut|*tous les utilisateurs|*tombe en panne|*storing|*onbereikbaar|*ligt plat|*niemand kan|*alle gebruikers|unterbrechung|interruption',
  feature_request:
    '*funktionswunsch|*feature-wunsch|*ware toll wenn|*ware schon wenn|*wunschen uns|*wunsche mir|*vorschlag|*bitte fugen sie|*konnten sie hinzufugen|*verbesserungsvorschlag|*dunkles design|*mode sombre|*theme sombre|*erweiterung|*serait bien|*serait utile|*suggestion|*pourriez-vous ajouter|*ajouter la possibilite|*nouvelle fonctionnalite|*zou fijn zijn|*zou mooi zijn|*kunnen jullie toevoegen|*functieverzoek|*wens$',
  how_to:
    "*wie kann ich|*wie konnen wir|*wie geht|*wie kann man|*wo finde ich|*ist es moglich|*gibt es eine moglichkeit|*anleitung|*konnten sie mir erklaren|*konnten sie mir mitteilen|*konnten sie bitte detail|*informationen uber|*informationen zu|*anfrage|*interessiere|*welche werkzeuge|*wie lasst|*rat zur|*benotige ich hilfe|*benotige hilfe|*detaillierte informationen|*ausfuhrliche informationen|*informationen bezuglich|*welche *comment puis-je|*comment faire|*comment peut-on|*ou puis-je|*est-il possible|*pourriez-vous m'expliquer|*mode d'emploi|*informations sur|*demande d'information|*hoe kan ik|*hoe kunnen|*hoe moet|*waar vind ik|*is het mogelijk|*handleiding|einrichten|konfigurieren|bewahrte|configurer",
  billing:
    '*kundigen|*passer a la formule|*rechnung|*abrechnung|*abgebucht|*doppelt belastet|*erstattung|*ruckerstattung|*zahlung|*kreditkarte|*lastschrift|*gebuhr|*preis|*abo$|*abonnement|*mehrwertsteuer|*kosten|*facture|*facturation|*rembours|*paiement|*preleve|*carte bancaire|*tva$|*tarif|*factuur|*betaling|*terugbetaling|*terugbetaald|*afgeschreven|*btw$|*incasso',
  account_access:
    '*passwort|*kennwort|*anmelden|*einloggen|*ausgesperrt|*konto gesperrt|*anmeldung|*zugang zu meinem|*zugriff auf mein|*benutzername|*mot de passe|*connexion|*me connecter|*se connecter|*identifiant|*compte bloque|*wachtwoord|*inloggen|*aanmelden|*account geblokkeerd|*buitengesloten|zugriffsprobleme',
  data_privacy:
    '*datenschutz|*dsgvo|*meine daten loschen|*datenleck|*personenbezogen|*datenpanne|*vertraulich|*sicherheitsverletzung|*rgpd|*donnees personnelles|*supprimer mes donnees|*confidentialite|*fuite de donnees|*avg-verzoek|*persoonsgegevens|*gegevens verwijderen|*datalek|*auftragsverarbeitung',
  bug: "*fehler|*funktioniert nicht|*geht nicht|*klappt nicht|*absturz|*sturzt|*eingefroren|*hangt sich|*ladt nicht|*kaputt|*defekt|*fehlgeschlagen|*leere seite|*verschwunden|*seit dem update|*nach dem update|*wird nicht angezeigt|*kann nicht|*konnen nicht|*ist leer|*ohne inhalt|*keine treffer|*zu fruh|*zu spat|*abgeschnitten|*trop tot|*coupe|*findet nichts|*findet keine|*kommen nicht an|*kommt nicht an|*verspatet|*im kreis|*est vide|*en retard|*en boucle|*ne trouve|*aucun resultat|*sans cesse|*non recu|*n'a recu|*se ferme|*ne fonctionne pas|*ne marche pas|*ne fonctionne plus|*ne marche plus|*plante|*erreur|*bloque|*page blanche|*impossible de|*depuis la mise a jour|*ne s'affiche|*bogue|*werkt niet|*doet het niet|*foutmelding|*fout$|*crasht|*loopt vast|*laadt niet|*sinds de update|*kapot|*lukt niet|problem|langsam|trage|lent$|probleme",
  complaint:
    '*beschwerde|*enttauscht|*inakzeptabel|*unverschamt|*schlechter service|*katastrophe|*frustrier|*warte seit|*keine antwort|*plainte|*reclamation|*decu$|*decevant|*inadmissible|*inacceptable|*honteux|*toujours pas de reponse|*klacht|*teleurgesteld|*onacceptabel|*belachelijk|*nog steeds geen antwoord|unzufrieden',
  praise:
    '*vielen dank fur die|*lob$|*gefallt uns|*super arbeit|*tolle arbeit|*grossartig|*begeistert|*hervorragend|*sehr zufrieden|*merci beaucoup pour|*excellent travail|*bravo|*formidable|*tres content|*geweldig|*fantastisch|*heel blij|*complimenten',
};

/** Spanish, Portuguese and Italian. */
export const KINDS_ES_PT_IT: Phrases = {
  spam: '*ha ganado|*gane dinero|*prestamo rapido|*voce ganhou|*ganhe dinheiro|*hai vinto|*guadagna|*numero gratuito|*servicio al cliente numero',
  outage:
    '*caido|*caida del|*esta caida|*fuera de servicio|*no disponible|*nadie puede|*ninguno de nosotros|*todos los usuarios|*no responde|*interrupcion|*fora do ar|*caiu$|*indisponivel|*ninguem consegue|*todos os usuarios|*todos os utilizadores|*fuori servizio|*non raggiungibile|*non disponibile|*nessuno riesce|*tutti gli utenti|*disservizio',
  feature_request:
    '*sugerencia|*seria genial|*seria bueno|*seria util|*podrian agregar|*podrian anadir|*por favor agreguen|*nueva funcion|*sugestao|*seria otimo|*seria bom|*poderiam adicionar|*nova funcionalidade|*suggerimento|*sarebbe bello|*sarebbe utile|*potreste aggiungere|*nuova funzionalita',
  how_to:
    "*como puedo|*como podemos|*como hago|*como se |*donde puedo|*donde encuentro|*es posible|*hay alguna forma|*hay manera|*informacion sobre|*podria proporcionar|*quisiera saber|*como posso|*como faco|*como podemos|*onde encontro|*onde posso|*e possivel|*existe alguma forma|*informacoes sobre|*gostaria de saber|*come posso|*come faccio|*come si |*dove trovo|*dove posso|*e possibile|*c'e un modo|*vorrei sapere|*informazioni su|configurar|configurare",
  billing:
    '*factura|*facturacion|*cobro|*cobraron|*cobrado|*reembolso|*pago$|*pagos|*tarjeta|*iva$|*suscripcion|*precio|*fatura|*cobranca|*cobraram|*pagamento|*cartao|*assinatura|*preco|*fattura|*addebit|*rimborso|*carta di credito|*abbonamento|*prezzo',
  account_access:
    '*contrasena|*iniciar sesion|*inicio de sesion|*entrar en mi cuenta|*acceder a mi cuenta|*cuenta bloqueada|*bloquearon mi cuenta|*clave de acceso|*senha|*fazer login|*entrar na minha conta|*acessar minha conta|*conta bloqueada|*iniciar sessao|*accedere|*accesso al mio account|*account bloccato|*credenziali|*nome utente',
  data_privacy:
    '*proteccion de datos|*rgpd|*datos personales|*eliminar mis datos|*borrar mis datos|*privacidad|*confidencial|*lgpd|*dados pessoais|*excluir meus dados|*apagar os meus dados|*privacidade|*dati personali|*cancellare i miei dati|*violazione|*filtracion de datos',
  bug: "*no funciona|*no me funciona|*no carga|*no abre|*no puedo|*no se puede|*error|*se cierra|*se congela|*se cuelga|*falla$|*fallo|*pantalla en blanco|*desde la actualizacion|*desaparec|*no aparece|*no me deja|*dejo de funcionar|*vacia|*vacio|*no llega|*no aparece nada|*con retraso|*una hora antes|*se corta|*borro|*llegan tarde|*no encuentra|*vuelvo siempre|*sem dados|*em loop|*fecha ao abrir|*fecha na hora|*nao chega|*nao acha|*nao traz|*nao funciona|*nao carrega|*nao abre|*nao consigo|*erro$|*trava|*falha|*tela branca|*desde a atualizacao|*depois da atualizacao|*sumiu|*nao aparece|*parou de funcionar|*non funziona|*non si apre|*non carica|*non riesco|*errore|*si blocca|*crasha|*schermata bianca|*dopo l'aggiornamento|*dall'aggiornamento|*scompar|*non posso|problema|lento|lenta",
  complaint:
    '*queja|*reclamo$|*inaceptable|*decepcion|*pesimo|*verguenza|*mal servicio|*nadie responde|*reclamacao|*inaceitavel|*decepcionad|*pessimo|*vergonha|*ninguem responde|*reclamo formale|*inaccettabile|*deluso|*delusa|*pessimo servizio|*vergogna|*frustrad',
  praise:
    '*muchas gracias por|*excelente trabajo|*excelente servicio|*muy contento|*me encanta|*genial$|*felicidades|*muito obrigado pel|*excelente trabalho|*adoro$|*parabens|*grazie mille per|*ottimo lavoro|*fantastico|*complimenti|*adoro',
};

/** Turkish, Slavic, Nordic, Hungarian, Finnish and East Asian ones. */
export const KINDS_OTHER: Phrases = {
  spam: '*kazandiniz|*выиграли|*заработ|*中奖|*無料で稼',
  outage:
    '*coktu|*erisilemiyor|*hizmet disi|*kimse giremiyor|*kesinti|*tum kullanicilar|*не доступ|*недоступ|*никто не может|*сбой|*awaria|*niedostepn|*nikt nie moze|*vypadek|*nedostup|*nikdo nemuze|*ligger nere|*nede$|*avbrott|*nem elerheto|*leallt|*ei kukaan|*alhaalla|*障害|*落ちて|*サービス停止|*全員|*宕机|*无法访问|*服务中断|*접속 불가|*장애',
  feature_request:
    '*oneri$|*karanlik tema|*追加できるように|*eklenebilir mi|*ekler misiniz|*olsa guzel|*было бы здорово|*добавьте|*предложение|*byloby dobrze|*czy mozecie dodac|*sugestia|*bylo by fajn|*mohli byste pridat|*navrh|*onskemal|*kan ni lagga till|*javaslat|*jo lenne ha|*toive|*olisi hienoa|*要望|*追加してほしい|*機能を追加|*建议|*希望能|*기능 추가',
  how_to:
    '*nasil|*mumkun mu|*nereden bulabilirim|*как мне|*как можно|*каким образом|*где найти|*как $|*jak moge|*jak mozna|*czy mozna|*gdzie znajde|*jak mohu|*jak lze|*jak muzu|*kde najdu|*hur kan jag|*hur gor|*hvordan|*hogyan|*lehetseges|*miten|*kuinka|*方法|*どうすれば|*教えてください|*できますか|*怎么|*如何|*怎样|*어떻게|*방법',
  billing:
    '*領収書|*引き落とされ|*fatura|*odeme|*iade$|*ucret|*kredi karti|*счет$|*счёт|*оплат|*возврат|*списал|*faktur|*platnosc|*zwrot|*oplata|*platb|*vraceni penez|*betalning|*aterbetal|*szamla|*fizetes|*visszaterites|*lasku$|*maksu|*hyvitys|*請求|*返金|*支払|*料金|*发票|*退款|*付款|*扣款|*청구|*환불|*결제',
  account_access:
    '*sifre|*parola|*giris yapam|*hesabima|*oturum acam|*парол|*войти|*вход|*учетн|*haslo|*hasla|*zalogowac|*logowani|*heslo|*hesla|*prihlas|*losenord|*logga in|*jelszo|*bejelentkez|*salasana|*kirjaut|*パスワード|*ログイン|*サインイン|*密码|*登录|*登陆|*账号|*비밀번호|*로그인',
  data_privacy:
    '*kvkk|*kisisel veri|*verilerimi sil|*персональн|*удалить мои данные|*rodo$|*dane osobowe|*danych osobowych|*osobni udaj|*personuppgift|*szemelyes adat|*henkilotie|*個人情報|*个人信息|*隐私|*개인정보',
  bug: '*calismiyor|*cokuyor|*gelmiyor|*ulasmadi|*bos$|*bulmuyor|*kapaniyor|*yapilamiyor|*geri donuyorum|*空です|*ずれる|*遅延|*届かない|*強制終了|*戻され|*データが入って|*acilmiyor|*hata$|*hatasi|*yuklenmiyor|*donuyor|*cokuyor|*yapamiyorum|*bozuk|*не работает|*ошибк|*не открыва|*не загруж|*вылета|*зависа|*не могу|*nie dziala|*blad$|*bledu|*nie moge|*nie laduje|*zawiesza|*nefunguje|*chyba$|*nejde|*nemohu|*nelze|*pada$|*fungerar inte|*virker ikke|*fel$|*kraschar|*nem mukodik|*hiba|*nem tudok|*lefagy|*ei toimi|*virhe|*kaatuu|*en saa|*動作しない|*動かない|*エラー|*開けない|*できません|*表示されない|*落ちる|*不能|*无法|*错误|*崩溃|*打不开|*안됨|*안 됩니다|*오류|*작동하지',
  complaint:
    '*sikayet|*rezalet|*kabul edilemez|*жалоб|*ужасн|*безобраз|*skarga|*niedopuszczalne|*rozczarowan|*stiznost|*neprijateln|*klagomal|*besviken|*panasz|*elfogadhatatlan|*valitus|*pettynyt|*ひどい|*苦情|*投诉|*太差|*불만',
  praise:
    '*tesekkurler harika|*harika$|*bayildim|*спасибо за отличн|*отличная работа|*swietna robota|*super robota|*skvela prace|*bra jobbat|*remek|*kiitos hienosta|*素晴らしい|*ありがとうございました|*太棒了|*훌륭',
};
