/** A signature has no more lines than this; what is longer below a separator is content. */
const MAX_SIGNATURE_LINES = 15;
const MAX_SIGNATURE_WIDTH = 100;
/** Names, titles and addresses have few words a line; below "Thanks" someone may still go on. */
const MAX_WORDS = 6;

const SEPARATOR = /^(?:--|—|__|––)\s?$/;
/** What programs add about themselves. */
const MOBILE =
  /^(?:sent (?:from|via|with) (?:my |the |yahoo|proton|outlook|mail|gmail|samsung|a )?.{1,60}|get outlook for .{1,40}|gesendet (?:von|mit) .{1,60}|von meinem .{1,40} gesendet|envoyé (?:de|depuis|à partir de|avec) .{1,60}|télécharger outlook pour .{1,40}|enviado (?:desde|do meu|a partir do|pelo|con) .{1,60}|inviato da(?:l mio)? .{1,60}|verzonden (?:vanaf|met|via) .{1,60}|verstuurd vanaf .{1,60}|sendt fra .{1,60}|skickat från .{1,60}|wysłane z .{1,60}|odesláno z .{1,60}|lähetetty .{1,60}|отправлено (?:с|из) .{1,60}|.{1,40}['’]?(?:den|dan|mdan|imden) gönderildi|发自我的.{1,40}|從我的.{1,40}傳送|.{1,40}から送信|나의 .{1,40}에서 보냄|virus-free\. .{0,60}|(?:please )?(?:consider|think of) the environment before printing .{0,60})\.?$/iu;
const CLOSING =
  /^(?:(?:(?:best|kind|kindest|warm|warmest) )?(?:regards|wishes)|cheers|sincerely(?: yours)?|yours (?:sincerely|faithfully|truly)|many thanks|thanks(?: and regards| in advance| a lot| so much)?|thank you(?: very much| in advance)?|mit freundlichen grüßen|mit freundlichen gruessen|freundliche grüße|viele grüße|beste grüße|liebe grüße|mfg|lg|vg|cordialement|bien cordialement|bien à vous|sincères salutations|saludos(?: cordiales)?|un saludo|atentamente|atenciosamente|cumprimentos|obrigad[oa]|cordiali saluti|distinti saluti|saluti|grazie|met vriendelijke groet(?:en)?|groet(?:en|jes)?|saygılarımla|iyi çalışmalar|teşekkürler|med venlig hilsen|med vänliga hälsningar|vennlig hilsen|z poważaniem|pozdrawiam|s pozdravem|ystävällisin terveisin|üdvözlettel|с уважением|спасибо|よろしくお願いします|敬具|此致|谢谢)[\s,.!！，。-]{0,4}$/iu;
const DISCLAIMER =
  /^[\s*_>-]{0,5}(?:confidentiality (?:notice|note)|disclaimer\s?:|legal notice\s?:|this (?:e-?mail|message|communication)(?:,? (?:and|including) .{1,60})?,? (?:is|are|may be|may contain|contains|is intended)|the information (?:contained )?in this (?:e-?mail|message)|if you are not the intended recipient|diese (?:e-?mail|nachricht) (?:enthält|kann|ist)|ce (?:message|courriel|mail) .{0,80}(?:confidentiel|destinataire)|este (?:mensaje|correo|e-?mail|mensagem) .{0,80}(?:confidencial|destinatari)|esta mensagem .{0,80}confidencia|(?:questo|il presente) (?:messaggio|e-?mail) .{0,80}(?:riservat|confidenzial)|dit (?:bericht|e-?mail).{0,80}(?:vertrouwelijk|geadresseerde)|bu (?:e-?posta|ileti|mesaj).{0,80}(?:gizli|alıcı)|(?:это|данное) (?:сообщение|письмо).{0,80}конфиденциал|本邮件.{0,40}(?:保密|机密)|このメール.{0,40}機密)/iu;

/**
 * The text without the signature, what mail programs add about themselves, and legal disclaimers. What would leave
 * nothing stays.
 */
export function withoutSignature(text: string): string {
  const lines = withoutDisclaimers(text.split('\n')).filter((line) => !isMobile(line));
  const end = lastWritten(lines);
  const first = signatureStart(lines, end);
  const kept = lines.slice(0, first ?? end + 1).join('\n');
  return /[\p{L}\p{N}]/u.test(kept) ? kept : text;
}

/** The line at which the signature begins: a separator, or a closing with nothing but short lines below. */
function signatureStart(lines: readonly string[], end: number): number | undefined {
  const from = Math.max(1, end - MAX_SIGNATURE_LINES);
  for (let at = from; at <= end; at += 1) {
    const line = (lines[at] ?? '').trim();
    if (line.length > 60) continue;
    if (SEPARATOR.test(line) && isShortBelow(lines, at + 1, end, Number.POSITIVE_INFINITY)) return at;
    if (CLOSING.test(line) && isShortBelow(lines, at + 1, end, MAX_WORDS)) return at;
  }
  return undefined;
}

function isShortBelow(lines: readonly string[], from: number, end: number, maxWords: number): boolean {
  for (let at = from; at <= end; at += 1) {
    const line = lines[at] ?? '';
    if (line.length > MAX_SIGNATURE_WIDTH || /[?？]\s*$/.test(line)) return false;
    if (line.trim().split(/\s+/).length > maxWords) return false;
    // A version below "Thanks" is an answer to a question.
    if (maxWords === MAX_WORDS && /\d\.\d/.test(line)) return false;
  }
  return true;
}

/** A disclaimer ends with its paragraph. */
function withoutDisclaimers(lines: readonly string[]): string[] {
  let isInside = false;
  return lines.filter((line) => {
    if (line.trim() === '') isInside = false;
    else if (DISCLAIMER.test(line.slice(0, 200))) isInside = true;
    return !isInside;
  });
}

function isMobile(line: string): boolean {
  return line.length <= MAX_SIGNATURE_WIDTH && MOBILE.test(line.trim());
}

function lastWritten(lines: readonly string[]): number {
  let end = lines.length - 1;
  while (end > 0 && lines[end]?.trim() === '') end -= 1;
  return end;
}
