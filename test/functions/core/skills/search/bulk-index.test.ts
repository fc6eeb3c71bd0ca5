import fc from 'fast-check';
import MiniSearch, { type Options } from 'minisearch';
import { describe, expect, it } from 'vitest';
import { BulkIndex } from '#core/skills/search/bulk-index.ts';

type Doc = { readonly id: string; readonly name: string; readonly text: string };

const OPTIONS: Options<Doc> = {
  fields: ['name', 'text'],
  tokenize: (text) => text.match(/\w+/g) ?? [],
  processTerm: (term, field) => (field === 'text' && term === 'the' ? null : term.toLowerCase()),
};
const words = fc
  .array(fc.constantFrom('the', 'Retry', 'retry', 'retries', 'job', 'jobs', 'x', '__proto__'), {
    maxLength: 8,
  })
  .map((some) => some.join(' '));
const docs = fc.uniqueArray(fc.record({ id: fc.string(), name: words, text: words }), {
  selector: ({ id }) => id,
  maxLength: 12,
});

function bulkIndex(some: readonly Doc[]): BulkIndex<Doc> {
  const index = new BulkIndex(OPTIONS);
  index.fill(some);
  return index;
}

function oneByOne(some: readonly Doc[]): MiniSearch<Doc> {
  const index = new MiniSearch(OPTIONS);
  for (const doc of some) index.add(doc);
  return index;
}

function change(index: MiniSearch<Doc>, first: readonly Doc[], more: readonly Doc[]): void {
  for (const doc of first.slice(0, 3)) index.remove(doc);
  for (const doc of more.filter(({ id }) => !index.has(id))) index.add(doc);
}

describe('BulkIndex', () => {
  it('is to the last digit what MiniSearch makes of the same documents one by one', () => {
    fc.assert(
      fc.property(docs, (some) => {
        expect(JSON.stringify(bulkIndex(some))).toBe(JSON.stringify(oneByOne(some)));
      }),
    );
  });

  it('goes on like it: documents are added, removed and found', () => {
    fc.assert(
      fc.property(docs, docs, words, (first, more, query) => {
        const [bulk, single] = [bulkIndex(first), oneByOne(first)];
        for (const index of [bulk, single]) change(index, first, more);
        const options = { prefix: true, fuzzy: 1 };
        expect(bulk.search(query, options)).toEqual(single.search(query, options));
      }),
    );
  });
});
