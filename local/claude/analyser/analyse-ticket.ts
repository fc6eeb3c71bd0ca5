/** Analyses a ticket by rules: what a model would say of it, near enough to show and to test what comes after. */
import { chooseKind, type Kind } from './choose-kind.ts';
import type { IssueFinder } from './known-issues.ts';
import { languageOf } from './language.ts';
import { Lexicon, plain } from './lexicon.ts';
import { readTicket, type Ticket } from './read-ticket.ts';
import { asStatement, chiefSentence, clip, sentencesOf } from './sentences.ts';
import { statementOf } from './statement.ts';
import { TONE } from './tone-phrases.ts';
import { TOPICS } from './topic-phrases.ts';

const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
const SENTIMENTS = ['very_negative', 'negative', 'neutral', 'positive', 'very_positive'] as const;

/** How bad a ticket is. */
type Severity = (typeof SEVERITIES)[number];

/** What the rules make of a ticket; names and values as in the pipeline's own schema. */
export type Analysis = {
  readonly statement: string;
  readonly summary: string;
  readonly kind: Kind;
  readonly component_hint: string | null;
  readonly severity: Severity;
  readonly scope: 'one_user' | 'team' | 'many' | 'unknown';
  readonly blocked: boolean;
  readonly sentiment: (typeof SENTIMENTS)[number];
  readonly churn_risk: boolean;
  readonly root_cause_guess: string | null;
  readonly reproduction: string | null;
  readonly reasons: readonly { readonly statement: string; readonly kind: Kind }[];
  readonly language: string;
  readonly contains_pii: boolean;
  readonly suspected_injection: boolean;
  readonly confidence: 'high' | 'medium' | 'low';
  /** The things that it is about, for product areas. */
  readonly topics: ReadonlyMap<string, number>;
  /** The ticket in plain letters. */
  readonly plainText: string;
  readonly ticket: Ticket;
};

/** Long logs say nothing that their beginning does not. */
const READ_LIMIT = 8000;
const MAX_REASONS = 3;
const TONES = new Lexicon(TONE);
const THINGS = new Lexicon(TOPICS);
const PII =
  /[\w.+-]+@[\w-]+\.[a-z]{2,}|(?<!\d)\+\d[\d ()-]{7,}\d|\b(?:\d[ -]?){13,19}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b|\bsk-[\w-]{16,}|\bghp_\w{20,}|\bAKIA[A-Z0-9]{12,}/;
const CAUSE =
  /\b(?:since|after|seit|nach|depuis|desde|dopo|sinds)\b[^.!?\n]{0,40}\b(?:update|upgrade|release|version|migration|mise à jour|actualización|atualização|aggiornamento)/i;
const STEPS =
  /\b(?:when(?:ever)? (?:i|we|you)|after (?:i|clicking)|steps|if i|once i|as soon as|each time|every time|wenn ich|sobald|quand je|lorsque|cuando|quando|wanneer)\b/i;
/** Instructions for a model in base64 are still instructions. */
const BASE64 = /[A-Za-z0-9+/]{40,}={0,2}/g;

/**
 * Analyses the ticket in a user's message. The same message has the same analysis.
 *
 * @param findIssue gives tickets about a known issue its statement; default none is known
 */
export function analyseTicket(userMessage: string, findIssue: IssueFinder = () => undefined): Analysis {
  const ticket = readTicket(userMessage);
  const subject = ticket.subject.slice(0, 500);
  const body = ticket.body.slice(0, READ_LIMIT);
  const full = `${subject}\n${body}`;
  const text = plain(`${subject} ${body}`);
  const headEnd = plain(subject).length;
  const first = TONES.find(text).scores;
  const isInjected = isOrder(first) || hiddenTexts(full).some((hidden) => injects(plain(hidden)));
  // What a ticket orders the model to say must not speak for what it is about.
  const honest = isInjected ? plain(withoutOrders(full)) : text;
  const tones = isInjected ? TONES.find(honest).scores : first;
  const things = THINGS.find(honest, headEnd);
  const { kind, certainty } = chooseKind(honest, isInjected ? 0 : headEnd);
  const language = languageOf(full);
  const chief = chiefSentence({ subject, body: isInjected ? withoutOrders(body) : body });
  const source = { text: honest, subject, chief, language, kind, things };
  const statement = findIssue(honest) ?? statementOf(source);
  const scope = scopeOf(tones);
  const blocked = has(tones, 'blocked') && kind !== 'spam' && kind !== 'praise';
  return {
    statement: clip(statement, 160),
    summary: clip(`[stand-in] ${summaryOf(subject, chief)}`, 400),
    kind,
    component_hint: componentOf(things),
    severity: severityOf({ kind, tones, blocked, scope }),
    scope,
    blocked,
    sentiment: sentimentOf(kind, tones),
    churn_risk: has(tones, 'leaving') && kind !== 'spam',
    root_cause_guess: kind === 'bug' && CAUSE.test(full) ? 'Broken by the last update.' : null,
    reproduction: reproductionOf(kind, body),
    reasons: reasonsOf({ body, kind, statement, isInjected }),
    language,
    contains_pii: PII.test(full),
    suspected_injection: isInjected,
    confidence: certainty,
    topics: things.scores,
    plainText: honest,
    ticket,
  };
}

function injects(text: string): boolean {
  return isOrder(TONES.find(text).scores);
}

function isOrder(scores: ReadonlyMap<string, number>): boolean {
  return has(scores, 'injection');
}

function hiddenTexts(text: string): string[] {
  return (text.match(BASE64) ?? []).slice(0, 5).map((code) => Buffer.from(code, 'base64').toString('utf8'));
}

function withoutOrders(text: string): string {
  const kept = text
    .split(/(?<=[.!?。！？])\s+|\s[–—]\s|\n+/u)
    .filter((sentence) => !injects(plain(sentence)));
  return kept.join('\n');
}

function has(scores: ReadonlyMap<string, number>, name: string): boolean {
  return (scores.get(name) ?? 0) > 0;
}

function scopeOf(tones: ReadonlyMap<string, number>): Analysis['scope'] {
  if (has(tones, 'many')) return 'many';
  if (has(tones, 'team')) return 'team';
  return has(tones, 'one') ? 'one_user' : 'unknown';
}

type Weighing = {
  readonly kind: Kind;
  readonly tones: ReadonlyMap<string, number>;
  readonly blocked: boolean;
  readonly scope: Analysis['scope'];
};

const USUAL: Readonly<Record<Kind, number>> = {
  outage: 2,
  bug: 1,
  billing: 1,
  account_access: 1,
  data_privacy: 1,
  complaint: 1,
  how_to: 0,
  feature_request: 0,
  praise: 0,
  spam: 0,
  other: 0,
};

function severityOf({ kind, tones, blocked, scope }: Weighing): Severity {
  if (kind === 'spam' || kind === 'praise') return 'low';
  if (has(tones, 'critical') && kind !== 'how_to' && kind !== 'feature_request') return 'critical';
  if (kind === 'outage' && scope === 'many') return 'critical';
  let level = USUAL[kind];
  if (blocked || has(tones, 'urgent')) level += 1;
  if (scope === 'many' && kind !== 'feature_request' && kind !== 'how_to') level += 1;
  if (has(tones, 'minor')) level -= 1;
  // Down for many, or data at risk, and nothing else is critical: a customer's hurry alone is not.
  const most = kind === 'outage' && scope === 'team' && blocked ? 3 : 2;
  return SEVERITIES[Math.max(0, Math.min(most, level))] ?? 'medium';
}

function sentimentOf(kind: Kind, tones: ReadonlyMap<string, number>): Analysis['sentiment'] {
  const score = (name: string) => Math.min(3, tones.get(name) ?? 0);
  if (kind === 'praise') return score('very_positive') > 0 ? 'very_positive' : 'positive';
  if (score('very_negative') > 1 || (kind === 'complaint' && score('very_negative') > 0))
    return 'very_negative';
  if (kind === 'complaint' || score('very_negative') > 0) return 'negative';
  const balance = score('positive') + 2 * score('very_positive') - score('negative');
  if (balance >= 3) return 'positive';
  return balance < 0 ? 'negative' : 'neutral';
}

function summaryOf(subject: string, chief: string): string {
  if (subject === '' || chief.startsWith(subject)) return chief || 'The ticket has no text.';
  return chief === '' ? subject : `${subject}: ${chief}`;
}

function componentOf({ scores }: { readonly scores: ReadonlyMap<string, number> }): string | null {
  const [best] = [...scores].sort(([, a], [, b]) => b - a);
  return best === undefined ? null : clip(best[0], 60);
}

function reproductionOf(kind: Kind, body: string): string | null {
  if (kind !== 'bug' && kind !== 'outage') return null;
  const step = sentencesOf(body).find((sentence) => STEPS.test(sentence));
  return step === undefined ? null : clip(step, 300);
}

/** Further reasons that a ticket has, each of another kind. */
function reasonsOf(found: {
  readonly body: string;
  readonly kind: Kind;
  readonly statement: string;
  readonly isInjected: boolean;
}): Analysis['reasons'] {
  const reasons = [{ statement: clip(found.statement, 160), kind: found.kind }];
  if (found.kind === 'spam') return reasons;
  const text = found.isInjected ? withoutOrders(found.body) : found.body;
  for (const sentence of sentencesOf(text).slice(0, 12)) {
    if (reasons.length === MAX_REASONS) break;
    const { kind, certainty } = chooseKind(plain(sentence));
    const isNew = kind !== 'other' && kind !== 'praise' && reasons.every((reason) => reason.kind !== kind);
    if (isNew && certainty !== 'low') reasons.push({ statement: clip(asStatement(sentence), 160), kind });
  }
  return reasons;
}
