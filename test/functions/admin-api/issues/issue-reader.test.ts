import { beforeEach, describe, expect, it } from 'vitest';
import { StorageError } from '#core/errors.ts';
import type { IssueGenerations } from '#core/issues/issue-generation.ts';
import { createIssueReader } from '#functions/admin-api/issues/issue-reader.ts';
import { NOW } from '#test/functions/admin-api/example-records.ts';
import { LOGIN, publishIssues, publishUsual, ticketsSaying } from '#test/functions/admin-api/fill-issues.ts';
import { createWorld, type World } from '#test/functions/admin-api/world.ts';

const TODAY = '2026-02-19';

let world: World;
let reads: string[];
let fails = false;
beforeEach(() => {
  world = createWorld();
  reads = [];
  fails = false;
});

/** The generations, with a note of what is read of them. */
function watched(): IssueGenerations {
  const { generations } = world.stores.issues;
  const noted =
    <A extends readonly unknown[], R>(name: string, read: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      reads.push(name);
      if (fails) throw new StorageError('no answer');
      return read(...args);
    };
  return {
    ...generations,
    readIssues: noted('issues', generations.readIssues),
    readDays: noted('days', generations.readDays),
    readCounts: noted('counts', generations.readCounts),
  };
}

describe('Function: createIssueReader', () => {
  it('reads each part of a generation once', async () => {
    await publishUsual(world);
    const reader = createIssueReader(watched());

    for (let n = 0; n < 3; n += 1) {
      const view = await reader.current();
      expect((await view!.issues()).size).toBe(3);
      expect((await view!.days([TODAY, '2020-01-01'])).get(TODAY)?.tickets).toHaveLength(15);
      expect((await view!.counts([TODAY])).size).toBe(1);
    }

    expect(reads.toSorted()).toEqual(['counts', 'days', 'issues']);
  });

  it('sees the next generation at once, and the one before by its number', async () => {
    const first = await publishUsual(world);
    const reader = createIssueReader(watched());
    await reader.current();
    await publishIssues(
      world.stores,
      { [LOGIN]: ticketsSaying('Login fails', { first: 1 }) },
      { publishedAt: NOW + 1 },
    );

    expect((await (await reader.current())!.issues()).size).toBe(1);
    expect((await (await reader.get(first.number, first.publishedAt))!.issues()).size).toBe(3);
    expect(await reader.get(first.number, first.publishedAt + 1)).toBeUndefined();
    expect(await reader.get(99, NOW)).toBeUndefined();
  });

  it('reads again what could not be read', async () => {
    await publishUsual(world);
    const reader = createIssueReader(watched());
    const view = (await reader.current())!;
    fails = true;
    await expect(view.issues()).rejects.toThrow(StorageError);
    await expect(view.days([TODAY])).rejects.toThrow(StorageError);
    fails = false;

    expect((await view.issues()).size).toBe(3);
    expect((await view.days([TODAY])).size).toBe(1);
  });

  it('reads together what is asked for at the same time', async () => {
    await publishUsual(world);
    const view = (await createIssueReader(watched()).current())!;

    await Promise.all([view.days([TODAY]), view.days([TODAY])]);

    expect(reads).toEqual(['days']);
  });

  it('has no generation before the first', async () => {
    expect(await createIssueReader(watched()).current()).toBeUndefined();
  });
});
