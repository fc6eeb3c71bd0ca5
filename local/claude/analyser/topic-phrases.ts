/** What a ticket is about, and what goes wrong with it, as an English statement says it. */
import type { Phrases } from './lexicon.ts';

/** Things, by the English words that a statement uses for them. */
export const TOPICS: Phrases = {
  'CSV export':
    'csv export|export to csv|export as csv|export csv|csv-export|csv exp|als csv|en csv|in csv|exportar csv',
  'PDF export': 'pdf export|export to pdf|export as pdf|pdf-export|als pdf|en pdf|in pdf|exportar pdf',
  Export: 'export|exporter|exportar|exportieren|esporta|dışa aktar|экспорт|エクスポート|导出|내보내기',
  Import:
    'import$|imports$|importing|import of|importier|importer|importar|importazione|импорт|インポート|导入',
  'Password reset':
    'password reset|reset password|reset my password|resetting my password|reset link|forgot my password|passwort zuruck|passwort vergessen|reinitialis|mot de passe oublie|restablecer|olvide mi contrasena|redefinir senha|esqueci minha senha|reimposta|wachtwoord vergeten|wachtwoord reset|sifre sifirla|сброс пароля|パスワードリセット|重置密码',
  'Two-factor sign-in':
    'two-factor|two factor|2fa|mfa$|authenticator|verification code|zwei-faktor|double authentification|dos factores|dois fatores|due fattori|doğrulama kodu|код подтверждения|二段階認証|验证码',
  'Single sign-on': 'sso$|saml|single sign|okta|azure ad|active directory',
  Login:
    'log in|login|logging in|sign in|sign-in|signing in|anmeld|einlogg|connexion|connecter|iniciar sesion|inicio de sesion|fazer login|iniciar sessao|accedere|accesso|inlogg|giris yap|oturum|войти|вход|zalogow|logowani|prihlas|logga in|bejelentkez|kirjaut|ログイン|登录|로그인|password|passwort|mot de passe|contrasena|senha|wachtwoord|sifre|парол|haslo|heslo|パスワード|密码',
  Invoice:
    'invoice|rechnung|facture|factura|fatura|fattura|factuur|faktur|счет|счёт|szamla|lasku|請求|发票|청구서',
  Refund:
    'refund|erstattung|rembours|reembolso|rimborso|terugbetal|iade$|возврат|zwrot|vraceni|aterbetal|visszaterit|hyvitys|返金|退款|환불',
  Payment:
    'payment|charged|charge|credit card|zahlung|abgebucht|kreditkarte|paiement|preleve|carte bancaire|pago|tarjeta|cobr|pagamento|cartao|addebit|betaling|afgeschreven|odeme|kredi karti|оплат|платеж|списал|platnosc|platb|betalning|fizetes|maksu|支払|決済|付款|扣款|결제',
  Subscription:
    'subscription|my plan|renewal|abonnement|suscripcion|assinatura|abbonamento|abonelik|подписк|subskrypc|predplatn|prenumeration|elofizetes|tilaus|サブスク|订阅|구독',
  'Mobile app':
    'mobile app|android|iphone|ipad|ios app|ios$|on my phone|handy|smartphone|application mobile|aplicacion movil|celular|app movil|aplicativo|telefono|telefoon|telefon|телефон|スマホ|手机|휴대폰',
  Notifications:
    'notification|push message|reminder|benachrichtigung|notificacion|notificac|notifich|melding|bildirim|уведомлен|powiadom|oznamen|通知|알림',
  'E-mail': 'email|e-mail|mailbox|smtp|courriel|correo|posta elettronica|e-posta|почт|メール|邮件|이메일',
  Search:
    'search|suche$|suchergeb|recherche|busqueda|buscador|pesquisa|ricerca|zoek|arama|поиск|wyszuk|hledan|検索|搜索|검색',
  Dashboard:
    'dashboard|armaturenbrett|tableau de bord|panel de control|painel|cruscotto|gosterge paneli|панель|ダッシュボード|仪表板|대시보드',
  Reports:
    'report$|reports$|reporting|analytics|bericht|rapport|informe|relatorio|rapporto|rapor$|отчет|отчёт|raport|レポート|报告|报表',
  API: 'api$|endpoint|rest call|graphql|api-|schnittstelle',
  Webhooks: 'webhook',
  Integration:
    'integrat|connector|zapier|slack|salesforce|hubspot|plugin|plug-in|extension|add-on|addon|erweiterung|complemento|estensione|eklenti|расширен|拡張|插件',
  Synchronisation: 'sync|synchron|sincroniz|senkron|синхрониз|同期|同步|동기화',
  Upload:
    'upload|hochladen|televers|subir|carregar|caricare|caricamento|uploaden|yukle$|загрузить файл|アップロード|上传|업로드',
  Download:
    'download|herunterladen|telecharg|descarg|baixar|scaricare|indir$|скачать|ダウンロード|下载|다운로드',
  Attachments: 'attachment|anhang|piece jointe|adjunto|anexo|allegat|bijlage|ek dosya|вложен|添付|附件|첨부',
  Video: 'video|youtube|netflix|stream|видео|動画|视频|동영상',
  Audio:
    'audio|sound|microphone|ton$|mikrofon|micro$|sonido|microfono|som$|microfone|suono|geluid|ses$|звук|микрофон|音声|声音',
  Printing: 'print|drucken|drucker|imprim|stampa|afdruk|yazici|печат|druk|印刷|打印|인쇄',
  Bookmarks:
    'bookmark|lesezeichen|favori|marcador|segnalibr|bladwijzer|yer imi|закладк|zakladk|zalozk|ブックマーク|书签|북마크',
  Tabs: 'tab$|tabs$|onglet|pestana|aba$|abas$|scheda|schede|sekme|вкладк|karty$|panely|タブ|标签页|탭',
  History:
    'history|verlauf|historique|historial|historico|cronologia|geschiedenis|gecmis|истори|historia|historie|履歴|历史记录',
  Browser:
    'browser|firefox|chrome|safari|edge$|navigateur|navegador|tarayici|браузер|przegladark|prohlizec|bongeszo|selain|ブラウザ|浏览器|브라우저',
  'WhatsApp Web': 'whatsapp|whatsup|whats app|whatsap|watsapp|wathsapp|ватсап|ワッツアップ',
  Update:
    'update|aktualisierung|mise a jour|actualizacion|actualizar|atualizacao|aggiornamento|guncelleme|обновлен|aktualizac|アップデート|更新|업데이트',
  Database:
    'database|postgres|mysql|mongodb|datenbank|base de donnees|base de datos|banco de dados|veritabani|база данных|データベース|数据库',
  Server: 'server|serveur|servidor|sunucu|сервер|サーバー|服务器|서버',
  Website:
    'website|web site|site$|webseite|site web|sitio web|pagina web|sito$|web sitesi|сайт|strona|stranka|サイト|网站|웹사이트',
  Calendar: 'calendar|kalender|calendrier|calendario|agenda$|takvim|календар|カレンダー|日历',
  'User permissions':
    "permission|user role|admin right|access right|berechtigung|droits d'acces|permisos|permissoes|permessi|rechten|yetki|прав доступа|権限|权限|권한",
  'Personal data':
    'personal data|gdpr|privacy|dsgvo|datenschutz|rgpd|donnees personnelles|datos personales|dados pessoais|dati personali|persoonsgegevens|kisisel veri|персональн|個人情報|个人信息',
  Delivery:
    'delivery|shipping|shipment|parcel|tracking number|lieferung|versand|paket|livraison|colis|envio|entrega|paquete|consegna|spedizione|bezorg|teslimat|доставк|配送|快递|배송',
  Order:
    'my order|order number|bestellung|commande|pedido|ordine$|bestelling|siparis|заказ|zamowieni|objednavk|注文|订单|주문',
  Account: 'account|konto$|compte$|cuenta|conta$|hesap|hesab|аккаунт|учетн|ucet$|アカウント|账号|账户|계정',
};

/** What happens to them. The first that is found in this order counts. */
export const TROUBLES: Phrases = {
  crashes:
    'crash|sturzt ab|absturz|plante$|se cierra sola|se cierra|trava$|fecha sozinho|si chiude|crasha|loopt vast|cokuyor|вылета|pada$|kraschar|lefagy|kaatuu|クラッシュ|落ちる|崩溃|闪退|튕김',
  'times out':
    "times out|timed out|timeout|time out|time-out|zeituberschreitung|lauft in ein|delai d'attente|tiempo de espera|tempo esgotado|esgota|timeout-fehler|zaman asimi|время ожидания|タイムアウト|超时|시간 초과",
  'is down':
    'is down|are down|outage|unavailable|not reachable|unreachable|503$|502$|504$|bad gateway|offline|ausgefallen|ausfall|nicht erreichbar|en panne|hors service|inaccessible|caido|caida|fuera de servicio|no disponible|fora do ar|caiu$|indisponivel|fuori servizio|non raggiungibile|ligt plat|storing|onbereikbaar|coktu|erisilemiyor|недоступ|awaria|vypadek|nedostup|障害|服务中断|접속 불가',
  'is charged twice':
    'charged twice|double charge|billed twice|charged double|zweimal|doppelt|deux fois|dos veces|duas vezes|due volte|twee keer|tweemaal|dubbel|iki kez|iki kere|дважды|два раза|dwukrotnie|dwa razy|dvakrat|二重|重复扣|两次|두 번',
  'does not arrive':
    "not arrive|never arrive|not received|never received|don't receive|do not receive|didn't receive|did not receive|haven't received|not getting|kommt nicht an|nicht erhalten|nicht angekommen|kommen nicht an|pas recu|n'arrive|no llega|no he recibido|no recibo|nao chega|nao recebi|nao recebo|non arriva|non ho ricevuto|niet ontvangen|komt niet aan|gelmiyor|gelmedi|не приход|не пришл|не получ|nie dotar|nie otrzymal|neprichaz|neprisel|届かない|没收到|收不到|안 옵니다",
  freezes:
    'freez|frozen|hangs|hanging|stuck|hangt|eingefroren|fige$|bloque$|se congela|se cuelga|congela|si blocca|vastgelopen|donuyor|зависа|zawiesza|zamrza|固まる|フリーズ|卡住|卡死|멈춤',
  'is slow':
    'slow|laggy|lagging|takes forever|takes minutes|very long|langsam|lent$|lente$|lento|lenta|ralenti|traag|trage|yavas|медленн|тормоз|wolno|powoli|pomal|langsam|lassu|hidas|遅い|重い|很慢|느림|느려',
  'shows a blank page':
    'blank|white screen|black screen|empty page|leere seite|weisse seite|page blanche|ecran noir|pantalla en blanco|pantalla negra|tela branca|tela preta|schermata bianca|schermo nero|wit scherm|beyaz ekran|белый экран|пустая страница|真っ白|白屏|黑屏',
  'shows an error':
    'error|fehlermeldung|fehler|erreur|erro$|errore|foutmelding|hata|ошибк|blad$|bledu|chyba|felmeddelande|hiba|virhe|エラー|错误|오류',
  'is missing':
    'missing|disappear|gone|lost|verschwunden|fehlt|disparu|manqu|desaparec|perdid|falta$|sumiu|perdi$|scompar|mancan|verdwenen|kayboldu|пропал|исчез|zniknel|zmizel|forsvunn|eltunt|kadon|消えた|消失|丢失|사라',
  'shows wrong values':
    'wrong|incorrect|inaccurate|mismatch|falsch|abweichung|incorrect|faux$|incorrecto|equivocad|errado|incorret|sbagliat|verkeerd|yanlis|неверн|неправильн|nieprawidlow|spatn|felaktig|間違|不正确|잘못',
  'is blocked':
    'locked|blocked|suspended|disabled|gesperrt|blockiert|bloquead|bloquee|suspendu|suspendid|sospes|bloccat|geblokkeerd|engellendi|заблокир|zablokow|zablokovan|ロック|被锁|封号|잠겼',
  'does not load':
    "not load|doesn't load|won't load|not loading|ladt nicht|lad nicht|ne charge|no carga|nao carrega|non carica|non si carica|laadt niet|yuklenmiyor|не загруж|nie laduje|nenacita|laddar inte|読み込|加载不|打不开|로딩",
  'does not open':
    "won't open|not open|doesn't open|offnet sich nicht|ne s'ouvre|no abre|no se abre|nao abre|non si apre|opent niet|acilmiyor|не открыва|nie otwiera|neotevre|nejde otevrit|開かない|开不了|열리지",
  'does not save':
    "not save|doesn't save|not saving|not saved|speichert nicht|nicht gespeichert|n'enregistre|no guarda|no se guarda|nao salva|non salva|slaat niet op|kaydetmiyor|не сохран|nie zapisuje|neuklada|保存されない|保存できない|无法保存",
  'does not sync':
    "not sync|doesn't sync|out of sync|nicht synchron|ne se synchron|no sincroniza|no se sincroniza|nao sincroniza|non si sincronizza|synchroniseert niet|senkronize olmuyor|не синхрониз|nie synchron|nesynchron|同期されない|不同步",
  'cannot be reached':
    "can't access|cannot access|unable to access|no access|kein zugriff|keinen zugriff|zugriffsprobleme|acces refuse|sin acceso|no puedo acceder|no puedo entrar|sem acesso|nao consigo acessar|nao consigo entrar|non riesco ad accedere|geen toegang|giremiyorum|нет доступа|не могу войти|nie moge sie zalogowac|nemohu se prihlasit|ログインできません|无法访问|无法登录",
  'does not work':
    "not work|doesn't work|doesnt work|isn't working|stopped working|broken|fails|failed|failing|failure|malfunction|can't|cannot|unable|funktioniert|geht nicht|klappt nicht|kann nicht|defekt|ne fonctionne|ne marche|impossible|no funciona|no puedo|no se puede|no me deja|falla|fallo|nao funciona|nao consigo|falha|parou de|non funziona|non riesco|non posso|werkt niet|doet het niet|lukt niet|calismiyor|yapamiyorum|не работает|не могу|nie dziala|nie moge|nefunguje|nejde|nemohu|fungerar inte|virker ikke|nem mukod|nem tud|ei toimi|en saa|動作しない|動かない|できません|できない|不能|无法|안됨|안 됩니다",
};

/** More words for product areas of common names, in several languages; a configured area is found by them too. */
export const AREA_TOPICS: Readonly<Record<string, readonly string[]>> = {
  account: ['Account', 'Login', 'Password reset', 'Two-factor sign-in', 'Single sign-on'],
  login: ['Login', 'Password reset', 'Two-factor sign-in', 'Single sign-on'],
  auth: ['Login', 'Password reset', 'Two-factor sign-in', 'Single sign-on'],
  authentication: ['Login', 'Password reset', 'Two-factor sign-in', 'Single sign-on'],
  security: ['Two-factor sign-in', 'Single sign-on', 'Personal data', 'User permissions'],
  privacy: ['Personal data'],
  billing: ['Invoice', 'Refund', 'Payment', 'Subscription'],
  payments: ['Payment', 'Refund', 'Invoice'],
  payment: ['Payment', 'Refund', 'Invoice'],
  invoicing: ['Invoice'],
  subscription: ['Subscription'],
  export: ['CSV export', 'PDF export', 'Export', 'Download'],
  import: ['Import', 'Upload'],
  reporting: ['Reports', 'Dashboard', 'CSV export', 'PDF export'],
  reports: ['Reports', 'Dashboard', 'CSV export', 'PDF export'],
  analytics: ['Reports', 'Dashboard'],
  dashboard: ['Dashboard'],
  mobile: ['Mobile app'],
  android: ['Mobile app'],
  ios: ['Mobile app'],
  app: ['Mobile app'],
  notifications: ['Notifications', 'E-mail'],
  email: ['E-mail', 'Notifications'],
  messaging: ['E-mail', 'Notifications', 'WhatsApp Web'],
  search: ['Search'],
  api: ['API', 'Webhooks'],
  webhooks: ['Webhooks'],
  integrations: ['Integration', 'API', 'Webhooks', 'Synchronisation'],
  integration: ['Integration', 'API', 'Webhooks', 'Synchronisation'],
  sync: ['Synchronisation'],
  files: ['Upload', 'Download', 'Attachments'],
  uploads: ['Upload', 'Attachments'],
  media: ['Video', 'Audio'],
  video: ['Video'],
  printing: ['Printing'],
  browser: ['Browser', 'Tabs', 'Bookmarks', 'History', 'WhatsApp Web'],
  website: ['Website', 'WhatsApp Web'],
  infrastructure: ['Server', 'Database'],
  platform: ['Server', 'Database', 'Website'],
  database: ['Database'],
  calendar: ['Calendar'],
  admin: ['User permissions', 'Single sign-on'],
  permissions: ['User permissions'],
  shipping: ['Delivery', 'Order'],
  delivery: ['Delivery', 'Order'],
  orders: ['Order', 'Delivery'],
};
