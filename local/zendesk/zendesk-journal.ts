import { appendFileSync, closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { parseJson } from '#local/http/parse-json.ts';
import { type TicketOperation, ticketOperationSchema } from './tickets/ticket-operation.ts';

/** What the tickets are made of; another choice begins another journal. */
export type JournalSource = {
  readonly seed: number;
  readonly subdomain: string;
  /** How many are generated, or the file that they come from. */
  readonly tickets: number | string;
};

/**
 * Keeps what it takes to serve the same tickets after a restart: the time at which they were made, and every operation
 * since, its time in it. The tickets themselves are not written: the same seed and time make them again.
 */
export type ZendeskJournal = {
  /** The time that the tickets end at, epoch milliseconds. */
  readonly generatedAtMs: number;
  /** What happened since then, in its order. */
  readonly operations: readonly TicketOperation[];
  /** Writes an operation down. Synchronous: nobody is to see its tickets before it is written. */
  note(operation: TicketOperation): void;
  close(): void;
};

const head = z.object({
  generatedAtMs: z.number(),
  source: z.object({ seed: z.number(), subdomain: z.string(), tickets: z.union([z.number(), z.string()]) }),
});

/**
 * Opens a journal, or begins it where it is missing or of other tickets.
 *
 * @param path one JSON text a line: the source first, then the operations. The last line of a process that was killed
 *   while it wrote is left out.
 */
export function openZendeskJournal(path: string, source: JournalSource, nowMs: number): ZendeskJournal {
  const [first = '', ...lines] = readIfThere(path).split('\n');
  const known = head.safeParse(parseJson(first));
  const isSame = known.success && JSON.stringify(known.data.source) === JSON.stringify(source);
  const generatedAtMs = isSame ? known.data.generatedAtMs : nowMs;
  const operations = isSame ? lines.flatMap(readOperation) : [];
  const text = [{ generatedAtMs, source }, ...operations].map(toLine).join('');
  writeFileSync(`${path}.tmp`, text, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
  const file = openSync(path, 'a');
  return {
    generatedAtMs,
    operations,
    note: (operation) => appendFileSync(file, toLine(operation)),
    close: () => closeSync(file),
  };
}

function readOperation(line: string): TicketOperation[] {
  const parsed = ticketOperationSchema.safeParse(parseJson(line));
  return parsed.success ? [parsed.data] : [];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function toLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
