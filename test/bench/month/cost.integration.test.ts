import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..', '..');

describe('npm run cost', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cost-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('measures the sync, shows the month beside the rewrite, and writes it into a document', async () => {
    const path = join(folder, 'deployment.md');
    await writeFile(path, 'before\n<!-- cost:begin -->\nold\n<!-- cost:end -->\nafter\n');
    const { code, stdout } = await cost(
      '--skills',
      '300',
      '--changed',
      '1%',
      '--feed',
      'off',
      '--markdown',
      path,
    );
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('300 skills of 2,200 bytes'),
    });
    // 3 skills in each of 2,880 syncs, 2 to 3 units in the table and 1 in an index; all 300 where all is rewritten.
    const [, ours, naive] = /changed skills.*\$(\d+\.\d+) +\$(\d+\.\d+)$/m.exec(stdout) ?? [];
    expect(Number(ours)).toBeGreaterThanOrEqual(0.01);
    expect(Number(ours)).toBeLessThanOrEqual(0.03);
    expect(Number(naive) / Number(ours)).toBeGreaterThan(50);
    expect(stdout).not.toContain('Fargate');

    const document = await readFile(path, 'utf8');
    expect(document).toMatch(
      /^before\n<!-- cost:begin -->\n\nA month of 30 days[\s\S]*\n\n<!-- cost:end -->\nafter\n$/,
    );
    expect(document).toMatch(/^\| together \|/m);
  });

  it('says what there is when an option is wrong', async () => {
    const { code, stdout } = await cost('--changed', 'few');
    expect(code).toBe(1);
    expect(stdout).toMatch(/--changed is "few"[\s\S]*--page-size N/);
  });
});

function cost(...args: string[]): Promise<{ code: unknown; stdout: string }> {
  return new Promise((done) => {
    execFile(process.execPath, ['bench/cost.ts', ...args], { cwd: ROOT }, (error, stdout) =>
      done({ code: error ? error.code : 0, stdout }),
    );
  });
}
