import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from '#core/json/json.ts';
import { explainFault, faultIn } from '#core/json/json-fault.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const explained = (json: string, levels = 200) => {
  const fault = faultIn(parse(json), levels);
  return fault && explainFault(fault);
};

describe('Function: faultIn', () => {
  it.each([
    ['"half \\ud83d"', 'record: must be well-formed unicode'],
    ['{"a":{"b":["x","\\uDC00"]}}', 'a.b.1: must be well-formed unicode'],
    ['{"a":{"k\\ud800":1}}', 'a.k\ufffd: as a name, must be well-formed unicode'],
    ['{"a":[{"__proto__":{}}]}', 'a.0.__proto__: is no name for a field'],
    ['{"\\u005f_proto__":1}', '__proto__: is no name for a field'],
  ])('names the field in %s', (json, expected) => {
    expect(explained(json)).toBe(expected);
  });

  it.each([
    '"🛠️ \\ud83d\\ude00"',
    '{"constructor":{"prototype":1},"toString":"x","hasOwnProperty":false,"__proto":1}',
    '[1e400,9007199254740993,null,true]',
    '{"a":"\\\\ud83d"}',
  ])('finds none in %s', (json) => {
    expect(explained(json)).toBeUndefined();
  });

  it('takes so many levels and no more, and a number that is kept as text is none', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}1e400${']'.repeat(levels)}`;
    expect(explained(nested(64), 64)).toBeUndefined();
    expect(explained(nested(65), 64)).toBe('record: must not be nested deeper than 64 levels');
    expect(explained(nested(100_000))).toBe('record: must not be nested deeper than 200 levels');
  });

  it('says no more than can be shown', () => {
    const long = 'k'.repeat(100_000);
    const text = explained(`${`{"${long}":`.repeat(150)}"\\ud800"${'}'.repeat(150)}`);
    expect(text?.length).toBeLessThan(500);
    expect(text?.isWellFormed()).toBe(true);
  });

  it(`finds half a pair wherever it is put (seed ${SEED})`, () => {
    const half = fc.constantFrom('\ud800', 'a\udbff', '\udc00b', '\ude00\ud83d');
    fc.assert(
      fc.property(fc.jsonValue(), half, fc.boolean(), (value, text, isKey) => {
        expect(faultIn(value, 200)?.kind).not.toBe('ill_formed');
        expect(
          faultIn({ beside: value, in: isKey ? { [text]: 1 } : [value, text] }, 200)?.kind,
        ).toBeDefined();
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
