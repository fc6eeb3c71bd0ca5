import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataDirectory } from '#local/services/data-directory.ts';
import { writeSession } from '#local/services/session-file.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const modeOf = (path: string) => statSync(path).mode & 0o7777;

/** A directory with exactly this mode, whatever the umask, and a file in it. */
function directoryOf(mode: number, file?: string): string {
  const path = join(temporaryDirectory(), 'data');
  mkdirSync(path);
  if (file !== undefined) writeFileSync(join(path, file), '');
  chmodSync(path, mode);
  return path;
}

describe('Function: openDataDirectory', () => {
  it('makes a directory that only its owner may look into', async () => {
    const path = join(temporaryDirectory(), 'deep', 'data');
    (await openDataDirectory(path)).release();
    expect(modeOf(path)).toBe(0o700);
  });

  it.each([
    { mode: 0o755, file: 'in-use.lock' },
    { mode: 0o755, file: 'notes.txt' },
    { mode: 0o750, file: undefined },
    { mode: 0o775, file: 'in-use.lock' },
    { mode: 0o777, file: 'in-use.lock' },
    { mode: 0o777, file: undefined },
    { mode: 0o701, file: undefined },
  ])('closes a directory of mode $mode with $file in it to others', async ({ mode, file }) => {
    const path = directoryOf(mode, file);
    (await openDataDirectory(path)).release();
    expect(modeOf(path)).toBe(0o700);
  });

  it.each([
    { mode: 0o1777, file: undefined },
    { mode: 0o1777, file: 'in-use.lock' },
    { mode: 0o777, file: 'of-another-program' },
  ])('refuses a directory of mode $mode with $file in it, and leaves it as it is', async ({ mode, file }) => {
    const path = directoryOf(mode, file);
    await expect(openDataDirectory(path)).rejects.toMatchObject({
      code: 'data_directory_unusable',
      message: `The data directory ${path} can't be used: other users may write there; name a directory of its own, such as ${path}/atom-sync. Choose another DATA_DIR.`,
    });
    expect(modeOf(path)).toBe(mode);
  });

  it('makes the directory and lets one holder in at a time', async () => {
    // Prepare
    const path = join(temporaryDirectory(), 'deep', 'data');
    const first = await openDataDirectory(path);

    // Act and assess
    await expect(openDataDirectory(path)).rejects.toMatchObject({
      code: 'data_directory_in_use',
      message: `The data directory ${path} is in use by another start: stop that one, or choose another DATA_DIR.`,
    });
    first.release();
    (await openDataDirectory(path)).release();
  });

  it('says in one sentence that a file is in the way', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'inside')]) {
      await expect(openDataDirectory(path)).rejects.toMatchObject({
        code: 'data_directory_unusable',
        message: `The data directory ${path} can't be used: a file is in the way. Choose another DATA_DIR.`,
      });
    }
  });

  it.each([
    ['/proc/atom-sync', 'nothing can be made there'],
    ['/proc', 'nothing can be made there'],
    ['/sys/atom-sync', 'this user may not write there'],
    ['/dev/null', 'a file is in the way'],
  ])('says in one sentence that nothing can be written there: %s', async (path, reason) => {
    await expect(openDataDirectory(path)).rejects.toMatchObject({
      code: 'data_directory_unusable',
      message: expect.stringContaining(`The data directory ${path} can't be used: ${reason}`),
    });
  });

  it('names what in it is in the way', async () => {
    // Prepare
    const path = temporaryDirectory();
    writeFileSync(join(path, 'logs'), '');

    // Act and assess
    await expect(openDataDirectory(path)).rejects.toMatchObject({
      message: `The data directory ${path} can't be used: a file is in the way (${path}/logs). Choose another DATA_DIR.`,
    });
  });

  it('leaves nothing of its trial behind', async () => {
    const path = temporaryDirectory();
    mkdirSync(join(path, 'sqs'));
    (await openDataDirectory(path)).release();
    expect(readdirSync(path).sort()).toEqual(['in-use.lock', 'logs', 'sqs']);
    expect(readdirSync(join(path, 'sqs'))).toEqual([]);
  });

  it('says that a folder in it may not be written to', async () => {
    // One where not even root may write.
    const path = temporaryDirectory();
    symlinkSync('/sys', join(path, 'sqs'));
    await expect(openDataDirectory(path)).rejects.toMatchObject({
      message: `The data directory ${path} can't be used: this user may not write there (${path}/sqs). Choose another DATA_DIR.`,
    });
  });
});

describe('Function: writeSession', () => {
  it('writes a file that only its owner reads, and removes it', () => {
    // Prepare
    const path = join(temporaryDirectory(), 'session.json');
    writeFileSync(path, 'stale', { mode: 0o644 });

    // Act
    const remove = writeSession(path, {
      api: 'http://127.0.0.1:1',
      tokens: { STUDENT: 's', INTERN: 'i', SUPERVISED: 'v', AUTONOMOUS: 'a' },
      token_url: 'http://127.0.0.1:3/oauth2/token',
      machines: {},
      marketplace: 'http://127.0.0.1:2',
      endpoints: { dynamodb: 'd', sqs: 'q', secretsmanager: 'm', lambda: 'l', scheduler: 'e' },
      access_key_id: 'k',
      secret_access_key: 'a',
      secret: 'n',
      table: 't',
      queues: { uploads: 'u', dead_letters: 'x' },
    });

    // Assess
    expect(statSync(path).mode & 0o777).toBe(0o600);
    remove();
    expect(() => statSync(path)).toThrow(/ENOENT/);
  });
});
