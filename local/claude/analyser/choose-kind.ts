/** The kind of a ticket. */
import { KINDS_DE_FR_NL, KINDS_EN, KINDS_ES_PT_IT, KINDS_OTHER } from './kind-phrases.ts';
import { Lexicon } from './lexicon.ts';

/** Kinds in the order in which they win when as much speaks for each. */
const KINDS = [
  'spam',
  'data_privacy',
  'outage',
  'account_access',
  'billing',
  'feature_request',
  'bug',
  'how_to',
  'complaint',
  'praise',
  'other',
] as const;

/** One of them. */
export type Kind = (typeof KINDS)[number];

/** How much one finding counts; what names the matter counts more than what goes wrong with it. */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  spam: 2.5,
  data_privacy: 1.5,
  outage: 1.7,
  account_access: 1.4,
  billing: 1.3,
  feature_request: 1.7,
  bug: 1,
  how_to: 1.2,
  complaint: 0.9,
  praise: 0.8,
  other: 0,
};
/** The same complaint ten times over is one. */
const MOST = 12;
const CLEAR = 3;
const PHRASES = new Lexicon(KINDS_EN, KINDS_DE_FR_NL, KINDS_ES_PT_IT, KINDS_OTHER);

/** What kind a text is, in plain letters, and how sure that is; what lies before `headEnd` counts twice. */
export function chooseKind(
  text: string,
  headEnd = 0,
): { readonly kind: Kind; readonly certainty: 'high' | 'medium' | 'low' } {
  const { scores } = PHRASES.find(text, headEnd);
  const weight = (kind: Kind) => Math.min(MOST, scores.get(kind) ?? 0) * WEIGHTS[kind];
  const ranked = KINDS.map((kind) => ({ kind, score: weight(kind) })).sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  if (best === undefined || best.score < 0.7) return { kind: 'other', certainty: 'low' };
  const lead = best.score - (second?.score ?? 0);
  const certainty = lead >= CLEAR ? 'high' : lead >= 1 ? 'medium' : 'low';
  return { kind: best.kind, certainty };
}
