import { rowOf } from '#core/issues/clusters/vectors/sparse-rows.ts';
import { createVectorizer } from '#core/issues/clusters/vectors/vectorizer.ts';
import { centroidOf, cosineTo } from '#core/issues/trends/text-vector.ts';
import type { Analysis } from '#core/tickets/analysis/analysis.ts';
import type { GoldenAnswer } from './ask-golden.ts';
import type { GoldenTicket } from './golden-set.ts';

/** How often a field was as people say, and where it was not. */
export type FieldAgreement = {
  readonly field: string;
  readonly agreed: number;
  readonly compared: number;
  /** One line each. */
  readonly failures: readonly string[];
};

const FIELDS = ['kind', 'severity', 'product_area', 'language', 'suspected_injection'] as const;

/** Compares answers with what people have said, field by field. */
export function agreements(
  tickets: readonly GoldenTicket[],
  answers: readonly GoldenAnswer[],
): FieldAgreement[] {
  const pairs = tickets.map((ticket, place) => ({ ticket, answer: answers[place] }));
  const form = tallied(
    'form of the answer',
    pairs.map(({ ticket, answer }) => ({
      id: ticket.id,
      isRight: isUsable(ticket, answer),
      said: saidBy(answer),
    })),
  );
  const fields = FIELDS.map((field) =>
    tallied(
      field,
      pairs.flatMap(({ ticket, answer }) => {
        const wanted = ticket.expected[field];
        if (wanted === undefined || answer?.kind !== 'analysed') return [];
        const found = answer.analysis[field];
        const isRight = Array.isArray(wanted) ? isAmong(field, found, wanted) : found === wanted;
        return {
          id: ticket.id,
          isRight,
          said: `${String(found)} instead of ${[wanted].flat().join(' or ')}`,
        };
      }),
    ),
  );
  return [form, ...fields, sameStatements(pairs)];
}

/** `en-US` is English, too, where only the language is expected. */
function isAmong(field: keyof Analysis, found: unknown, wanted: readonly string[]): boolean {
  const text = String(found);
  return wanted.includes(text) || (field === 'language' && wanted.includes(text.split('-')[0] ?? ''));
}

/** Excluded where it has to be, and analysed where not. */
function isUsable({ expected }: GoldenTicket, answer: GoldenAnswer | undefined): boolean {
  if (expected.excluded === undefined) return answer?.kind === 'analysed';
  return answer?.kind === 'excluded' && answer.reason === expected.excluded;
}

function saidBy(answer: GoldenAnswer | undefined): string {
  if (answer === undefined || answer.kind === 'analysed') return answer?.kind ?? 'not asked';
  return `${answer.kind}: ${answer.reason}`;
}

type Pair = { readonly ticket: GoldenTicket; readonly answer: GoldenAnswer | undefined };

/** Whether the statement that is most like a ticket’s is of a ticket about the same thing: what the grouping needs. */
function sameStatements(pairs: readonly Pair[]): FieldAgreement {
  const said = pairs.flatMap(({ ticket, answer }) =>
    answer?.kind === 'analysed'
      ? [{ id: ticket.id, same: ticket.expected.same, statement: answer.analysis.statement }]
      : [],
  );
  const { vectors } = createVectorizer(said.map(({ statement }) => statement));
  const directions = said.map((_, row) => centroidOf([rowOf(vectors, row)]));
  const results = said.flatMap(({ id, same, statement }, row) => {
    if (same === undefined) return [];
    const direction = directions[row] ?? new Map();
    let [best, score] = [-1, 0];
    for (const other of said.keys()) {
      const cosine = other === row ? 0 : cosineTo(direction, rowOf(vectors, other));
      if (cosine > score) [best, score] = [other, cosine];
    }
    const nearest = said[best];
    return {
      id,
      isRight: nearest?.same === same,
      said: `"${statement}" beside "${nearest?.statement ?? ''}"`,
    };
  });
  return tallied('equal statements', results);
}

function tallied(
  field: string,
  results: readonly { readonly id: string; readonly isRight: boolean; readonly said: string }[],
): FieldAgreement {
  const wrong = results.filter(({ isRight }) => !isRight);
  return {
    field,
    agreed: results.length - wrong.length,
    compared: results.length,
    failures: wrong.map(({ id, said }) => `${id}: ${said}`),
  };
}

/** The agreement as a Markdown table, and each failure as a line below it. */
export function renderAgreements(found: readonly FieldAgreement[]): string[] {
  const rows = found
    .filter(({ compared }) => compared > 0)
    .map(({ field, agreed, compared }) => {
      const share = ((100 * agreed) / compared).toFixed(0);
      return `| ${field} | ${agreed} of ${compared} | ${share} % |`;
    });
  const failures = found.flatMap(({ field, failures: wrong }) => wrong.map((line) => `- ${field}, ${line}`));
  return ['| Field | As expected | |', '| --- | --- | --- |', ...rows, '', ...failures];
}
