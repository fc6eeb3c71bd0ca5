import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROTATION_STEPS } from '#functions/token-rotation/rotation-event.ts';
import { type Around, createRotationHarness, Killed, killAt, versionId } from './rotation-harness.ts';

const OLD = versionId(1);
const NEW = versionId(2);
const RUNS = Number(process.env.MODEL_RUNS ?? 300);

/** One rotation is done, so that there is a token to revoke; the next one has begun. */
async function beforeSecondRotation() {
  const harness = createRotationHarness();
  harness.versions.begin(OLD);
  await harness.rotate(OLD);
  harness.versions.begin(NEW);
  return harness;
}
type Harness = Awaited<ReturnType<typeof beforeSecondRotation>>;

/** What must hold at any time: what readers may hold works. */
async function expectReadersServed({ market, token }: Harness): Promise<void> {
  for (const label of ['AWSCURRENT', 'AWSPREVIOUS']) {
    const held = await token(label);
    // Before the end the one two rotations back may be revoked already; nobody holds it any more.
    if (held !== 'first-token') expect(market.valid).toContain(held);
  }
}

/** What must hold in the end: one new current token, one before it, and at most the orphans of killed requests. */
async function expectRotated({ market, token, versions }: Harness, orphans: number): Promise<void> {
  expect(versions.holder('AWSCURRENT')).toBe(NEW);
  expect(versions.holder('AWSPREVIOUS')).toBe(OLD);
  expect(versions.holder('AWSPENDING')).toBeUndefined();
  const [current, previous] = [await token('AWSCURRENT'), await token('AWSPREVIOUS')];
  expect(current).not.toBe(previous);
  expect(market.valid).toContain(current);
  expect(market.valid).toContain(previous);
  expect(market.valid).not.toContain('first-token');
  expect(market.valid.size - 2).toBeLessThanOrEqual(orphans);
}

describe('a rotation that is killed', () => {
  it.each(['before', 'after'] as const)(
    '%s any of its calls ends well when it is repeated',
    async (moment) => {
      let kills = 0;
      for (let n = 1; ; n += 1) {
        const harness = await beforeSecondRotation();
        const kill = killAt(n, moment);
        const outcome = await harness.rotate(NEW, kill).catch((error: unknown) => error);
        if (!kill.struck()) break;
        kills += 1;
        expect(outcome).toBeInstanceOf(Killed);
        await expectReadersServed(harness);
        await harness.rotate(NEW);
        await expectRotated(harness, 1);
      }
      // describe 4, createSecret 4, setSecret 1, testSecret 4, finishSecret 6.
      expect(kills).toBe(19);
    },
  );

  it('leaves a token that nobody has only between its issue and its put', async () => {
    const orphaned: number[] = [];
    for (let n = 1; n <= 19; n += 1) {
      const harness = await beforeSecondRotation();
      await harness.rotate(NEW, killAt(n, 'after')).catch(() => undefined);
      await harness.rotate(NEW);
      if (harness.market.valid.size > 2) orphaned.push(n);
    }
    // describe, the version, the current one, issue.
    expect(orphaned).toEqual([4]);
  });
});

describe('any order of steps that Secrets Manager may send', () => {
  const attempt = fc.record({
    /** How far back it begins: a repetition of a step that was done, or of all. */
    back: fc.nat(3),
    /** 0: not killed. */
    killAt: fc.nat(8),
    moment: fc.constantFrom('before' as const, 'after' as const),
    isDown: fc.boolean(),
  });

  it('serves the readers all the time, and ends well', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 12 }), async (attempts) => {
        const harness = await beforeSecondRotation();
        let done = 0;
        for (const { back, killAt: n, moment, isDown } of attempts) {
          const index = Math.max(0, Math.min(done, ROTATION_STEPS.length - 1) - back);
          harness.market.down = isDown;
          const step = harness.step(ROTATION_STEPS[index]!, NEW, n > 0 ? killAt(n, moment) : undefined);
          const failed = await step.then(
            () => false,
            () => true,
          );
          // A step that failed lets the service begin anew.
          done = failed ? 0 : Math.max(done, index + 1);
          await expectReadersServed(harness);
        }
        harness.market.down = false;
        await harness.rotate(NEW);
        await expectRotated(harness, attempts.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('survives two invocations of the same step at once, however their calls interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat(3), async (scheduler, doubled) => {
        const harness = await beforeSecondRotation();
        const turn: Around = async () => {
          await scheduler.schedule(Promise.resolve());
          return () => scheduler.schedule(Promise.resolve());
        };
        for (const [index, step] of ROTATION_STEPS.entries()) {
          if (index !== doubled) {
            await harness.step(step, NEW);
            continue;
          }
          const both = Promise.allSettled([harness.step(step, NEW, turn), harness.step(step, NEW, turn)]);
          await scheduler.waitFor(both);
          const outcomes = await both;
          expect(outcomes.map(({ status }) => status)).toContain('fulfilled');
          await expectReadersServed(harness);
        }
        await harness.rotate(NEW);
        await expectRotated(harness, 0);
      }),
      { numRuns: RUNS },
    );
  });
});
