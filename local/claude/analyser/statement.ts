/** The one English sentence that tickets are compared by. */
import type { Kind } from './choose-kind.ts';
import { type Findings, Lexicon, plain } from './lexicon.ts';
import { asStatement } from './sentences.ts';
import { TROUBLES } from './topic-phrases.ts';

/** What a statement is made of. */
export type StatementSource = {
  /** The ticket in plain letters. */
  readonly text: string;
  readonly subject: string;
  /** Its chief sentence. */
  readonly chief: string;
  readonly language: string;
  readonly kind: Kind;
  readonly things: Findings;
};

const TROUBLE = new Lexicon(TROUBLES);
const ORDER = Object.keys(TROUBLES);
const TROUBLED: readonly Kind[] = ['bug', 'outage', 'account_access', 'billing', 'complaint'];
const MIN_WORDS = 3;
const DOUBLE = 'is charged twice';
const PLURAL = /[^s]s$/;
const PLURALS: Readonly<Record<string, string>> = {
  is: 'are',
  does: 'do',
  shows: 'show',
  crashes: 'crash',
  freezes: 'freeze',
  times: 'time',
  comes: 'come',
};
const WISH: Partial<Record<Kind, (thing: string) => string>> = {
  feature_request: (thing) => `Feature wanted for ${lower(thing)}`,
  how_to: (thing) => `Question about how to use ${lower(thing)}`,
  billing: (thing) => `Question about ${lower(thing)}`,
  account_access: (thing) => `Access problem with ${lower(thing)}`,
  data_privacy: (thing) => `Privacy request about ${lower(thing)}`,
  complaint: (thing) => `Complaint about ${lower(thing)}`,
  praise: (thing) => `Praise for ${lower(thing)}`,
};

/**
 * English where the ticket is English (its subject or its chief sentence without names and numbers) or where its thing
 * and its trouble are known words of another language; otherwise what it says in its own language.
 */
export function statementOf(source: StatementSource): string {
  if (source.kind === 'spam') return 'Unsolicited advertising';
  const own = asStatement(saysMuch(source) ? source.subject : source.chief) || 'Ticket without text';
  return source.language === 'en' ? own : (composed(source) ?? own);
}

/** Whether the subject says enough by itself: some words, and one of them about a thing or a trouble. */
function saysMuch({ subject, things }: StatementSource): boolean {
  const words = subject.match(/\p{L}{2,}/gu) ?? [];
  if (words.length < MIN_WORDS) return false;
  const end = plain(subject).length;
  const isAboutThing = [...things.firstAt.values()].some((at) => at < end);
  return isAboutThing || TROUBLE.find(plain(subject)).scores.size > 0;
}

function composed({ text, kind, things }: StatementSource): string | undefined {
  const thing = [...things.scores].sort(([, a], [, b]) => b - a)[0]?.[0];
  if (thing === undefined) return undefined;
  const troubles = TROUBLED.includes(kind) ? TROUBLE.find(text).scores : new Map<string, number>();
  const trouble = ORDER.find((name) => troubles.has(name));
  if (trouble === undefined) return WISH[kind]?.(thing);
  if (trouble === DOUBLE && kind !== 'billing') return `${thing} ${agree(thing, 'comes twice')}`;
  return `${thing} ${agree(thing, trouble)}`;
}

/** The verb as the thing needs it: webhooks come, a webhook comes. */
function agree(thing: string, trouble: string): string {
  if (!PLURAL.test(thing)) return trouble;
  const [verb = '', ...rest] = trouble.split(' ');
  return [PLURALS[verb] ?? verb, ...rest].join(' ');
}

function lower(thing: string): string {
  return /^[A-Z][a-z]/.test(thing) && !thing.startsWith('WhatsApp')
    ? thing.charAt(0).toLowerCase() + thing.slice(1)
    : thing;
}
