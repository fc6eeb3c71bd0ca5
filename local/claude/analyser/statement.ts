/** The one English sentence that tickets are compared by. */
import type { Kind } from './choose-kind.ts';
import { type Findings, Lexicon } from './lexicon.ts';
import { asStatement } from './sentences.ts';
import { TROUBLES } from './topic-phrases.ts';

/** What a statement is made of. */
export type Told = {
  /** The ticket in plain letters. */
  readonly text: string;
  /** Its chief sentence. */
  readonly chief: string;
  readonly language: string;
  readonly kind: Kind;
  readonly things: Findings;
};

const TROUBLE = new Lexicon(TROUBLES);
const ORDER = Object.keys(TROUBLES);
const TROUBLED: readonly Kind[] = ['bug', 'outage', 'account_access', 'billing', 'complaint'];
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
 * English where the ticket is English (its chief sentence without names and numbers) or where its thing and its trouble
 * are known words of another language; otherwise the chief sentence in the ticket's own language.
 */
export function statementOf(told: Told): string {
  const own = asStatement(told.chief);
  if (told.kind === 'spam') return 'Unsolicited advertising';
  if (told.language === 'en') return own || 'Ticket without text';
  return composed(told) ?? (own || 'Ticket without text');
}

function composed({ text, kind, things }: Told): string | undefined {
  const thing = [...things.scores].sort(([, a], [, b]) => b - a)[0]?.[0];
  if (thing === undefined) return undefined;
  const troubles = TROUBLED.includes(kind) ? TROUBLE.find(text).scores : new Map<string, number>();
  const trouble = ORDER.find((name) => troubles.has(name));
  return trouble === undefined ? WISH[kind]?.(thing) : `${thing} ${trouble}`;
}

function lower(thing: string): string {
  return /^[A-Z][a-z]/.test(thing) && !thing.startsWith('WhatsApp')
    ? thing.charAt(0).toLowerCase() + thing.slice(1)
    : thing;
}
