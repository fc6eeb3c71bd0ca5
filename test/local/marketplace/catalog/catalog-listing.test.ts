import { describe, expect, it } from 'vitest';
import { type CatalogEntry, CatalogListing } from '#local/marketplace/catalog/catalog-listing.ts';

function prepare(...ids: string[]) {
  const listing = new CatalogListing();
  for (const id of ids) listing.insert(entry(id));
  const get = (id: string) => listing.get(id)!;
  const order = () => listing.inOrder().map(({ id }) => id);
  return { listing, get, order };
}

function entry(id: string): CatalogEntry {
  const json = JSON.stringify({ skill_id: id, name: `Skill ${id}`, description: 'Tidies.', tags: ['Data'] });
  return { id, category: id === 'c' ? 'Other' : 'Tools', json: Buffer.from(json) };
}

describe('Class: CatalogListing', () => {
  it.each([
    [undefined, ['a', 'b', 'new']],
    [0, ['new', 'a', 'b']],
    [-3, ['new', 'a', 'b']],
    [99, ['a', 'b', 'new']],
  ])('inserts at %s', (index, expected) => {
    const { listing, order } = prepare('a', 'b');
    listing.insert(entry('new'), index);
    expect(order()).toEqual(expected);
  });

  it('counts an entry that is listed twice each time, and removes it from all its places', () => {
    const { listing, get, order } = prepare('a', 'b', 'c');
    listing.repeat(get('a'), 2);
    expect(order()).toEqual(['a', 'b', 'a', 'c']);
    expect([listing.size, listing.distinct().length]).toEqual([4, 3]);
    listing.remove(get('a'));
    expect(order()).toEqual(['b', 'c']);
    expect(listing.get('a')).toBeUndefined();
  });

  it('moves the first place of an entry', () => {
    const { listing, get, order } = prepare('a', 'b', 'c');
    listing.move(get('a'), 2);
    expect(order()).toEqual(['b', 'c', 'a']);
  });

  it('pages over what matches, in any case of the letters', () => {
    const { listing, get } = prepare('a', 'b', 'c');
    const page = (query: object) => {
      const { records, total } = listing.page({ page: 1, pageSize: 2, ...query });
      return [records.map((json) => JSON.parse(json.toString()).skill_id), total];
    };
    expect(page({})).toEqual([['a', 'b'], 3]);
    expect(page({ page: 2 })).toEqual([['c'], 3]);
    expect(page({ category: 'Tools' })).toEqual([['a', 'b'], 2]);
    expect(page({ query: 'skill B' })).toEqual([['b'], 1]);
    expect(page({ query: 'data', category: 'Other' })).toEqual([['c'], 1]);
    Object.assign(get('b'), { json: Buffer.from('{"name":"Changed"}'), searchText: undefined });
    expect(page({ query: 'skill b' })).toEqual([[], 0]);
  });

  it('puts back what it was at the backup, as often as it is asked to', () => {
    const { listing, get, order } = prepare('a', 'b');
    expect(listing.restore()).toBe(false);
    listing.repeat(get('a'), 2);
    listing.backup();
    for (let round = 0; round < 2; round += 1) {
      get('b').category = 'Changed';
      listing.remove(get('a'));
      expect(listing.restore()).toBe(true);
      expect(order()).toEqual(['a', 'b', 'a']);
      expect(get('b').category).toBe('Tools');
      expect(listing.distinct()).toHaveLength(2);
    }
  });
});
