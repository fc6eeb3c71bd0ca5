import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DataFileDamagedError, messageOf } from '#local/errors.ts';

/**
 * Writes JSON so that a reader (or a crash) meets the old text or the new one, never half of it, and only this
 * user may read it (mode 0600). Synchronous: the files are small, and two writes can't overtake each other.
 */
export function writePrivateJson(path: string, value: unknown): void {
  const draft = `${path}.tmp`;
  try {
    // One that a kill left behind would keep its own mode.
    rmSync(draft, { force: true });
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    throw naming(path, error);
  }
}

/**
 * Reads what {@link writePrivateJson} wrote; `undefined` where there is no such file.
 *
 * @throws DataFileDamagedError when somebody else wrote something else there.
 */
export function readPrivateJson(path: string): unknown {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataFileDamagedError(path, messageOf(error), { cause: error });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw naming(path, error);
  }
}

/** A read or a write that fails doesn't say of what. */
function naming(path: string, error: unknown): unknown {
  return error instanceof Error ? Object.assign(error, { path }) : error;
}
