import { suspectsInjection } from '#core/tickets/text/injection.ts';
import type { PreparedText } from '#core/tickets/text/prepare-text.ts';
import { createRedactor } from '#core/tickets/text/redact.ts';
import {
  type Analysis,
  analysisSchema,
  Confidence,
  MAX_REASONS,
  OTHER_AREA,
  type ProductArea,
  Scope,
  Sentiment,
  Severity,
  TEXT_LIMITS,
  TicketKind,
} from './analysis.ts';
import { type JsonObject, objectIn } from './answer-json.ts';
import { answerText, isCut } from './answer-text.ts';
import type { ClaudeMessage } from './claude-message.ts';
import { languageTag } from './language-tag.ts';
import { plainLine, shortened } from './plain-line.ts';

/** What an answer of Claude's came to. A reason holds nothing of the ticket. */
export type AnalysisOutcome =
  | { readonly kind: 'analysed'; readonly analysis: Analysis }
  /** A verdict, not a failure: the same request would be refused again. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The answer ended at `max_tokens`: more of them may do. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** What the answer is about: the ticket as it was sent, and the areas that the request offered. */
export type AnalysisContext = { readonly text: PreparedText; readonly areas: readonly ProductArea[] };

const MAX_REASON = 200;

/**
 * Reads an answer with the patience that structured output needs: thinking first, prose around the JSON, letter case,
 * extra properties, texts that are too long. Every text is cleaned, redacted again and bounded.
 */
export function readAnalysis(message: ClaudeMessage, context: AnalysisContext): AnalysisOutcome {
  if (message.stop_reason === 'refusal')
    return { kind: 'refused', reason: refusalReason(message.stop_details) };
  if (isCut(message)) return { kind: 'cut' };
  const answer = answerText(message);
  if (answer === '') return { kind: 'unreadable', reason: 'The answer has no text.' };
  const found = objectIn(answer);
  if (found === undefined) return { kind: 'unreadable', reason: 'The answer holds no JSON object.' };
  const parsed = analysisSchema.safeParse(new FieldReader(found).analysis(context));
  if (parsed.success) return { kind: 'analysed', analysis: parsed.data };
  const fields = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
  return { kind: 'unreadable', reason: `The answer has no usable value in: ${fields.join(', ')}.` };
}

function refusalReason(details: unknown): string {
  const { explanation, category } = (typeof details === 'object' ? (details ?? {}) : {}) as JsonObject;
  const given = [category, explanation].filter((part) => typeof part === 'string').join(': ');
  const reason = shortened(createRedactor()(plainLine(given)), MAX_REASON);
  return reason === '' ? 'Claude declined to answer.' : reason;
}

/** Takes the fields of an answer, each as what it should be; what cannot be read is undefined. */
class FieldReader {
  readonly #answer: JsonObject;
  readonly #redact = createRedactor();
  #hasRedacted = false;

  constructor(answer: JsonObject) {
    this.#answer = answer;
  }

  /** The analysis, as far as there is one; the schema says what is missing. */
  analysis({ text, areas }: AnalysisContext): Readonly<Record<keyof Analysis, unknown>> {
    const answer = this.#answer;
    const texts = this.#texts();
    const isSuspect = suspectsInjection(text.subject) || suspectsInjection(text.body);
    return {
      ...texts,
      kind: memberOf(TicketKind, answer.kind),
      product_area: areaOf(answer.product_area, areas),
      severity: memberOf(Severity, answer.severity),
      scope: memberOf(Scope, answer.scope),
      blocked: flagOf(answer.blocked),
      sentiment: memberOf(Sentiment, answer.sentiment),
      churn_risk: flagOf(answer.churn_risk),
      language: languageTag(answer.language),
      contains_pii: flagOf(answer.contains_pii) === true || this.#hasRedacted,
      suspected_injection: flagOf(answer.suspected_injection) === true || isSuspect,
      confidence: memberOf(Confidence, answer.confidence),
    };
  }

  #texts() {
    const { component_hint, root_cause_guess, reproduction } = TEXT_LIMITS;
    return {
      statement: this.#text(this.#answer.statement, TEXT_LIMITS.statement),
      summary: this.#text(this.#answer.summary, TEXT_LIMITS.summary),
      component_hint: this.#text(this.#answer.component_hint, component_hint) ?? null,
      root_cause_guess: this.#text(this.#answer.root_cause_guess, root_cause_guess) ?? null,
      reproduction: this.#text(this.#answer.reproduction, reproduction) ?? null,
      reasons: this.#reasons(this.#answer.reasons),
    };
  }

  /** Text that may be shown; undefined for what is none, or nothing but markup. */
  #text(value: unknown, max: number): string | undefined {
    if (typeof value !== 'string') return undefined;
    const plain = plainLine(value);
    const redacted = this.#redact(plain);
    if (redacted !== plain) this.#hasRedacted = true;
    return redacted === '' || /^(?:null|none|n\/a)$/i.test(redacted) ? undefined : shortened(redacted, max);
  }

  #reasons(value: unknown): { statement: string; kind: TicketKind }[] {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items
      .flatMap((item) => {
        const reason = (typeof item === 'object' ? (item ?? {}) : {}) as JsonObject;
        const statement = this.#text(reason.statement, TEXT_LIMITS.statement);
        const kind = memberOf(TicketKind, reason.kind);
        return statement === undefined || kind === undefined ? [] : [{ statement, kind }];
      })
      .slice(0, MAX_REASONS);
  }
}

/** The value of a closed set that is meant, in whatever letter case and with whatever between the words. */
function memberOf<T extends string>(values: Readonly<Record<string, T>>, written: unknown): T | undefined {
  const plain = comparable(written);
  return Object.values(values).find((value) => value === plain);
}

function areaOf(written: unknown, areas: readonly ProductArea[]): string {
  const plain = comparable(written);
  return areas.find(({ name }) => comparable(name) === plain)?.name ?? OTHER_AREA;
}

function comparable(written: unknown): string | undefined {
  if (typeof written !== 'string') return undefined;
  return written
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_');
}

function flagOf(written: unknown): boolean | undefined {
  if (typeof written === 'boolean') return written;
  const plain = comparable(written);
  return plain === 'true' ? true : plain === 'false' ? false : undefined;
}
