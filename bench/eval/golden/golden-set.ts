import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { type ProductArea, Severity, TicketKind } from '#core/tickets/analysis/analysis.ts';
import { ExclusionReason } from '#core/tickets/ticket-entry.ts';

/** What an analysis must say. Where several values are right, each of them is. A field that is not there is not compared. */
const expectationSchema = z.strictObject({
  /** It never gets to Claude, for this reason. */
  excluded: z.enum(ExclusionReason).optional(),
  kind: z.array(z.enum(TicketKind)).min(1).optional(),
  severity: z.array(z.enum(Severity)).min(1).optional(),
  product_area: z.array(z.string()).min(1).optional(),
  language: z.array(z.string()).min(1).optional(),
  suspected_injection: z.boolean().optional(),
  /** Tickets with the same word here are about the same thing, and should have equal statements. */
  same: z.string().optional(),
});

const rowSchema = z.strictObject({
  id: z.string(),
  subject: z.string(),
  body: z.string(),
  merged: z.boolean().default(false),
  expected: expectationSchema,
});

/** A ticket of which people have said what it is. */
export type GoldenTicket = Readonly<z.infer<typeof rowSchema>>;

/** The product that the golden set is about. */
export const GOLDEN_AREAS: readonly ProductArea[] = [
  { name: 'export', definition: 'CSV, PDF and other files that people download' },
  { name: 'sync', definition: 'notes and pages between devices and people' },
  { name: 'login', definition: 'passwords, single sign-on, invitations, locked accounts' },
  { name: 'billing', definition: 'invoices, payments, plans and prices' },
  { name: 'mobile', definition: 'the app on phones and tablets' },
];

const GOLDEN_FILE = `${import.meta.dirname}/golden-set.jsonl`;

/** The tickets that come with this repository, all of them written for it. */
export function readGoldenSet(): GoldenTicket[] {
  return readFileSync(GOLDEN_FILE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

const correctedSchema = z.object({
  id: z.string(),
  subject_redacted: z.string(),
  text_redacted: z.string(),
  analysis: z
    .object({
      kind: z.enum(TicketKind),
      severity: z.enum(Severity),
      product_area: z.string(),
      corrected: z.array(z.enum(['kind', 'severity', 'product_area'])),
    })
    .nullable(),
});

/**
 * Tickets that operators have put right, as `GET /api/tickets/{id}` answers: the whole answer or its `ticket`, one a
 * line. What they put right is expected; tickets that nobody corrected are passed over.
 *
 * @throws EvalInputError when the file cannot be read, a line is no such ticket, or none was corrected
 */
export function readCorrections(path: string): GoldenTicket[] {
  const lines = textOf(path).split('\n');
  const tickets = lines.flatMap((line, at) =>
    line.trim() === '' ? [] : correctedTicket(line, `${path}, line ${at + 1}`),
  );
  if (tickets.length === 0) throw new EvalInputError(`${path} has no ticket that was corrected`);
  return tickets;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EvalInputError(`${path} cannot be read`, { cause });
  }
}

function correctedTicket(line: string, place: string): GoldenTicket[] {
  let ticket: z.infer<typeof correctedSchema>;
  try {
    const answer = JSON.parse(line) as { ticket?: unknown } | null;
    ticket = correctedSchema.parse(answer?.ticket ?? answer);
  } catch (cause) {
    throw new EvalInputError(`${place}: not a ticket as GET /api/tickets/{id} answers`, { cause });
  }
  const { id, subject_redacted: subject, text_redacted: body, analysis } = ticket;
  if (analysis === null || analysis.corrected.length === 0) return [];
  const expected = Object.fromEntries(analysis.corrected.map((field) => [field, [analysis[field]]]));
  return [{ id, subject, body, merged: false, expected }];
}
