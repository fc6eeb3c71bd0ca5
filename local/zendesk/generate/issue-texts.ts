/** The product issues that are planted in generated tickets, each in several wordings; written for this simulator. */
import type { Wordings } from './wording.ts';

/** An issue with its share of the tickets and its course over the days. */
export type PlantedIssue = {
  readonly id: string;
  readonly title: string;
  /** How often it comes, against the others. */
  readonly weight: number;
  /** When: evenly, less and less since a fix, more and more, or on Mondays above all. */
  readonly course: 'steady' | 'fading' | 'rising' | 'mondays';
  readonly type: 'problem' | 'incident' | 'question';
  readonly wordings: Wordings;
};

export const PLANTED_ISSUES: readonly PlantedIssue[] = [
  {
    id: 'sso-loop',
    title: 'Single sign-on ends in a redirect loop',
    weight: 4,
    course: 'mondays',
    type: 'problem',
    wordings: {
      en: [
        'Login loop with Okta | Since this morning nobody at {company} can sign in with Okta. The browser jumps between Okta and Atom until {browser} says "too many redirects".',
        'SSO not working | We use SAML. After entering my password I land on the Atom sign-in page again, and again, and again. Clearing cookies helps for about {count} minutes.',
        'Can\'t get in | I click on "Sign in with SSO", see our company page for a second, and I\'m back at the start. Password login works for admins only.',
        'Endless redirect after sign in | After the switch to Azure AD the sign-in never finishes. The address bar shows /auth/callback and then /login, round and round. {count} users are locked out.',
        'Stuck at sign-in page | Signing in through our identity provider brings me straight back to the sign-in form. No error message at all.',
      ],
      de: [
        'Anmeldung über SSO dreht sich im Kreis | Seit heute früh landen alle Kollegen nach der Anmeldung bei Okta wieder auf der Anmeldeseite von Atom. {browser} meldet zu viele Weiterleitungen.',
        'Kein Login möglich | Wir melden uns per SAML an. Nach dem Passwort kommt wieder die Startseite, ohne Fehlermeldung. Betroffen sind {count} Personen bei {company}.',
      ],
      fr: [
        'Connexion SSO en boucle | Après notre page Okta, Atom nous renvoie sans cesse vers la page de connexion. Personne chez {company} ne peut travailler.',
      ],
      es: [
        'El inicio de sesión único no termina | Al entrar con SSO vuelvo siempre a la misma página de acceso. El navegador dice que hay demasiadas redirecciones.',
      ],
      pt: [
        'Login com SSO fica em loop | Depois de digitar a senha no Azure AD volto para a tela de login do Atom, sem nenhuma mensagem de erro.',
      ],
      ja: [
        'SSOでログインできません | Oktaで認証した後、Atomのログイン画面に何度も戻されます。「リダイレクトが多すぎます」と表示されます。',
      ],
      tr: [
        'SSO ile giriş yapılamıyor | Şirket hesabımla giriş yaptıktan sonra sürekli giriş sayfasına geri dönüyorum. Çerezleri silmek işe yaramadı.',
      ],
    },
  },
  {
    id: 'export-empty',
    title: 'The CSV export has a header and no rows',
    weight: 4,
    course: 'steady',
    type: 'problem',
    wordings: {
      en: [
        'CSV export is empty | I exported the board "Q3 planning" as CSV. The file has the column names in the first line and nothing else. There are {count} cards on the board.',
        'Export gives me only headers | Downloading the report gives a file of 214 bytes: only headers. Last week the same report had all rows.',
        'No data in exported file | Our finance team needs the export by {hour}:00. Whatever filter we choose, the spreadsheet is empty. Atom {version}, {browser}.',
        'Exported spreadsheet has no rows | When I export more than about a thousand entries, the CSV comes out blank apart from the title row. Smaller exports are fine.',
        'Report download broken? | The download works, Excel opens it, but there is not a single line of data in it.',
      ],
      de: [
        'CSV-Export ist leer | Der Export unseres Boards enthält nur die Kopfzeile. Auf dem Board sind aber {count} Karten. Atom {version}.',
        'Exportierte Datei ohne Inhalt | Beim Herunterladen des Berichts bekomme ich nur die Spaltennamen, keine einzige Zeile.',
      ],
      fr: [
        "L'export CSV est vide | Le fichier exporté ne contient que les titres des colonnes. Nous avons pourtant {count} fiches.",
      ],
      es: [
        'La exportación CSV sale vacía | Exporto el informe y el archivo solo tiene la cabecera, ni una fila de datos.',
      ],
      pt: [
        'Exportação sem dados | O arquivo CSV exportado só tem o cabeçalho. Precisamos dele até às {hour}h.',
      ],
      ja: ['CSVエクスポートが空です | ボードをCSVに書き出すと、見出し行だけでデータが入っていません。'],
      tr: ['CSV dışa aktarma boş | Raporu indirdiğimde dosyada yalnızca başlık satırı var, hiç veri yok.'],
    },
  },
  {
    id: 'double-charge',
    title: 'Renewals are charged twice',
    weight: 3,
    course: 'fading',
    type: 'problem',
    wordings: {
      en: [
        'Charged twice this month | Our card was charged two times for the Business plan, invoice {ref} and another one a minute later. Please refund one.',
        'Duplicate invoice | I see two invoices for the same period, both paid. We have {count} seats, not twice that many.',
        'Double payment on renewal | The yearly renewal of {company} was taken from our account twice. Our bookkeeping is not amused.',
        'You billed me two times | Two identical charges on my statement, same day, same amount. Only one subscription here.',
      ],
      de: [
        'Doppelt abgebucht | Die Verlängerung wurde zweimal von unserem Konto abgebucht, Rechnung {ref} und noch eine. Bitte erstatten Sie eine davon.',
      ],
      fr: [
        'Prélèvement en double | Notre abonnement a été prélevé deux fois le même jour. Merci de rembourser la facture {ref}.',
      ],
      es: ['Cobro duplicado | Nos han cobrado dos veces la renovación del plan. La factura es la {ref}.'],
      pt: [
        'Cobrança em duplicidade | A renovação foi cobrada duas vezes no cartão. Favor estornar a fatura {ref}.',
      ],
      ja: ['二重請求について | 今月の更新料金が2回引き落とされています。請求書番号は{ref}です。'],
      tr: ['İki kez ücret alındı | Yenileme ücreti kartımızdan iki kez çekildi. Fatura no {ref}.'],
    },
  },
  {
    id: 'mobile-crash',
    title: 'The Android app crashes when an attachment is opened',
    weight: 4,
    course: 'rising',
    type: 'problem',
    wordings: {
      en: [
        'App crashes on Android | Every time I tap on an attachment the app closes. Pixel 8, Atom {version}. iPhone of a colleague is fine.',
        'Android: opening a PDF kills the app | I open a card, tap the PDF, screen goes black for a second and I am on the home screen.',
        "Crash when viewing pictures on my phone | Since the last update I can't look at any image in the mobile app. It just quits. Samsung S23.",
        "Mobile app closes by itself | Attachments can't be opened on my phone any more, the app is gone at once. Reinstalled {count} times.",
      ],
      de: [
        'Android-App stürzt ab | Sobald ich einen Anhang antippe, schließt sich die App. Version {version}, Galaxy A54.',
        'Absturz beim Öffnen von Bildern | Auf dem Handy kann ich keine Bilder mehr ansehen, die App beendet sich sofort.',
      ],
      fr: [
        "L'application Android se ferme | Dès que j'ouvre une pièce jointe, l'application se ferme. Version {version}.",
      ],
      es: [
        'La app se cierra sola | Al abrir un archivo adjunto en mi móvil Android la aplicación se cierra.',
      ],
      pt: [
        'App fecha ao abrir anexo | No Android, ao tocar em um anexo, o aplicativo fecha na hora. Versão {version}.',
      ],
      ja: ['Androidアプリが落ちる | 添付ファイルを開くとアプリが強制終了します。バージョンは{version}です。'],
      tr: ['Android uygulaması çöküyor | Bir eke dokunduğumda uygulama hemen kapanıyor. Sürüm {version}.'],
    },
  },
  {
    id: 'webhook-late',
    title: 'Webhooks come late and twice',
    weight: 3,
    course: 'steady',
    type: 'problem',
    wordings: {
      en: [
        'Webhooks delayed by up to {count} minutes | Our integration gets the card.moved events much too late, some of them after half an hour.',
        'Duplicate webhook deliveries | Each event is delivered two or three times with different delivery ids. Our endpoint answers 200 within 80 ms.',
        'API: events arrive late | We depend on your webhooks for our build pipeline. Since last week there is a lag, and then everything comes at once.',
        'Webhook retries though we answered 200 | The log on our side shows 200, yet you send the same event again ten minutes later.',
      ],
      de: [
        'Webhooks kommen verspätet und doppelt | Ereignisse treffen bei uns bis zu {count} Minuten zu spät ein, manche zweimal.',
      ],
      fr: ['Webhooks en retard | Les événements arrivent avec {count} minutes de retard, parfois deux fois.'],
      es: ['Los webhooks llegan tarde | Recibimos los eventos con mucho retraso y algunos repetidos.'],
      ja: ['Webhookの遅延 | イベントが{count}分ほど遅れて届き、同じものが2回来ることがあります。'],
    },
  },
  {
    id: 'invite-missing',
    title: 'Invitation mails do not arrive',
    weight: 3,
    course: 'steady',
    type: 'incident',
    wordings: {
      en: [
        'Invitations not received | I invited {count} new colleagues yesterday. None of them got a mail. It is not in the spam folder either.',
        "New user never got the invite email | HR added a new starter, she waits for her invitation since {hour} o'clock. Sent it three times.",
        'Team invites go nowhere | The member list says "invited", but nobody at {company} has received anything.',
        'Invite mail missing | Could you check whether your mails to our domain are blocked? Invitations do not come through, other mails from you do.',
      ],
      de: [
        'Einladungen kommen nicht an | Ich habe {count} Kollegen eingeladen, bei keinem ist eine E-Mail angekommen, auch nicht im Spam.',
      ],
      fr: ["Invitations non reçues | J'ai invité {count} collègues, aucun n'a reçu le message."],
      es: ['No llegan las invitaciones | Invité a {count} personas y ninguna recibió el correo.'],
      pt: ['Convites não chegam | Convidei {count} colegas e ninguém recebeu o e-mail, nem no spam.'],
      tr: ['Davet e-postası gelmiyor | {count} arkadaşımı davet ettim, hiçbirine e-posta ulaşmadı.'],
    },
  },
  {
    id: 'search-accents',
    title: 'Search does not find words with accents',
    weight: 2,
    course: 'steady',
    type: 'problem',
    wordings: {
      en: [
        'Search ignores umlauts | Searching for "Müller" finds nothing, "Muller" finds nothing either. The card is right in front of me.',
        "Search can't find names with accents | We have customers called José and Zoë. Search shows no results for them.",
        'Special characters in search | Any word with é, ö or ç gives zero results since version {version}.',
      ],
      de: [
        'Suche findet keine Umlaute | Die Suche nach „Größe“ oder „Müller“ liefert keine Treffer, obwohl es die Karten gibt.',
        'Suche mit ß und ä geht nicht | Seit Version {version} findet die Suche nichts mehr, sobald ein Umlaut vorkommt.',
      ],
      fr: [
        'La recherche ignore les accents | La recherche de « réunion » ne donne aucun résultat, « reunion » non plus.',
      ],
      es: ['La búsqueda no encuentra palabras con tilde | Busco «José» o «campaña» y no aparece nada.'],
      pt: ['Busca não acha palavras com acento | Procurar por "João" ou "ação" não traz resultado nenhum.'],
      tr: ['Arama Türkçe karakterleri bulmuyor | "Çağrı" veya "ödeme" aradığımda sonuç çıkmıyor.'],
    },
  },
  {
    id: 'calendar-hour',
    title: 'Calendar entries are one hour off',
    weight: 3,
    course: 'fading',
    type: 'problem',
    wordings: {
      en: [
        'Meetings are one hour off | Deadlines that Atom puts into Google Calendar are shown an hour too early since the clocks changed.',
        'Wrong time in calendar sync | A card due at {hour}:00 appears at the hour before in Outlook. Time zone is set right in both.',
        'Calendar time zone bug | We are in Berlin and all synced events are shifted by 60 minutes. I missed a customer call because of it.',
      ],
      de: [
        'Kalender geht eine Stunde falsch | Termine aus Atom stehen im Outlook-Kalender eine Stunde zu früh, seit der Zeitumstellung.',
      ],
      fr: [
        "Décalage d'une heure dans le calendrier | Les échéances apparaissent une heure trop tôt dans Google Agenda.",
      ],
      es: [
        'El calendario va una hora adelantado | Las fechas límite salen una hora antes en Google Calendar.',
      ],
      ja: ['カレンダーの時刻がずれる | Googleカレンダーに同期した予定が1時間早く表示されます。'],
    },
  },
];

/** What goes wrong in the last hours before the tickets end, more and more. */
export const GROWING_INCIDENT: PlantedIssue = {
  id: 'sync-stuck',
  title: 'Changes are not saved: sync stops at 99 %',
  weight: 0,
  course: 'rising',
  type: 'incident',
  wordings: {
    en: [
      'Sync stuck at 99 % | Nothing I change is saved. The bar at the bottom says "syncing 99 %" and then error E-5031. Whole team at {company}.',
      'Changes disappear | I moved about {count} cards, reloaded, everything is back where it was. There is a yellow triangle next to "sync".',
      "URGENT: we lose our work | Edits are gone after a reload since around {hour}:00. {count} people here can't work. Is there an outage??",
      'E-5031 | Getting error E-5031 all the time when I save. {browser}, Atom {version}.',
      'Is Atom down? | Saving does not work for anybody in our office. Status page says all is green, which it is not.',
      'Saving fails | "Your changes could not be synchronised." For an hour now. Please help, we have a release today.',
    ],
    de: [
      'Synchronisierung hängt bei 99 % | Änderungen werden nicht gespeichert, unten steht 99 % und dann Fehler E-5031.',
      'Alles weg nach dem Neuladen | Was ich eintrage, ist nach dem Neuladen wieder verschwunden. Seit ungefähr {hour} Uhr, bei allen Kollegen.',
    ],
    fr: [
      'Les modifications ne sont plus enregistrées | La synchronisation reste bloquée à 99 %, erreur E-5031.',
    ],
    es: [
      'No se guardan los cambios | La sincronización se queda en 99 % y aparece el error E-5031. Es urgente.',
    ],
    pt: ['Alterações não são salvas | A sincronização para em 99 % com o erro E-5031. Estamos parados.'],
    ja: ['同期が99%で止まる | 変更が保存されません。エラーE-5031が出ます。至急確認をお願いします。'],
    tr: ['Değişiklikler kaydedilmiyor | Eşitleme %99 seviyesinde kalıyor, E-5031 hatası çıkıyor.'],
  },
};
