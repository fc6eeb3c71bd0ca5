import { describe, expect, it } from 'vitest';
import { runFirstSync, type SyncRun } from '#local/first-sync.ts';
import type { InvocationResult } from '#local/lambda/lambda-runtime.ts';
import { createTerminal } from '#local/terminal.ts';

const RUN: SyncRun = {
  status: 'success',
  progress: { done: 10, total: 10, unit: 'skills' },
  duration_seconds: 1.25,
  error: null,
  reason: null,
  skip_reason: null,
  counts: { skills_synced: 5000, categories_synced: 24, added: 5000 },
};
const BLOCKED: SyncRun = {
  ...RUN,
  status: 'skipped',
  skip_reason: 'already_running',
  reason: 'Run x was under way.',
};

/** Runs a first sync whose record reads as `reads` says, one after the other; the last one stays. */
async function sync(
  reads: (SyncRun | undefined)[],
  result: Partial<InvocationResult> = {},
  signal?: AbortSignal,
  invocation: Promise<unknown> = Promise.resolve(),
) {
  let text = '';
  let ids = 0;
  let clock = 0;
  const invoked: string[] = [];
  await runFirstSync({
    invoke: async (payload) => {
      invoked.push(payload);
      await invocation;
      return { requestId: 'r', payload: '{}', ...result };
    },
    readRun: async () => {
      const run = reads.length > 1 ? reads.shift() : reads[0];
      return run === undefined ? { success: false } : { success: true, run };
    },
    newRunId: () => `run-${++ids}`,
    terminal: createTerminal({ write: (more) => (text += more) }, () => 0),
    sleep: async (ms) => {
      clock += ms;
    },
    now: () => clock,
    signal: signal ?? new AbortController().signal,
  });
  return { lines: text.trim().split('\n'), invoked, tookMs: clock };
}

describe('Function: runFirstSync', () => {
  it('shows progress and sums up', async () => {
    const running: SyncRun = { ...RUN, status: 'running', progress: { done: 0, total: 50, unit: 'skills' } };
    const { lines, invoked } = await sync([running, running, RUN]);
    expect(lines).toEqual([
      'First sync 0 % (0/50 skills)',
      'First sync: 5,000 skills and 24 categories (5,000 added, 0 changed, 0 unchanged, 0 removed, 0 rejected) in 1.3 s',
    ]);
    expect(invoked).toEqual(['{"run_id":"run-1"}']);
  });

  it('follows a run that goes on in another invocation', async () => {
    const { lines, invoked } = await sync([
      { ...RUN, status: 'interrupted' },
      { ...RUN, status: 'interrupted' },
      RUN,
    ]);
    expect(lines.at(-1)).toMatch(/5,000 skills/);
    expect(invoked).toHaveLength(1);
  });

  it('waits for the lease of a run that was killed, and tries again with a new run', async () => {
    const { lines, invoked } = await sync([BLOCKED, BLOCKED, RUN]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/killed in the middle of a sync/);
    expect(invoked).toEqual(['{"run_id":"run-1"}', '{"run_id":"run-2"}', '{"run_id":"run-3"}']);
  });

  it('gives up waiting for a run that is alive', async () => {
    const { lines, invoked } = await sync([BLOCKED]);
    expect(lines.at(-1)).toMatch(/skipped. Run x was under way. The API serves what the cache holds./);
    expect(invoked.length).toBeLessThan(12);
  });

  it('leaves a sync to itself that gets nowhere, and says so', async () => {
    const hangs: SyncRun = {
      ...RUN,
      status: 'running',
      progress: { done: 1200, total: 5000, unit: 'skills' },
    };
    for (const reads of [[hangs], [undefined], [{ ...hangs, status: 'interrupted' as const }]]) {
      const { lines, tookMs } = await sync(reads, {}, undefined, new Promise(() => undefined));
      expect(lines.at(-1)).toMatch(
        /^First sync: no progress for 90 s: .* of .* skills\). It goes on by itself: GET \/api\/admin\/sync\/status/,
      );
      expect(tookMs).toBeLessThan(91_000);
    }
  });

  it('waits for one that gets on, but not for ever', async () => {
    const steps = (count: number): SyncRun[] =>
      Array.from({ length: count }, (_, n) => ({
        ...RUN,
        status: 'running',
        progress: { done: n, total: 5000, unit: 'skills' },
      }));
    const never = new Promise(() => undefined);
    const minutes = await sync([...steps(2_000), RUN], {});
    expect(minutes.lines.at(-1)).toMatch(/5,000 skills/);
    const endless = await sync(steps(4_000), {}, undefined, never);
    expect(endless.lines.at(-1)).toMatch(
      /^First sync: still under way after 10 minutes \(3,000 of 5,000 skills\)/,
    );
  });

  it('says why a run failed', async () => {
    const error = { code: 'unauthorized', message: 'The marketplace refused the token.' };
    const { lines } = await sync([{ ...RUN, status: 'failed', error }]);
    expect(lines).toEqual([
      'First sync failed: The marketplace refused the token. The API serves what the cache holds; the next try follows by schedule.',
    ]);
  });

  it.each([
    [
      { functionError: 'Unhandled' as const, payload: '{"errorMessage":"Task timed out"}' },
      /failed: Task timed out\./,
    ],
    [{}, /it left no record/],
  ])('says that there is no record when the function left none (%#)', async (result, expected) => {
    const { lines } = await sync([undefined], result);
    expect(lines).toEqual([expect.stringMatching(expected)]);
  });

  it('stops waiting when the system stops', async () => {
    const { lines } = await sync([{ ...RUN, status: 'running' }], {}, AbortSignal.abort());
    expect(lines).toEqual(['First sync: interrupted; the next start goes on from its page.']);
  });
});
