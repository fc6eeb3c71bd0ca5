import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EditConflictError, SkillContendedError } from '#core/errors.ts';
import type { CachedSkill } from '#core/skills/cached-skill.ts';
import { instantFromMs } from '#core/time/instant.ts';
import { conflictGround } from '#test/contracts/conflict-ground.ts';
import { digestOf, entryOf, HOUR, seen, T0, version } from '#test/contracts/versions.ts';
import { type Engine, startDynalite } from '#test/engines/dynalite.ts';
import { SILENT, type TestStores, tableStores } from '#test/engines/test-stores.ts';

describe('the entries of skills in DynamoDB', () => {
  let engine: Engine;
  let stores: TestStores;
  let operations: string[] = [];
  /** Called before each operation is sent. */
  let before: (operation: string) => Promise<void>;

  beforeAll(async () => {
    engine = await startDynalite();
    engine.client.middlewareStack.add(
      (next, context) => async (args) => {
        const operation = String(context.commandName).replace('Command', '');
        operations.push(operation);
        await before(operation);
        return next(args);
      },
      { step: 'initialize' },
    );
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    before = async () => undefined;
    stores = tableStores({ ...(await engine.createTable()), log: SILENT });
    operations = [];
  });

  /** Somebody else writes right before each of the next updates, so often. */
  function interfere(times: number, write: (n: number) => Promise<unknown>): void {
    let left = times;
    let isBusy = false;
    before = async (operation) => {
      if (operation !== 'UpdateItem' || isBusy || left === 0) return;
      left -= 1;
      isBusy = true;
      await write(left);
      isBusy = false;
    };
  }
  const renew = (n: number) => stores.skills.put(version('a', 0), seen(1_000 - n));
  const rename = ({ remote }: CachedSkill) => ({ ...remote.skill, name: 'mine' });
  const hint = (ms: number) => seen(ms, { fence: undefined });
  const aggregates = {
    skillId: 'a',
    averageRating: 4,
    ratingCount: 2,
    stamp: new Date(T0 + 5_000).toISOString(),
  };

  describe('when others write the same skill', () => {
    it('decides again on what is stored then', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      interfere(1, () => stores.skills.put(version('a', 9_000, { name: 'other' }), seen(9_000)));

      expect(await stores.skills.tombstone('a', instantFromMs(T0 + 8_000), hint(9_000))).toBe(false);

      expect((await entryOf(stores, 'a'))?.remote?.name).toBe('other');
    });

    it('gets through after four times, and gives up after five', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      interfere(4, renew);
      expect(await stores.editor.edit('a', rename, { by: 'me', now: T0 })).toMatchObject({
        local: { name: 'mine' },
      });

      await stores.skills.put(version('b', 0), seen(0));
      const again = (n: number) => stores.skills.put(version('b', 0), seen(1_000 - n));
      interfere(5, again);
      await expect(stores.editor.edit('b', rename, { by: 'me', now: T0 })).rejects.toThrow(EditConflictError);
      const other = { ...aggregates, skillId: 'b' };
      interfere(5, (n) => stores.skills.put(version('b', 0), seen(2_000 - n)));
      await expect(stores.skills.putAggregates(other, hint(6_000))).rejects.toThrow(SkillContendedError);
    });

    it('tells an admin that the conflict changed', async () => {
      const { opened, resolve } = conflictGround(stores);
      const conflict = await opened('a');
      const again = { ...conflict.remote, rating_count: 1 };
      interfere(5, (n) => stores.skills.put(version('a', 5_000, again), seen(6_000 - n)));

      expect(await resolve(conflict, 'merge')).toMatchObject({
        outcome: 'changed',
        conflict: { id: conflict.id },
      });
    });

    it('is kept out by a later holder of the lease that wrote the same version meanwhile', async () => {
      await stores.skills.put(version('a', 0), seen(0, { fence: 5 }));
      await stores.editor.edit('a', rename, { by: 'me', now: T0 });
      interfere(1, () => stores.skills.put(version('a', 0), seen(0, { fence: 7 })));

      const { outcome } = await stores.skills.put(version('a', 5_000), seen(5_000, { fence: 6 }));

      expect(outcome).toBe('fenced');
      expect((await entryOf(stores, 'a'))?.fence).toBe(7);
    });
  });

  describe('costs', () => {
    const of = async (act: () => Promise<unknown>) => {
      operations = [];
      await act();
      return operations;
    };

    it('one write for a new, a changed and a renewed skill, and no read', async () => {
      for (const [changedAt, after] of [
        [0, 0],
        [5_000, 5_000],
        [5_000, 12 * HOUR],
      ] as const) {
        expect(await of(() => stores.skills.put(version('a', changedAt), seen(after)))).toEqual(['PutItem']);
      }
      expect(await of(() => stores.skills.put(version('a', 9_000), hint(13 * HOUR)))).toEqual(['UpdateItem']);
    });

    it('a read to say why a version was not written', async () => {
      await stores.skills.put(version('a', 5_000), seen(0));
      const older = await of(() => stores.skills.put(version('a', 0), seen(10)));
      expect(older).toEqual(['PutItem', 'GetItem']);
    });

    it('a read and a write for everything else', async () => {
      await stores.skills.put(version('a', 0), seen(0));
      const change = ['GetItem', 'UpdateItem'];
      expect(await of(() => stores.skills.putAggregates(aggregates, hint(6_000)))).toEqual(change);
      const edit = () => stores.editor.edit('a', rename, { by: 'me', now: T0 });
      expect(await of(edit)).toEqual(change);
      const beside = await of(() => stores.skills.put(version('a', 9_000), seen(9_000)));
      expect(beside).toEqual(['PutItem', ...change]);
      await stores.skills.put(version('b', 0), seen(0));
      const digest = await digestOf(stores.skills, 'b');
      expect(await of(() => stores.skills.remove(digest, seen(1_000)))).toEqual(change);
      expect(await of(() => stores.skills.tombstone('b', instantFromMs(T0 + 2_000), hint(2_000)))).toEqual(
        change,
      );
      expect(await of(() => stores.skills.putAggregates(aggregates, hint(6_000)))).toEqual(['GetItem']);
    });
  });
});
