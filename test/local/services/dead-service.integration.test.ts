import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type LocalProcess, startProcess } from '#test/local/start/local-process.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

const SMALL = { ATOM_LOCAL_MARKETPLACE_SKILLS: '300' };
/** A stop after a failure takes 10 s at most; the rest is for a machine that is slow. */
const STOP_LIMIT_MS = 20_000;

/** Without a first sync. */
const IDLE = { ...SMALL, ENABLE_SCHEDULER: 'false' };

/** Everything that was printed after a moment, and how it ended. */
async function endAfter(system: LocalProcess, act: () => void) {
  const before = system.output().length;
  const startedAt = performance.now();
  act();
  const code = await system.exited;
  return { code, tookMs: performance.now() - startedAt, said: system.output().slice(before) };
}

type End = Awaited<ReturnType<typeof endAfter>>;

function expectReason({ code, tookMs, said }: End, reason: string): void {
  expect(said.split('\n')).toContain(`atom-sync can't run: ${reason}`);
  expect(said).not.toMatch(/^ +at /m);
  expect(code).toBe(1);
  expect(tookMs).toBeLessThan(STOP_LIMIT_MS);
}

/** Pids of a process's children. */
function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

describe('npm start, when a part of it dies', () => {
  it('goes on when a container or the task ends, and stops when DynamoDB does', async () => {
    // Prepare
    const system = startProcess(temporaryDirectory(), SMALL, { steered: true });
    await system.until(/^ready /m);
    expect((await system.call('/health/ready')).status).toBe(200);

    // Act
    system.steer({ end: 'lambda-worker.ts' });
    for (const pid of childrenOf(system.pid)) process.kill(pid, 'SIGKILL');
    await system.until(/^realtime-feed ended by itself \(SIGKILL\)/m);
    const health = await system.call('/health/ready');
    const skills = await system.call('/api/skills?limit=3', 'STUDENT');
    const end = await endAfter(system, () => system.steer({ end: 'dynamodb-worker.ts' }));

    // Assess
    expect(health.status).toBe(200);
    expect(skills.body.skills).toHaveLength(3);
    expectReason(end, 'The embedded DynamoDB ended by itself (1).');
  });

  it.each([
    ['SQS', { end: 'sqs-worker.ts' }, 'The embedded SQS ended by itself (1).'],
    ['the marketplace', { end: 'marketplace-worker.ts' }, 'The embedded marketplace ended by itself (1).'],
    ['a promise that nobody waits for', { reject: 'a surprise' }, 'a surprise'],
  ])('says so and stops in time: %s', async (_part, steering, reason) => {
    const system = startProcess(temporaryDirectory(), IDLE, { steered: true });
    await system.until(/^ready /m);
    expectReason(await endAfter(system, () => system.steer(steering)), reason);
  });

  it('says so and stops in time in the middle of the first sync', async () => {
    const slow = { ...SMALL, ATOM_LOCAL_MARKETPLACE_LATENCY_MS: '30000' };
    const system = startProcess(temporaryDirectory(), slow, { steered: true });
    await system.until(/^First sync 0 /m);
    const end = await endAfter(system, () => system.steer({ end: 'dynamodb-worker.ts' }));
    expectReason(end, 'The embedded DynamoDB ended by itself (1).');
  });

  it('says why nothing more can be written, at this start and at the next', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const settings = { ATOM_LOCAL_MARKETPLACE_SKILLS: '3000' };

    // Act: what the sync writes is more than a file may hold, then a file may hold nothing.
    const first = startProcess(directory, settings, { fileLimitKib: 1536 });
    await first.exited;
    const second = startProcess(directory, settings, { fileLimitKib: 0 });
    await second.exited;

    // Assess
    const reason = "can't be used: a file has the size that is allowed (ulimit -f). Choose another DATA_DIR.";
    expect(first.output()).toContain(
      `atom-sync can't run: The data directory ${directory}/dynamodb ${reason}\n`,
    );
    expect(first.output()).not.toMatch(/^ +at /m);
    expect(second.output()).toBe(`atom-sync can't run: The data directory ${directory} ${reason}\n`);
    expect([await first.exited, await second.exited]).toEqual([1, 1]);
  });
});
