/** Keeps the state in a directory, so that a process that is killed at any moment finds its batches again. */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { parseJson } from '#local/claude/http/wire.ts';
import type { BatchRecord, ClaudeState, Payment } from './state.ts';

const PIECE_BYTES = 64 * 1024;
const RECORD = '.batch.json';

/**
 * Opens the state in a directory, which is made where it is missing: `<id>.batch.json`, `<id>.requests.json` until the
 * batch ends, `<id>.results.jsonl` from then on, and `payments.jsonl`.
 */
export function openFileState(directory: string): ClaudeState {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const pathOf = (name: string) => join(directory, name);
  const record = (id: string) => pathOf(`${id}${RECORD}`);
  const requests = (id: string) => pathOf(`${id}.requests.json`);
  const results = (id: string) => pathOf(`${id}.results.jsonl`);
  const paid = pathOf('payments.jsonl');
  return {
    payments: () => readLines(paid),
    addPayment: (payment) => appendFileSync(paid, `${JSON.stringify(payment)}\n`, { mode: 0o600 }),
    batches: () =>
      readdirSync(directory)
        .filter((name) => name.endsWith(RECORD))
        .flatMap((name) => readRecord(pathOf(name))),
    saveBatch: (batch) => replace(record(batch.id), JSON.stringify(batch)),
    removeBatch: (id) => {
      for (const path of [record(id), requests(id), results(id)]) rmSync(path, { force: true });
    },
    putRequests: (id, body) => replace(requests(id), body),
    requests: (id) => readIfThere(requests(id)),
    dropRequests: (id) => rmSync(requests(id), { force: true }),
    putResults: (id, lines) => replace(results(id), lines.map((line) => `${line}\n`).join('')),
    results: (id) => readPieces(results(id)),
  };
}

/** A reader meets the old text or the new one, never half of it. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.tmp`, text, { mode: 0o600 });
  renameSync(`${path}.tmp`, path);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readRecord(path: string): BatchRecord[] {
  const value = parseJson(readIfThere(path) ?? '');
  return value === undefined ? [] : [value as BatchRecord];
}

function readLines(path: string): Payment[] {
  return (readIfThere(path) ?? '').split('\n').flatMap((line) => {
    // The last line of a process that was killed while it wrote is no JSON.
    const value = parseJson(line);
    return value === undefined ? [] : [value as Payment];
  });
}

function readPieces(path: string): Iterable<string> | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return piecesOf(file);
}

function* piecesOf(file: number): Generator<string> {
  const decoder = new StringDecoder('utf8');
  const piece = Buffer.alloc(PIECE_BYTES);
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      yield decoder.write(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
