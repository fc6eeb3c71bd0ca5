import { describe, expect, it } from 'vitest';
import { productAreasOf } from '#core/tickets/product-areas.ts';

describe('productAreasOf', () => {
  it('reads lines and semicolons, and colons within a definition', () => {
    expect(
      productAreasOf('billing: invoices: all of them; sync/calendar : events\n\n  login:passwords;'),
    ).toEqual([
      { name: 'billing', definition: 'invoices: all of them' },
      { name: 'sync/calendar', definition: 'events' },
      { name: 'login', definition: 'passwords' },
    ]);
  });

  it('takes a text without entries as no areas', () => {
    expect(productAreasOf('')).toEqual([]);
  });

  const list = (count: number) => Array.from({ length: count }, (_, n) => `area ${n}: x`).join('\n');

  it('takes 20 areas, a name of 60 characters and 2,000 characters in all, and no more', () => {
    expect(productAreasOf(list(20))).toHaveLength(20);
    expect(productAreasOf(list(21))).toBeUndefined();
    expect(productAreasOf(`${'n'.repeat(60)}: x`)).toHaveLength(1);
    expect(productAreasOf(`${'n'.repeat(61)}: x`)).toBeUndefined();
    expect(productAreasOf(`a: ${'x'.repeat(1_997)}`)).toHaveLength(1);
    expect(productAreasOf(`a: ${'x'.repeat(1_998)}`)).toBeUndefined();
  });

  it.each(['billing', 'billing:', ': invoices', 'a/b/c: deep', '<b>: markup', 'a: x; A: twice', '/a: x'])(
    'refuses %j',
    (text) => {
      expect(productAreasOf(text)).toBeUndefined();
    },
  );
});
