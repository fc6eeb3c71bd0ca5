import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DataDirectoryInUseError, DiskFullError } from '#local/errors.ts';
import { errorFactsOf, storageTrouble } from '#local/services/storage-trouble.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const unusable = (detail: string) =>
  `The data directory /data can't be used: ${detail}. Choose another DATA_DIR.`;

/** What something throws. */
function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('It threw nothing.');
}

function told(error: unknown): string | undefined {
  return storageTrouble(error, '/data')?.message;
}

describe('Function: storageTrouble', () => {
  it('tells a full disk, as Node, SQLite and LevelDB say it', () => {
    const full =
      /^The disk is full: nothing more can be written to \/\S+\. Make room there, or choose another DATA_DIR\.$/;
    const sqlite = { code: 'ERR_SQLITE_ERROR', errcode: 13, message: 'database or disk is full' };
    const leveldb = 'IO error: /data/dynamodb/000003.log: No space left on device';
    for (const error of [
      thrownBy(() => writeFileSync('/dev/full', 'x')),
      sqlite,
      { message: leveldb, code: 'LEVEL_IO_ERROR' },
      { message: 'Database failed to open', cause: { message: leveldb, code: 'LEVEL_IO_ERROR' } },
      { message: 'over quota', code: 'EDQUOT' },
    ]) {
      expect(told(error)).toMatch(full);
    }
  });

  it('tells what else keeps data from being written, and where', () => {
    // Prepare
    const directory = temporaryDirectory();
    const file = join(directory, 'file');
    writeFileSync(file, 'no database '.repeat(100));
    const opened = (path: string) => () => new DatabaseSync(path).exec('CREATE TABLE t (x)');

    // Act and assess
    expect(told(thrownBy(() => writeFileSync(join(file, 'in'), '')))).toBe(
      unusable(`a file is in the way (${file}/in)`),
    );
    expect(told(thrownBy(() => mkdirSync(file)))).toBe(unusable(`a file is in the way (${file})`));
    expect(told(thrownBy(() => readFileSync(directory)))).toBe(unusable('a directory is in the way'));
    expect(told(thrownBy(opened(directory)))).toBe(unusable('nothing can be made there'));
    expect(told(thrownBy(opened(file)))).toBe(unusable('its data are damaged'));
    expect(told({ message: '', code: 'EROFS', path: '/data/logs' })).toBe(
      unusable('the file system is read-only (/data/logs)'),
    );
    expect(told({ message: '', code: 'EACCES' })).toBe(unusable('this user may not write there'));
    expect(told({ message: 'IO error: /d/LOCK: Permission denied', code: 'LEVEL_IO_ERROR' })).toBe(
      unusable('this user may not write there'),
    );
    expect(told({ message: '', code: 'ERR_SQLITE_ERROR', errcode: 8 + (1 << 8) })).toBe(
      unusable('this user may not write there'),
    );
    expect(told({ message: '', code: 'EMFILE' })).toMatch(/^Too many files are open: .*ulimit -n/);
  });

  it('says nothing of an error that is about something else', async () => {
    const listening = await new Promise((resolve) => {
      createServer()
        .once('error', resolve)
        .listen(join(temporaryDirectory(), 'no', 'socket'));
    });
    for (const error of [
      listening,
      new Error('ENOSPC, or so it says'),
      { message: 'spawn node ENOENT', code: 'ENOENT', syscall: 'spawn node', path: 'node' },
      { message: 'a template', code: 'LEVEL_NOT_FOUND' },
      'ENOSPC',
      undefined,
      new DiskFullError('/elsewhere'),
      new DataDirectoryInUseError('/data', { cause: { message: '', code: 'EACCES' } }),
    ]) {
      expect(storageTrouble(error, '/data')).toBeUndefined();
    }
  });

  it('tells the same from the facts that a thread sends', () => {
    const cause = thrownBy(() => writeFileSync('/dev/full', 'x'));
    const sent = structuredClone(errorFactsOf(new Error('failed', { cause })));
    expect(told(sent)).toMatch(/^The disk is full/);
  });
});
