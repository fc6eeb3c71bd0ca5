/** Reads tickets of other help desks from a file, one JSON object a line, packed with gzip or not. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { LocalError, messageOf } from '#local/errors.ts';
import { parseJson } from '#local/http/parse-json.ts';
import type { TicketInput } from '#local/zendesk/tickets/stored-ticket.ts';
import { type FileRow, type FileShape, SHAPES } from './file-shapes.ts';

/** A file of tickets cannot be read, or holds something else. */
class TicketFileError extends LocalError {
  override readonly name = 'TicketFileError';
  override readonly code = 'ticket_file_unusable';
  constructor(path: string, reason: string) {
    super(`The ticket file ${path} can't be used: ${reason}.`);
  }
}

/**
 * Reads a file of tickets, shifted by whole days so that its last day is the day of `nowMs` (UTC). What that day has from
 * the running hour on comes in later, the first of it five minutes from `nowMs` at the earliest: whoever starts twice
 * within an hour begins with the same tickets. Rows without a time are spread over the last 30 days.
 *
 * @throws TicketFileError
 */
export function loadTicketFile(path: string, nowMs: number): TicketInput[] {
  const lines = readLines(path);
  const shape = shapeOf(path, lines[0] ?? '');
  const rows = lines.map((line, index) => {
    const parsed = shape.schema.safeParse(parseJson(line));
    if (parsed.success) return shape.read(parsed.data, index);
    const [issue] = parsed.error.issues;
    const reason = `line ${index + 1}, ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new TicketFileError(path, reason);
  });
  return shape.isDated ? shiftToToday(rows, nowMs) : spreadOverDays(rows, nowMs);
}

function readLines(path: string): string[] {
  try {
    const bytes = readFileSync(path);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (isPacked ? gunzipSync(bytes) : bytes).toString();
    return text.split('\n').filter((line) => line.trim() !== '');
  } catch (error) {
    // Without its cause: the worker's parent would take that for trouble with the data directory.
    throw new TicketFileError(path, isMissing(error) ? 'there is no such file' : messageOf(error));
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function shapeOf(path: string, line: string): FileShape {
  const first = parseJson(line);
  if (typeof first !== 'object' || first === null) {
    throw new TicketFileError(path, 'it holds no JSON object a line (.jsonl or .jsonl.gz)');
  }
  const shape = SHAPES.find(({ marks }) => marks.every((mark) => Object.hasOwn(first, mark)));
  if (shape !== undefined) return shape;
  const known = SHAPES.map(({ marks }) => marks.join(' and ')).join('; ');
  const found = Object.keys(first).join(', ');
  throw new TicketFileError(path, `its rows have ${found}, and not one of: ${known}`);
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SPREAD_DAYS = 30;
/** A first export is over by then. */
const ARRIVAL_AFTER_MS = 5 * 60_000;
/** The last row without a time comes this long before now, so that the first export has it. */
const QUIET_MS = 120_000;

function shiftToToday(rows: readonly FileRow[], nowMs: number): TicketInput[] {
  const last = rows.reduce((latest, { createdMs = 0 }) => Math.max(latest, createdMs), 0);
  const shiftMs = (Math.floor(nowMs / DAY_MS) - Math.floor(last / DAY_MS)) * DAY_MS;
  const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const delayMs = nowMs - hourMs + ARRIVAL_AFTER_MS;
  const shifted = (ms = 0) => ms + shiftMs + (ms + shiftMs >= hourMs ? delayMs : 0);
  return rows.map((row) => {
    const createdMs = shifted(row.createdMs);
    const updatedMs = Math.max(createdMs, shifted(row.updatedMs));
    // One that is there already must not wait for a change that lies ahead.
    const isAhead = updatedMs > nowMs && createdMs <= nowMs;
    return row.toTicket(createdMs, isAhead ? createdMs : updatedMs);
  });
}

function spreadOverDays(rows: readonly FileRow[], nowMs: number): TicketInput[] {
  const stepMs = (SPREAD_DAYS * DAY_MS) / Math.max(1, rows.length);
  return rows.map((row, index) => {
    const createdMs = Math.floor(nowMs - QUIET_MS - (rows.length - 1 - index) * stepMs);
    return row.toTicket(createdMs, createdMs);
  });
}
