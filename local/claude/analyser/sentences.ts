/** Sentences of a ticket, and how one becomes a statement without names and numbers. */
import type { Ticket } from './read-ticket.ts';

const GREETING =
  /^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|hallo|guten (?:tag|morgen)|sehr geehrte|liebe[sr]?|moin|bonjour|bonsoir|salut|cher|chère|madame|monsieur|hola|buenos|buenas|estimad|olá|ola|oi|bom dia|boa tarde|boa noite|prezad|caro|cara|ciao|buongiorno|salve|gentile|beste|geachte|goedendag|merhaba|selam|iyi günler|здравствуйте|добрый|привет|dzień dobry|cześć|dobrý den|hej|hei|szia|tisztelt|こんにちは|お世話になって|您好|你好|안녕하세요)(?![\p{L}])/iu;
const PLEASANTRY =
  /(?:hope (?:this|you)|my name is|ich heisse|ich heiße|je m'appelle|me llamo|meu nome|mi chiamo|trust this|i am writing to|i'm writing|ich hoffe|ich schreibe ihnen|j'espère|je vous écris|espero que|le escribo|escrevo para|spero che|thank(?:s| you)|danke|vielen dank|merci|gracias|obrigad|grazie|best regards|kind regards|regards|mit freundlichen|cordialement|saludos|atenciosamente|cordiali saluti|groet)/iu;
const MIN_LETTERS = 12;
const ENDS = /(?<=[.!?。！？])\s+|(?<=[。！？])|\n+/u;

/** The sentences of a text, without greetings; empty where there is none. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/<[^>]{1,200}>/g, ' ')
    .split(ENDS)
    .map((sentence) => withoutGreeting(sentence.replace(/\s+/g, ' ').trim()))
    .filter((sentence) => /\p{L}/u.test(sentence));
}

/** A greeting that stands alone goes; one before a whole sentence only loses what comes before its comma. */
function withoutGreeting(sentence: string): string {
  if (!GREETING.test(sentence)) return sentence;
  const comma = sentence.search(/[,!:，！、]\s*/);
  const rest = comma < 0 ? '' : sentence.slice(comma + 1).trim();
  return (rest.match(/\p{L}/gu)?.length ?? 0) >= MIN_LETTERS ? rest : '';
}

/** The sentence that says most: the first of the body that is no pleasantry, else the subject. */
export function chiefSentence({ subject, body }: Ticket): string {
  const sentences = sentencesOf(body);
  const telling = sentences.find(
    (sentence) => !PLEASANTRY.test(sentence) && (sentence.match(/\p{L}/gu)?.length ?? 0) >= MIN_LETTERS,
  );
  return telling ?? (subject.trim() || (sentences[0] ?? ''));
}

/** A sentence as a statement: without placeholders, addresses, numbers and names, first letter in capitals. */
export function asStatement(sentence: string): string {
  const bare = sentence
    .replace(/\[[A-Z]+_\d+\]|<[a-z_]+>/g, ' ')
    .replace(/\bhttps?:\/\/\S+|\S+@\S+/gi, ' ')
    .replace(/(?<![\p{L}\p{N}])\p{Lu}{1,4}-?\d+(?![\p{L}\p{N}])/gu, ' ')
    .replace(/[#№]?(?<![\p{L}])[\d][\d.,:/-]*(?![\p{L}])/gu, ' ')
    .replace(
      /\b(?:my name is|this is|i am|ich bin|je suis|soy|sono)\s+\p{Lu}\p{L}+(?:\s+\p{Lu}\p{L}+)?[,.]?/giu,
      ' ',
    )
    .replace(/(?<=\b(?:Mr|Mrs|Ms|Dr|Herr|Frau)\.?\s)\p{Lu}\p{L}+/gu, ' ')
    .replace(/["“”„«»*_`]+/g, '')
    .replace(/\s+([,.;:!?])/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,.;:!?-]+|[\s,;:.!?-]+$/g, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

/** At most so many characters, cut at a word. */
export function clip(text: string, limit: number): string {
  const trimmed = text.trim();
  if (trimmed.length <= limit) return trimmed;
  const cut = trimmed.slice(0, limit - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > limit / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
