import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#local/errors.ts';
import { storageTrouble } from '#local/services/storage-trouble.ts';

/** Where the functions' output goes. */
export type FunctionLogs = {
  /** Takes output of a function as it comes, whole lines or not. */
  write(functionName: string, text: string): void;
  close(): Promise<void>;
};

/** At a start, a longer file is put aside as `<name>.log.1`. */
const KEPT_BYTES = 20 * 1024 * 1024;
const SHOWN_LENGTH = 300;
/** The same warning is shown again only after this long; the file has them all. */
const REPEATED_AFTER_MS = 30_000;
const SHOWN_LEVELS = new Set(['WARN', 'ERROR', 'CRITICAL', 'FATAL']);

/**
 * Appends each function's output to `<directory>/<function>.log` and hands warnings and errors on.
 *
 * @param onWarning gets one line for a person: `ERROR the message: what happened`.
 */
export function createFunctionLogs(
  directory: string,
  onWarning: (functionName: string, line: string) => void,
  now: () => number = Date.now,
): FunctionLogs {
  const files = new Map<string, WriteStream>();
  const rests = new Map<string, string>();
  const shownAt = new Map<string, number>();
  const isRepeated = (name: string, warning: string): boolean => {
    const key = `${name} ${warning}`;
    const last = shownAt.get(key);
    if (last !== undefined && now() - last < REPEATED_AFTER_MS) return true;
    shownAt.set(key, now());
    return false;
  };
  const fileOf = (name: string): WriteStream => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const path = join(directory, `${name}.log`);
    // A full disk must not end the system: the log is for looking at, nothing depends on it.
    const file = openLog(path).on('error', (error) => {
      const warning = `WARN its log can't be written: ${messageOf(storageTrouble(error, path) ?? error)}`;
      if (!isRepeated(name, warning)) onWarning(name, warning);
      // The next line tries anew.
      files.delete(name);
    });
    files.set(name, file);
    return file;
  };
  return {
    write: (name, text) => {
      fileOf(name).write(text);
      const lines = ((rests.get(name) ?? '') + text).split('\n');
      rests.set(name, lines.pop() ?? '');
      for (const line of lines) {
        const warning = warningIn(line);
        if (warning !== undefined && !isRepeated(name, warning)) onWarning(name, warning);
      }
    },
    close: async () => {
      await Promise.all(
        [...files.values()].map((file) => new Promise<void>((resolve) => file.end(() => resolve()))),
      );
    },
  };
}

function openLog(path: string): WriteStream {
  try {
    if (statSync(path).size > KEPT_BYTES) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet.
  }
  return createWriteStream(path, { flags: 'a', mode: 0o600 });
}

function warningIn(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const { level, message, error } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level !== 'string' || !SHOWN_LEVELS.has(level)) return undefined;
    const reason = (error as { message?: unknown } | undefined)?.message;
    const text = `${level} ${String(message)}${typeof reason === 'string' ? `: ${reason}` : ''}`;
    return text.replace(/\s+/g, ' ').slice(0, SHOWN_LENGTH);
  } catch {
    return undefined;
  }
}
