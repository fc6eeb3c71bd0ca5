import { describe, expect, it } from 'vitest';
import { Catalog, type CatalogOptions } from '#local/marketplace/catalog/catalog.ts';
import { applyOps } from '#local/marketplace/catalog/catalog-ops.ts';
import { createChurn } from '#local/marketplace/catalog/churn.ts';
import { hashContent } from '#local/marketplace/catalog/generate-catalog.ts';
import type { Announcement } from '#local/marketplace/http/wire.ts';

const NOW = Date.UTC(2026, 1, 19, 10, 30);

function prepare(options: Partial<CatalogOptions> = {}) {
  const announcements: Announcement[] = [];
  const catalog = new Catalog({
    skills: ['a', 'b', 'c', 'd'].map((id) => ({ skill_id: id, name: id.toUpperCase(), category: 'Letters' })),
    categories: [{ name: 'Letters', created_at: '2026-01-01T00:00:00Z' }],
    idField: 'skill_id',
    now: () => NOW,
    announce: (announcement) => announcements.push(announcement),
    ...options,
  });
  const frames = () => announcements.map(({ type, json }) => ({ type, data: JSON.parse(json) }));
  return { catalog, frames };
}

describe('changed', () => {
  it('hears of each change before it is announced, and of quiet ones too', () => {
    const heard: string[] = [];
    const { catalog } = prepare({
      changed: (skillId) => heard.push(`changed ${skillId}: ${catalog.get(skillId)?.name ?? 'gone'}`),
      announce: ({ type }) => heard.push(type),
    });

    catalog.upsertSkill({ skill_id: 'a', name: 'new' });
    catalog.putRecord({ skill_id: 'b', name: 'quietly', category: 'Letters' }, { quiet: true });
    catalog.removeSkill('c');
    catalog.removeSkill('d', { quiet: true });

    expect(heard).toEqual([
      'changed a: new',
      'skill_update',
      'changed b: quietly',
      'changed c: gone',
      'skill_delete',
      'category_update',
      'changed d: gone',
    ]);
  });
});

describe('upsertSkill', () => {
  it('adds a whole skill at the end, or where it is told to', () => {
    const { catalog } = prepare();

    const added = catalog.upsertSkill({ skill_id: 'e', name: 'E' });
    catalog.upsertSkill({ skill_id: 'first' }, { index: 0 });

    expect(catalog.ids()).toEqual(['first', 'a', 'b', 'c', 'd', 'e']);
    expect(added).toMatchObject({
      name: 'E',
      version: '1.0.0',
      tags: [],
      updated_at: '2026-02-19T10:30:00.000Z',
    });
    expect(catalog.get('e')).toEqual(added);
  });

  it('keeps fields that are not given and the place in the listing', () => {
    const { catalog } = prepare();

    catalog.upsertSkill({ skill_id: 'b', version: '2.0.0' });

    expect(catalog.get('b')).toMatchObject({ name: 'B', version: '2.0.0' });
    expect(catalog.ids()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('makes every change later than the one before when the clock stands still', () => {
    const { catalog, frames } = prepare();

    const first = catalog.upsertSkill({ skill_id: 'a' });
    const second = catalog.upsertSkill({ skill_id: 'a' });
    catalog.removeSkill('a');
    const again = catalog.upsertSkill({ skill_id: 'a' });

    const { data } = frames().find((frame) => frame.type === 'skill_delete')!;
    const times = [first.updated_at, second.updated_at, data.deleted_at, again.updated_at];
    expect(times).toEqual([...new Set(times)].sort());
  });

  it('takes a given time as it is, even an older one', () => {
    const { catalog } = prepare();

    catalog.upsertSkill({ skill_id: 'a', updated_at: '2020-01-01T00:00:00Z' });

    expect(catalog.get('a')?.updated_at).toBe('2020-01-01T00:00:00Z');
  });

  it('follows changed code with the content hash where there was one', () => {
    const { catalog } = prepare();
    catalog.upsertSkill({ skill_id: 'a', code: 'one', content_hash: hashContent('one') });

    catalog.upsertSkill({ skill_id: 'a', code: 'two' });
    catalog.upsertSkill({ skill_id: 'b', code: 'two' });

    expect(catalog.get('a')?.content_hash).toBe(hashContent('two'));
    expect(catalog.get('b')?.content_hash).toBeUndefined();
  });
});

describe('the listing', () => {
  it('shifts pages when a skill is removed or moved, as there is no snapshot', () => {
    const { catalog } = prepare();
    const idsOf = (page: number) =>
      catalog.page({ page, pageSize: 2 }).records.map((json) => JSON.parse(json.toString()).skill_id);
    expect(idsOf(2)).toEqual(['c', 'd']);

    catalog.removeSkill('a');
    expect(idsOf(2)).toEqual(['d']);

    catalog.moveSkill('d', 0);
    expect(catalog.ids()).toEqual(['d', 'b', 'c']);
  });

  it('lists a skill twice until it is removed', () => {
    const { catalog } = prepare();

    expect(catalog.repeatSkill('c', 1)).toBe(true);
    expect(catalog.repeatSkill('nobody', 1)).toBe(false);
    expect([catalog.ids(), catalog.size]).toEqual([['a', 'c', 'b', 'c', 'd'], 5]);
    expect(catalog.page({ page: 1, pageSize: 2 }).total).toBe(5);

    catalog.removeSkill('c');
    expect(catalog.ids()).toEqual(['a', 'b', 'd']);
  });

  it('goes back to its backup, quietly and with its older times', () => {
    const { catalog, frames } = prepare();
    expect(catalog.restore()).toBe(false);
    catalog.upsertSkill({ skill_id: 'a', code: 'one' });
    catalog.backup();
    const before = catalog.listing();
    catalog.upsertSkill({ skill_id: 'a', code: 'two' });
    catalog.removeSkill('b');
    catalog.upsertSkill({ skill_id: 'e', category: 'Cakes' });
    const told = frames().length;

    expect([catalog.restore(), catalog.restore()]).toEqual([true, true]);

    expect(catalog.listing()).toEqual(before);
    expect(frames()).toHaveLength(told);
    expect(catalog.categories().map(({ name, skill_count }) => [name, skill_count])).toEqual([
      ['Letters', 4],
      ['Cakes', 0],
    ]);
    catalog.upsertSkill({ skill_id: 'a', code: 'three' });
    expect(catalog.restore()).toBe(true);
    expect(catalog.get('a')?.code).toBe('one');
  });

  it('follows a stamp of the year 9999 with one of now', () => {
    const { catalog } = prepare();
    const stamp = '9999-12-31T23:59:59Z';

    expect(catalog.upsertSkill({ skill_id: 'a', updated_at: stamp }).updated_at).toBe(stamp);

    expect(catalog.upsertSkill({ skill_id: 'a' }).updated_at).toBe('2026-02-19T10:30:00.000Z');
  });

  it('filters by category and by text in name, description and tags, in any case', () => {
    const { catalog } = prepare();
    catalog.upsertSkill({ skill_id: 'e', name: 'Éclair', category: 'Cakes', tags: ['Sweet'] });
    const total = (request: { query?: string; category?: string }) =>
      catalog.page({ page: 1, pageSize: 9, ...request }).total;

    expect(total({ category: 'Cakes' })).toBe(1);
    expect(total({ category: 'cakes' })).toBe(0);
    expect(total({ query: 'éCL' })).toBe(1);
    expect(total({ query: 'sweet' })).toBe(1);
    catalog.upsertSkill({ skill_id: 'e', tags: ['sour'] });
    expect(total({ query: 'sweet' })).toBe(0);
    expect(total({ query: 'b', category: 'Letters' })).toBe(1);
  });

  it('says id on the wire and skill_id everywhere else when the field is called id', () => {
    const { catalog, frames } = prepare({ idField: 'id' });

    catalog.upsertSkill({ skill_id: 'a', name: 'Z' });

    expect(JSON.parse(catalog.serialized('a')!.toString())).toMatchObject({ id: 'a', name: 'Z' });
    expect(catalog.serialized('a')!.toString()).not.toContain('skill_id');
    expect(catalog.get('a')).toMatchObject({ skill_id: 'a' });
    expect(frames()[0]).toMatchObject({ type: 'skill_update', data: { skill_id: 'a', name: 'Z' } });
  });

  it('stores a broken record exactly as given', () => {
    const { catalog } = prepare();

    catalog.putRecord({ skill_id: 'x', name: 42 });

    expect(catalog.serialized('x')!.toString()).toBe('{"skill_id":"x","name":42}');
  });
});

describe('categories', () => {
  it('counts live, creates what a skill names, and announces what changed', () => {
    const { catalog, frames } = prepare();

    catalog.upsertSkill({ skill_id: 'a', category: 'New' });
    catalog.removeSkill('b', { quiet: true });

    expect(catalog.categories().map(({ name, skill_count }) => [name, skill_count])).toEqual([
      ['Letters', 2],
      ['New', 1],
    ]);
    expect(frames().map(({ type, data }) => [type, data.name])).toEqual([
      ['skill_update', 'A'],
      ['category_update', 'Letters'],
      ['category_update', 'New'],
    ]);
  });
});

describe('applyOps', () => {
  const withChurn = () => {
    const { catalog, frames } = prepare();
    const churn = createChurn({ catalog, seed: 3, firstNewIndex: 10, now: () => NOW, defaultChanges: 5 });
    return { catalog, churn, frames };
  };

  it('executes in order and counts what had an effect', () => {
    const parts = withChurn();

    const applied = applyOps(parts, [
      { op: 'remove', index: 0 },
      { op: 'move', id: 'd', to: 0 },
      { op: 'edit', id: 'c' },
      { op: 'edit', id: 'c' },
      { op: 'touch', id: 'nobody' },
      { op: 'restore' },
      { op: 'backup' },
      { op: 'repeat', id: 'b', to: 0 },
      { op: 'restore' },
      { op: 'upsert', skill: { skill_id: 'x', name: 1 }, raw: true, index: 1 },
    ]);

    expect(applied).toBe(8);
    expect(parts.catalog.ids()).toEqual(['d', 'x', 'b', 'c']);
    expect(parts.catalog.get('c')).toMatchObject({ description: ' [rev 2]', version: '1.0.2' });
  });

  it('churns the same way for the same seed, quietly when asked', () => {
    const [one, two] = [withChurn(), withChurn()];

    const changes = one.churn(40, { quiet: true });

    expect(two.churn(40)).toEqual(changes);
    expect(one.catalog.listing()).toEqual(two.catalog.listing());
    expect(new Set(changes.map((change) => change.kind))).toEqual(new Set(['edited', 'added', 'removed']));
    expect(one.frames()).toEqual([]);
  });
});
