import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../../bench/eval/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'eval-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the evaluation as its users do, without a key. */
function evaluate(...args: string[]): Promise<Ended> {
  const env = { ...process.env, ANTHROPIC_API_KEY: '' };
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

function file(name: string, rows: readonly unknown[]): string {
  const text = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
  writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  return join(folder, name);
}

const TICKET = { id: 1, created_at: '2025-06-01T10:00:00Z', subject: 'Sound is gone', requester: 'u1' };

describe('npm run eval:tickets', () => {
  it('prints one line of JSON for labelled texts, one row as well', async () => {
    const rows = ['card', 'password'].flatMap((intent) =>
      Array.from({ length: 6 }, (_, n) => ({ text: `my ${intent} is ${n % 2 ? 'lost' : 'gone'}`, intent })),
    );
    for (const [name, given] of [
      ['a.jsonl.gz', rows],
      ['b.jsonl', rows.slice(0, 1)],
    ] as const) {
      const { code, stdout, stderr } = await evaluate('--labelled', file(name, given), '--resolution', '4');
      expect([code, stderr, stdout.split('\n').length]).toEqual([0, '', 2]);
      const measured = JSON.parse(stdout) as Record<string, unknown>;
      expect(Object.keys(measured)).toEqual(['v', 'ari', 'clusters', 'seconds', 'peak_rss_mb']);
      for (const value of Object.values(measured)) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('prints one line of JSON for incidents', async () => {
    const path = file('c.jsonl.gz', [TICKET]);
    const { code, stdout } = await evaluate(
      '--incidents',
      path,
      '--from',
      '2025-06-01',
      '--to',
      '2025-06-02',
    );
    expect([code, stdout]).toEqual([0, '{"incidents":[],"alerts":0}\n']);
  });

  const window = ['--from', '2025-06-01', '--to', '2025-06-02'];
  it.each([
    ['no file', ['--labelled', join(folder, 'none')], /cannot be read/],
    ['an empty file', ['--labelled', file('d.jsonl.gz', [])], /no rows/],
    ['a row without text', ['--labelled', file('e.jsonl', [{ intent: 'x' }])], /line 1/],
    ['no file of tickets', ['--incidents', join(folder, 'none'), ...window], /cannot be read/],
    ['no tickets in the file', ['--incidents', file('f.jsonl', []), ...window], /is empty/],
    [
      'no tickets in the window',
      ['--incidents', file('g.jsonl', [TICKET]), '--from', '2026-01-01'],
      /no tickets/,
    ],
    [
      'an end before the beginning',
      ['--incidents', file('h.jsonl', [TICKET]), '--from', '2025-06-02', '--to', '2025-06-01'],
      /later/,
    ],
    ['a time that is none', ['--incidents', file('i.jsonl', [TICKET]), '--from', 'noon'], /must be a time/],
    ['a window of nothing', window, /for --incidents/],
    ['nobody to ask', ['--golden'], /ANTHROPIC_API_KEY/],
  ])('ends with 1 and a reason for %s', async (_what, args, reason) => {
    const { code, stdout, stderr } = await evaluate(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('    at ');
  });
});
