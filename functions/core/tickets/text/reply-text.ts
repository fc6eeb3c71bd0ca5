/** A line longer than this is prose, whatever it begins with. */
const MAX_HEADER = 300;

/** The line above a quoted mail: "On Monday … wrote:", in the words of the mail programs. It may be broken in two. */
const ATTRIBUTIONS: readonly RegExp[] = [
  /^(?:on|am|le|el|il|em|op|den|dne|dnia|w dniu|pe|a|în|pada|vào|στις)\s.{6,260}\s(?:wrote|schrieb|a écrit|écrit|escribió|ha scritto|scritto|escreveu|schreef|skrev|napsala?|napisała?|napisał\(a\)|kirjoitti|írta|a scris|menulis|đã viết|έγραψε)(?:\s.{0,200})?\s?[:：]$/iu,
  /^.{2,200}[<[(].{3,100}[>\])]\s{0,2}(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|yazdı|şunu yazdı|написала?|пишет|pisze|a scris|írta)(?:\s.{0,120})?\s?[:：]$/iu,
  /^.{4,200}\s(?:tarihinde|günü|saat)\s?.{0,200}(?:yazdı|şunu yazdı|şunları yazdı)\s?[:：]$/iu,
  /^(?:在\s?)?.{0,40}\d{4}.{1,200}(?:写道|寫道|のメッセージ|書きました|作成|작성)\s?[:：]$/u,
  /^(?:пн|вт|ср|чт|пт|сб|вс|\d{1,2}\s\p{L}{3,10}\.?)[\s,.].{4,200}(?:[<[(].{3,100}[>\])]|написала?|пишет)\s?[:：]$/iu,
  /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{2,200}[<[(].{3,100}[>\])]\s?[:：]$/u,
];
/** How an attribution begins, so that not every pair of lines has to be joined. */
const ATTRIBUTION_END = /(?::|：)\s*$/;

const ORIGINAL =
  /^[-_=*\s]{2,40}(?:original message|reply message|ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig besked|ursprungligt meddelande|opprinnelig melding|alkuperäinen viesti|oryginalna wiadomość|původní zpráva|eredeti üzenet|orijinal mesaj|özgün ileti|исходное сообщение|原始邮件|原始郵件|元のメッセージ|원본 메시지)[-_=*\s:]{0,40}$/iu;
const REPLY_LINE = /^#{2,}[-\s]*please type your reply above this line|^-{2,}\s*reply above this line/i;
/** The first line of a block of headers, and what must stand below it. */
const FROM =
  /^\*{0,2}(?:from|von|de|da|van|fra|från|od|lähettäjä|feladó|kimden|gönderen|от|от кого|发件人|寄件者|差出人|보낸 사람)\*{0,2}\s?[:：]\*{0,2}\s?\S/iu;
const SENT =
  /^\*{0,2}(?:sent|date|gesendet|datum|envoyé|envoyé le|fecha|enviado|enviado el|enviada em|data|inviato|verzonden|sendt|skickat|wysłano|odesláno|lähetetty|elküldve|gönderildi|tarih|отправлено|дата|发送时间|寄件日期|送信日時|보낸 날짜|to|an|à|para|a|aan|til|till|do|komu|kime|кому|收件人|宛先)\*{0,2}\s?[:：]/iu;

const FORWARDED =
  /^[-_*\s>]{0,40}(?:forwarded message|begin forwarded message|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|message transféré|début du message (?:transféré|réexpédié)|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|iletilen mesaj|пересылаемое сообщение|转发的邮件|転送されたメッセージ)[-_*\s:]{0,40}$/iu;

/**
 * What the requester wrote: without quoted replies and their headers, in many languages, line by line. The content of
 * a forwarded mail stays. Where nothing would be left, the whole text is given, since then the quote is the message.
 * Takes time in proportion to the length. email-reply-parser 2.3.9 does not: 29 KB of the line `Op a schreef b: c` keep
 * it busy for 28 s, and a ticket may come from anyone.
 */
export function withoutQuotes(text: string): string {
  const lines = text.split('\n');
  const edges = quotedEdges(lines);
  const kept: string[] = [];
  let hasHeader = false;
  for (let at = 0; at < lines.length; at += 1) {
    const bodyAt = quoteAt(lines, at);
    if (bodyAt !== undefined) {
      if (!isQuoted(nextWritten(lines, bodyAt))) break;
      hasHeader = true;
      at = bodyAt - 1;
    } else if (!isQuoted(lines[at]) || !(hasHeader || at < edges.first || at > edges.last)) {
      kept.push(lines[at] ?? '');
    }
  }
  const visible = kept.join('\n');
  return /[\p{L}\p{N}]/u.test(visible) ? visible : unmarked(lines);
}

/**
 * The first and the last line that are written and have no mark. Marked lines before and behind them are a quote also
 * without a header; those between are as often what someone copied from a screen.
 */
function quotedEdges(lines: readonly string[]): { first: number; last: number } {
  const isOwn = (line: string) => line.trim() !== '' && !isQuoted(line);
  return { first: lines.findIndex(isOwn), last: lines.findLastIndex(isOwn) };
}

/** Where the text of the quoted mail begins whose header is at a line; undefined if none is. */
function quoteAt(lines: readonly string[], at: number): number | undefined {
  const line = (lines[at] ?? '').trim();
  if (line.length < 3 || line.length > MAX_HEADER) return undefined;
  if (ORIGINAL.test(line) || REPLY_LINE.test(line)) return at + 1;
  if (FROM.test(line) && isHeaderBlock(lines, at)) {
    return isForwarded(lines, at) ? undefined : lines.length;
  }
  if (isAttribution(line)) return at + 1;
  const next = (lines[at + 1] ?? '').trim();
  const isPair =
    next.length < MAX_HEADER &&
    ATTRIBUTION_END.test(next) &&
    !isAttribution(next) &&
    isAttribution(`${line} ${next}`);
  return isPair && !isQuoted(line) ? at + 2 : undefined;
}

function isAttribution(line: string): boolean {
  return ATTRIBUTION_END.test(line) && ATTRIBUTIONS.some((pattern) => pattern.test(line));
}

function isHeaderBlock(lines: readonly string[], at: number): boolean {
  return lines.slice(at + 1, at + 4).some((line) => line.length < MAX_HEADER && SENT.test(line.trim()));
}

function isForwarded(lines: readonly string[], at: number): boolean {
  return lines
    .slice(Math.max(0, at - 3), at)
    .some((line) => line.length < MAX_HEADER && FORWARDED.test(line.trim()));
}

function isQuoted(line = ''): boolean {
  return /^\s{0,3}>/.test(line);
}

function nextWritten(lines: readonly string[], from: number): string {
  for (let at = from; at < Math.min(lines.length, from + 5); at += 1)
    if (lines[at]?.trim()) return lines[at] ?? '';
  return '';
}

function unmarked(lines: readonly string[]): string {
  return lines.map((line) => line.replace(/^[\s>]{0,20}>\s?/, '')).join('\n');
}
