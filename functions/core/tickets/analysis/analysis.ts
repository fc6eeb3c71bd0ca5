import * as z from 'zod';

/** The form of {@link Analysis}. A ticket whose analysis has another one may be analysed again. */
export const ANALYSIS_SCHEMA_VERSION = 1;

/** What a ticket is about, at the coarsest. */
export const TicketKind = {
  bug: 'bug',
  outage: 'outage',
  featureRequest: 'feature_request',
  howTo: 'how_to',
  billing: 'billing',
  accountAccess: 'account_access',
  dataPrivacy: 'data_privacy',
  complaint: 'complaint',
  praise: 'praise',
  spam: 'spam',
  other: 'other',
} as const;
export type TicketKind = (typeof TicketKind)[keyof typeof TicketKind];

/** How bad it is. It ranks; nothing is closed, sent or deleted because of it. */
export const Severity = { critical: 'critical', high: 'high', medium: 'medium', low: 'low' } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

/** Whom it hits. */
export const Scope = { oneUser: 'one_user', team: 'team', many: 'many', unknown: 'unknown' } as const;
export type Scope = (typeof Scope)[keyof typeof Scope];

/** The requester's mood, in the five steps of Zendesk's own triage. */
export const Sentiment = {
  veryNegative: 'very_negative',
  negative: 'negative',
  neutral: 'neutral',
  positive: 'positive',
  veryPositive: 'very_positive',
} as const;
export type Sentiment = (typeof Sentiment)[keyof typeof Sentiment];

/** How sure the model says it is. Not calibrated: it only sorts what people review. */
export const Confidence = { high: 'high', medium: 'medium', low: 'low' } as const;
export type Confidence = (typeof Confidence)[keyof typeof Confidence];

/** A part of the product that tickets are routed by: `area` or `area/feature`, with its meaning for the prompt. */
export type ProductArea = { readonly name: string; readonly definition: string };

/** The product area of what belongs to none. */
export const OTHER_AREA = 'other';

/** The most characters that each text of an analysis has; longer ones are cut. */
export const TEXT_LIMITS = {
  statement: 160,
  summary: 400,
  component_hint: 60,
  root_cause_guess: 160,
  reproduction: 300,
} as const;

/** The most reasons that one ticket has. */
export const MAX_REASONS = 3;

const line = (max: number) => z.string().min(1).max(max);

/** What is stored of Claude's reading of one ticket. All texts are cleaned, redacted and bounded. */
export const analysisSchema = z.strictObject({
  statement: line(TEXT_LIMITS.statement),
  summary: line(TEXT_LIMITS.summary),
  kind: z.enum(TicketKind),
  product_area: line(60),
  component_hint: line(TEXT_LIMITS.component_hint).nullable(),
  severity: z.enum(Severity),
  scope: z.enum(Scope),
  blocked: z.boolean(),
  sentiment: z.enum(Sentiment),
  churn_risk: z.boolean(),
  root_cause_guess: line(TEXT_LIMITS.root_cause_guess).nullable(),
  reproduction: line(TEXT_LIMITS.reproduction).nullable(),
  reasons: z
    .array(z.strictObject({ statement: line(TEXT_LIMITS.statement), kind: z.enum(TicketKind) }).readonly())
    .max(MAX_REASONS)
    .readonly(),
  language: z.string().max(35),
  contains_pii: z.boolean(),
  suspected_injection: z.boolean(),
  confidence: z.enum(Confidence),
});
export type Analysis = Readonly<z.infer<typeof analysisSchema>>;
