import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataDirectoryInUseError, DataDirectoryUnusableError, LocalError, messageOf } from '#local/errors.ts';
import { errorFactsOf, storageTrouble } from './storage-trouble.ts';

/** The directory that holds everything a restart finds again, held by this process until `release`. */
export type DataDirectory = {
  readonly path: string;
  /** A path inside; the directories named by `parts` are not created. */
  file(...parts: string[]): string;
  release(): void;
};

const SQLITE_BUSY = 5;
const LOCK_FILE = 'in-use.lock';

/** Bits of a directory's mode. */
const STICKY = 0o1000;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o002;
const OWNER = 0o700;

/** Written and removed in each directory at the start: more than what a disk that is all but full still takes. */
const PROBE_BYTES = 64 * 1024;

/**
 * Makes the data directory where it is missing, closes it to other users, tries to write to it, and takes hold of it for
 * this process.
 *
 * The hold is SQLite's lock on an empty file: the system lets go of it however the process ends, kill -9 included,
 * so nobody ever has to remove a stale lock by hand.
 *
 * @throws DataDirectoryInUseError, DataDirectoryUnusableError, DiskFullError, TooManyOpenFilesError
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  const lock = await take(path);
  return {
    path,
    file: (...parts) => join(path, ...parts),
    release: () => lock.close(),
  };
}

async function take(path: string): Promise<DatabaseSync> {
  try {
    await makeDirectory(path, OWNER);
    await closeToOthers(path);
    await makeDirectory(join(path, 'logs'));
    requireWritable(path);
    return takeLock(path);
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw (
      storageTrouble(error, path) ?? new DataDirectoryUnusableError(path, messageOf(error), { cause: error })
    );
  }
}

/** Not `recursive: true`: under a parent that takes no directories (/proc) Node tries for ever. */
async function makeDirectory(path: string, mode = 0o777, parentsMade = false): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || parentsMade) throw error;
    await makeDirectory(dirname(path));
    await makeDirectory(path, mode, true);
  }
}

/**
 * Tokens, keys and the whole table are in there, so only its owner may look into it. An older start left it open to
 * readers. A directory that many write to (`/tmp`) is not ours to close, nor to share: who may rename our files could
 * put others in their place.
 */
async function closeToOthers(path: string): Promise<void> {
  // Windows has no such modes; there a directory in the user's profile is closed by itself.
  if (process.getuid === undefined) return;
  const { mode } = await stat(path);
  if ((mode & OTHERS) === 0) return;
  const names = await readdir(path);
  const isStrange = names.length > 0 && !names.includes(LOCK_FILE);
  if (mode & STICKY || (mode & OTHERS_WRITE && isStrange)) {
    throw new DataDirectoryUnusableError(
      path,
      `other users may write there; name a directory of its own, such as ${join(path, 'atom-sync')}`,
    );
  }
  try {
    await chmod(path, mode & OWNER);
  } catch (error) {
    throw new DataDirectoryUnusableError(path, 'other users may read it, and it belongs to one of them', {
      cause: error,
    });
  }
}

/** Permissions tell little (another user's folder, a read-only mount, a full disk), so it is tried. */
function requireWritable(path: string): void {
  const inside = readdirSync(path).map((name) => join(path, name));
  for (const directory of [path, ...inside]) {
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) continue;
    const probe = join(directory, `writable-${process.pid}.tmp`);
    try {
      writeFileSync(probe, Buffer.alloc(PROBE_BYTES));
    } catch (error) {
      throw storageTrouble({ ...errorFactsOf(error), path: directory }, path) ?? error;
    } finally {
      rmSync(probe, { force: true });
    }
  }
}

function takeLock(path: string): DatabaseSync {
  const file = join(path, LOCK_FILE);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file);
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new DataDirectoryInUseError(path, { cause: error });
    }
    throw storageTrouble({ ...errorFactsOf(error), path: file }, path) ?? error;
  }
}
