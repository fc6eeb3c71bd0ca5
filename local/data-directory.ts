import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataDirectoryInUseError, DataDirectoryUnusableError } from './errors.ts';

/** The directory that holds everything a restart finds again, held by this process until `release`. */
export type DataDirectory = {
  readonly path: string;
  /** A path inside; the directories named by `parts` are not created. */
  file(...parts: string[]): string;
  release(): void;
};

const SQLITE_BUSY = 5;

/**
 * Makes the data directory where it is missing and takes hold of it for this process.
 *
 * The hold is SQLite's lock on an empty file: the system lets go of it however the process ends, kill -9 included,
 * so nobody ever has to remove a stale lock by hand.
 *
 * @throws DataDirectoryInUseError, DataDirectoryUnusableError
 */
export async function openDataDirectory(directory: string): Promise<DataDirectory> {
  const path = resolve(directory);
  try {
    await makeDirectory(join(path, 'logs'));
  } catch (error) {
    throw new DataDirectoryUnusableError(path, reasonOf(error), { cause: error });
  }
  const lock = takeLock(path);
  return {
    path,
    file: (...parts) => join(path, ...parts),
    release: () => lock.close(),
  };
}

/** Not `recursive: true`: under a parent that takes no directories (/proc) Node tries for ever. */
async function makeDirectory(path: string, parentsMade = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || parentsMade) throw error;
    await makeDirectory(dirname(path));
    await makeDirectory(path, true);
  }
}

function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, 'in-use.lock'));
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) {
      throw new DataDirectoryInUseError(path, { cause: error });
    }
    throw new DataDirectoryUnusableError(path, reasonOf(error), { cause: error });
  }
}

function reasonOf(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there';
    case 'ENOENT':
      return 'no directory can be made there';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in the way';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
