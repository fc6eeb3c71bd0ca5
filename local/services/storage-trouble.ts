import {
  DataDirectoryUnusableError,
  DiskFullError,
  LocalError,
  TooManyOpenFilesError,
} from '#local/errors.ts';

/** The facts of an error that say why something could not be stored; they pass from thread to thread. */
export type ErrorFacts = {
  readonly message: string;
  readonly code?: string;
  /** SQLite's own code. */
  readonly errcode?: number;
  readonly syscall?: string;
  readonly path?: string;
  readonly cause?: ErrorFacts;
};

const Reason = {
  full: 'the disk is full',
  files: 'too many files are open',
  readOnly: 'the file system is read-only',
  forbidden: 'this user may not write there',
  fileInTheWay: 'a file is in the way',
  directoryInTheWay: 'a directory is in the way',
  tooLong: 'its path is too long',
  tooLarge: 'a file has the size that is allowed (ulimit -f)',
  failing: 'the disk fails',
  damaged: 'its data are damaged',
  nothing: 'nothing can be made there',
} as const;
type Reason = (typeof Reason)[keyof typeof Reason];

const BY_CODE: Readonly<Record<string, Reason>> = {
  ENOSPC: Reason.full,
  EDQUOT: Reason.full,
  EMFILE: Reason.files,
  ENFILE: Reason.files,
  EROFS: Reason.readOnly,
  EACCES: Reason.forbidden,
  EPERM: Reason.forbidden,
  EEXIST: Reason.fileInTheWay,
  ENOTDIR: Reason.fileInTheWay,
  EISDIR: Reason.directoryInTheWay,
  ERR_FS_EISDIR: Reason.directoryInTheWay,
  ENAMETOOLONG: Reason.tooLong,
  EFBIG: Reason.tooLarge,
  EIO: Reason.failing,
  ENOENT: Reason.nothing,
};

/** SQLite's primary result codes. */
const BY_SQLITE_CODE: Readonly<Record<number, Reason>> = {
  3: Reason.forbidden,
  8: Reason.forbidden,
  10: Reason.failing,
  11: Reason.damaged,
  13: Reason.full,
  14: Reason.nothing,
  26: Reason.damaged,
};

/** LevelDB has no codes of its own for what the system tells it. */
const BY_LEVELDB_TEXT: readonly [RegExp, Reason][] = [
  [/no space left|quota exceeded/i, Reason.full],
  [/too many open files/i, Reason.files],
  [/read-only file system/i, Reason.readOnly],
  [/permission denied|not permitted/i, Reason.forbidden],
  [/not a directory|file exists/i, Reason.fileInTheWay],
  [/is a directory/i, Reason.directoryInTheWay],
  [/name too long/i, Reason.tooLong],
  [/file too large/i, Reason.tooLarge],
  [/input\/output error/i, Reason.failing],
  [/corruption/i, Reason.damaged],
  [/no such file/i, Reason.nothing],
];

/** System calls that fail with the same codes for reasons that have nothing to do with data. */
const NOT_ABOUT_FILES = /^(spawn|listen|connect|bind|kill)/;

/**
 * Tells trouble with the disk or the data directory from all else.
 *
 * @param path the directory that is written to; the error may name a file in it.
 * @returns the error to be told; undefined when the error, and what caused it, is about something else, or is one that
 *   can be told as it is.
 */
export function storageTrouble(error: unknown, path: string): LocalError | undefined {
  if (error instanceof LocalError) return undefined;
  for (let facts = errorFactsOf(error); facts !== undefined; facts = facts.cause) {
    const reason = reasonOf(facts);
    if (reason === undefined) continue;
    const where = facts.path ?? path;
    if (reason === Reason.full) return new DiskFullError(where, { cause: error });
    if (reason === Reason.files) return new TooManyOpenFilesError({ cause: error });
    const detail = where === path ? reason : `${reason} (${where})`;
    return new DataDirectoryUnusableError(path, detail, { cause: error });
  }
  return undefined;
}

/** What of an error can be sent to another thread; undefined for something else that was thrown. */
export function errorFactsOf(error: unknown): ErrorFacts | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  const { message, code, errcode, syscall, path, cause } = error as Record<string, unknown>;
  return {
    message: String(message),
    ...(typeof code === 'string' && { code }),
    ...(typeof errcode === 'number' && { errcode }),
    ...(typeof syscall === 'string' && { syscall }),
    ...(typeof path === 'string' && { path }),
    cause: errorFactsOf(cause),
  };
}

function reasonOf({ code = '', errcode = 0, syscall = '', message }: ErrorFacts): Reason | undefined {
  if (NOT_ABOUT_FILES.test(syscall)) return undefined;
  if (code === 'ERR_SQLITE_ERROR') return BY_SQLITE_CODE[errcode & 0xff];
  if (!code.startsWith('LEVEL_')) return BY_CODE[code];
  return BY_LEVELDB_TEXT.find(([text]) => text.test(message))?.[1];
}
