import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SkillEntry } from '#core/skills/skill-entry.ts';
import { observedAtOf, rankOf, tombstoneKey } from '#core/skills/version-order.ts';
import { instantFromMs } from '#core/time/instant.ts';
import { putStep, runSkillSteps, seenAt, skillStep, skillVersion } from '#test/contracts/random-steps.ts';
import { digestsOf, entryOf, T0 } from '#test/contracts/versions.ts';
import { openMemoryStores } from '#test/engines/test-stores.ts';

// No further ahead of an observation than clocks may be apart.
const instant = fc
  .tuple(fc.integer({ min: 0, max: 299 }), fc.constantFrom('', '.1', '.12', '.100000001', '.9'))
  .map(([seconds, fraction]) => `${instantFromMs(seconds * 1_000)}${fraction}`);
const observedAt = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 47 }));
const hash = fc.constantFrom('A', 'B', '-_9', 'zz', 'zzz');
const known = fc.record({ updatedAt: instant, observedAt, hash });

const compare = <T>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);

describe('rank', () => {
  it('orders by time of change, then of observation, then by hash', () => {
    fc.assert(
      fc.property(known, known, (a, b) => {
        const wanted =
          compare(a.updatedAt, b.updatedAt) || compare(a.observedAt, b.observedAt) || compare(a.hash, b.hash);
        expect(compare(rankOf(a, a.observedAt), rankOf(b, b.observedAt))).toBe(wanted);
      }),
      { numRuns: 2_000 },
    );
  });

  it('puts a tombstone above what was observed before it and below what was observed at its time', () => {
    fc.assert(
      fc.property(known, observedAt, (live, removedAt) => {
        const order = compare(rankOf(live, live.observedAt), tombstoneKey(live.updatedAt, removedAt).rank);
        expect(order).toBe(live.observedAt < removedAt ? -1 : 1);
      }),
    );
  });

  it('orders stamps ahead of every clock by when they were observed', () => {
    const stamps = ['9999-12-31T23:59:59', '9999-01-01T00:00:00.5', '5000-01-01T00:00:00'];
    fc.assert(
      fc.property(
        fc.constantFrom(...stamps),
        fc.constantFrom(...stamps),
        observedAt,
        observedAt,
        (a, b, at, then) => {
          fc.pre(at !== then && Math.max(at, then) < 2 ** 46);
          const [first, second] = [
            rankOf({ updatedAt: a, hash: 'A' }, at),
            rankOf({ updatedAt: b, hash: 'B' }, then),
          ];
          expect(compare(first, second)).toBe(compare(at, then));
          // The version that was changed after the observation is newer, the one changed before it is older.
          const changed = (ms: number) => rankOf({ updatedAt: instantFromMs(ms), hash: 'C' }, at + 2_000);
          expect(compare(changed(at + 1_000), first)).toBe(1);
          if (at >= 1_000) expect(compare(changed(at - 1_000), first)).toBe(-1);
        },
      ),
    );
  });

  it('tells when its version was observed', () => {
    fc.assert(
      fc.property(known, (one) => {
        expect(observedAtOf(rankOf(one, one.observedAt))).toBe(one.observedAt);
      }),
    );
    for (const odd of [undefined, 7, '', 'a!b!c', '2026-01-01T00:00:00!12!x'])
      expect(observedAtOf(odd)).toBeUndefined();
  });
});

describe('the cache', () => {
  it('ends with the greatest version, in whatever order versions arrive', async () => {
    const puts = fc.array(putStep, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(puts, async (steps) => {
        const stores = await openMemoryStores();
        for (const put of steps) {
          await stores.skills.put(skillVersion('a', put.updated, put.content), seenAt({ ...put, fence: 1 }));
        }
        const all = steps.map((put) => ({
          ...skillVersion('a', put.updated, put.content),
          observed: put.observed,
        }));
        const [greatest] = all.sort(
          (a, b) => compare(b.updatedAt, a.updatedAt) || b.observed - a.observed || compare(b.hash, a.hash),
        );
        const digest = (await digestsOf(stores.skills)).get('a');
        expect(digest).toMatchObject({
          updatedAt: greatest?.updatedAt,
          hash: greatest?.hash,
          tombstone: false,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  it('never goes back while what is stored has not expired, and never to an earlier fence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(skillStep, { maxLength: 30 }), async (steps) => {
        const stores = await openMemoryStores();
        let before: SkillEntry | undefined;
        await runSkillSteps(stores, steps, 'a', async (now) => {
          const entry = await entryOf(stores, 'a-0');
          const hadExpired = before === undefined || Number(before.expiresAt) <= T0 + now;
          if (!hadExpired)
            expect(compare(String(entry?.rank), String(before?.rank))).toBeGreaterThanOrEqual(0);
          if (before) expect(Number(entry?.fence)).toBeGreaterThanOrEqual(Number(before.fence));
          if (before?.edit) expect(entry?.edit).toMatchObject({ base: before.edit.base });
          before = entry;
        });
      }),
      { numRuns: 1_000 },
    );
  });
});
