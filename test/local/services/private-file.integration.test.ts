import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPrivateJson, writePrivateJson } from '#local/services/private-file.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { startKillable } from './killable-process.ts';

type Written = { version: number; last: number };

describe('Private file', () => {
  it('is whole after a kill at any moment', async () => {
    const path = join(temporaryDirectory(), 'secrets.json');
    const read = () => readPrivateJson(path) as Written;
    for (let kill = 0; kill < 20; kill += 1) {
      const writer = await startKillable(new URL('./private-file-writer.ts', import.meta.url), [path]);
      // Each time at another place of another write.
      while (read().version < 1 + kill * 3);
      await writer.kill();
      expect(read().last).toBe(read().version);
    }
  });

  it('is as it was when the next version was half written', () => {
    // Prepare
    const path = join(temporaryDirectory(), 'secrets.json');
    writePrivateJson(path, { version: 1 });
    writeFileSync(`${path}.tmp`, '{ "version');

    // Act and assess
    expect(readPrivateJson(path)).toEqual({ version: 1 });
    writePrivateJson(path, { version: 2 });
    expect(readPrivateJson(path)).toEqual({ version: 2 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});
