import { describe, expect, it } from 'vitest';
import { parseCategory } from '#core/categories/category.ts';
import { contentHash } from '#core/json/content-hash.ts';
import { parse, stringify } from '#core/json/json.ts';
import { parseSkill } from '#core/skills/skill.ts';

const wire = {
  skill_id: 's-1',
  name: 'Invoice reader',
  version: '1.2.0',
  tags: ['pdf'],
  average_rating: 4.5,
  updated_at: '2026-02-19T10:30:00Z',
};

describe('Function: parseSkill', () => {
  it('takes the id under either of its names and keeps fields that it does not know', () => {
    const { skill_id: id, ...rest } = wire;
    const parsed = parseSkill({ ...rest, id, licence: { spdx: 'MIT' } });
    expect(parsed).toMatchObject({
      ok: true,
      id: 's-1',
      value: { skill: { skill_id: 's-1', licence: { spdx: 'MIT' } } },
    });
    expect(parsed.ok && 'id' in parsed.value.skill).toBe(false);
  });

  it('takes a number for an id', () => {
    expect(parseSkill({ ...wire, skill_id: 17 })).toMatchObject({ ok: true, id: '17' });
  });

  it('needs no more than an id and a name', () => {
    const parsed = parseSkill({ skill_id: 'a', name: 'b' });
    expect(parsed).toMatchObject({ ok: true, value: { updatedAt: '1970-01-01T00:00:00' } });
  });

  it('counts created_at where there is no updated_at', () => {
    const parsed = parseSkill({
      skill_id: 'a',
      name: 'b',
      created_at: '2026-01-01T00:00:00Z',
      updated_at: null,
    });
    expect(parsed).toMatchObject({ ok: true, value: { updatedAt: '2026-01-01T00:00:00' } });
  });

  it('brings times into UTC', () => {
    const parsed = parseSkill({ ...wire, updated_at: '2026-02-19T12:30:00+02:00' });
    expect(parsed).toMatchObject({ ok: true, value: { skill: { updated_at: '2026-02-19T10:30:00Z' } } });
  });

  it.each([
    ['null', null, 'record'],
    ['a list', [], 'record'],
    ['a number', 7, 'record'],
    ['no id', { name: 'x' }, 'skill_id'],
    ['an empty id', { ...wire, skill_id: ' ' }, 'skill_id'],
    ['an id of 513 bytes', { ...wire, skill_id: 'é'.repeat(257) }, 'skill_id'],
    ['half a character as id', { ...wire, skill_id: 'a\ud800' }, 'skill_id'],
    ['no name', { skill_id: 's' }, 'name'],
    ['a name of spaces', { ...wire, name: ' \t ' }, 'name'],
    ['tags that are no list', { ...wire, tags: { 0: 'pdf' } }, 'tags'],
    ['a version that is a list', { ...wire, version: [1, 2] }, 'version'],
    ['a package that is null', { ...wire, python_packages: [null] }, 'python_packages.0'],
    ['packages in one text', { ...wire, npm_packages: 'a, b' }, 'npm_packages'],
    ['a rating in words', { ...wire, average_rating: 'good' }, 'average_rating'],
    ['a count that is no whole number', { ...wire, rating_count: 3.5 }, 'rating_count'],
    ['a count below nothing', { ...wire, rating_count: -1 }, 'rating_count'],
    ['a time in seconds', { ...wire, updated_at: 1_771_497_000 }, 'updated_at'],
    ['half a character anywhere', { ...wire, more: { deep: ['a\ud83d'] } }, 'more.deep.0'],
    ['half a character in a key', { ...wire, more: { 'k\ud83d': 1 } }, 'more.k\ufffd'],
    ['a time that is none', { ...wire, updated_at: 'yesterday' }, 'updated_at'],
    ['metadata that is a list', { ...wire, metadata: [1] }, 'metadata'],
  ])('refuses %s and names the field', (_what, record, field) => {
    const parsed = parseSkill(record);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.reason).toContain(`${field}: `);
  });

  it('keeps the id of a refused record where it is readable', () => {
    expect(parseSkill({ skill_id: 's-9', name: 4 })).toMatchObject({ ok: false, id: 's-9' });
  });

  it.each(['{"__proto__":{"polluted":true}}', '{"more":[{"__proto__":1}]}'])(
    'refuses the key __proto__ with its reason, wherever it is: %s',
    (more) => {
      const parsed = parseSkill(parse(`{"skill_id":"a","name":"b",${more.slice(1)}`));
      expect(parsed).toMatchObject({
        ok: false,
        id: 'a',
        reason: expect.stringMatching(/__proto__: is no name/),
      });
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it('keeps other names that every object knows', () => {
    const fields = '"constructor":{"prototype":1},"prototype":null,"toString":"x","hasOwnProperty":[]';
    const parsed = parseSkill(parse(`{"skill_id":"a","name":"b",${fields},"metadata":{${fields}}}`));
    expect(parsed.ok && JSON.parse(stringify(parsed.value.skill))).toEqual(
      JSON.parse(`{"skill_id":"a","name":"b",${fields},"metadata":{${fields}}}`),
    );
  });

  it.each([
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['10000000000000000000000', '10000000000000000000000'],
    ['9007199254740994', '9007199254740994'],
    ['-5', '-5'],
    ['0', '0'],
  ])('takes %s for an id by its digits', (number, id) => {
    for (const field of ['skill_id', 'id'])
      expect(parseSkill(parse(`{"${field}":${number},"name":"n"}`))).toMatchObject({ ok: true, id });
  });

  it.each(['1.0', '1e3', '1E3', '1.5', '1e400', '9007199254740993.0', 'true', '[1]', '{"rawJSON":"1"}'])(
    'refuses %s for an id',
    (id) => {
      for (const field of ['skill_id', 'id'])
        expect(parseSkill(parse(`{"${field}":${id},"name":"n"}`))).toEqual({
          ok: false,
          id: undefined,
          reason: 'skill_id: must be text or a whole number in digits',
        });
    },
  );

  it('takes the id under its other name where it is null under the first', () => {
    expect(parseSkill({ skill_id: null, id: 'a', name: 'n' })).toMatchObject({
      ok: true,
      value: { skill: { skill_id: 'a' } },
    });
  });

  it('keeps numbers that no double stands for, and hashes them', () => {
    const of = (number: string) =>
      parseSkill(parse(`{"skill_id":"a","name":"n","metadata":{"n":${number}}}`));
    const [one, other] = [of('9007199254740993'), of('9007199254740992')];
    expect(one.ok && stringify(one.value.skill)).toContain('"n":9007199254740993}');
    expect(one.ok && other.ok && one.value.hash === other.value.hash).toBe(false);
    expect(one).toEqual(of('9007199254740993'));
  });

  it('names a number for what it is where text is wanted', () => {
    const parsed = parseSkill(parse('{"skill_id":"a","name":"n","description":9007199254740993}'));
    expect(parsed).toMatchObject({
      reason: 'description: Invalid input: expected string, received number',
    });
  });
});

/** docs/data-model.md, "Odd fields", row by row: what comes, and the same field afterwards. */
const ODD_FIELDS: readonly [field: string, json: string, kept: string | undefined][] = [
  ['created_at', '"yesterday"', '"yesterday"'],
  ['created_at', '1771497000', '1771497000'],
  ['created_at', '9007199254740993', '9007199254740993'],
  ['created_at', '{"a":1}', '{"a":1}'],
  ['created_at', '""', '""'],
  ['created_at', 'null', 'null'],
  ['created_at', '"2026-02-19T12:30:00+02:00"', '"2026-02-19T10:30:00Z"'],
  ['updated_at', '"2026-02-19t10:30:00z"', '"2026-02-19T10:30:00Z"'],
  ['updated_at', '"2026-02-19t10:30:00Z"', '"2026-02-19T10:30:00Z"'],
  ['updated_at', '"2016-12-31T23:59:60Z"', '"2017-01-01T00:00:00Z"'],
  ['updated_at', '"2026-02-19T24:00:00Z"', '"2026-02-20T00:00:00Z"'],
  ['updated_at', '"2026-02-19T10:30:00.1234567891Z"', '"2026-02-19T10:30:00.1234567891Z"'],
  ['updated_at', '""', '""'],
  ['updated_at', '"yesterday"', undefined],
  ['updated_at', '1771497000', undefined],
  ['metadata', '[]', '{}'],
  ['metadata', '""', '{}'],
  ['metadata', 'null', 'null'],
  ['metadata', '[1]', undefined],
  ['metadata', '"x"', undefined],
  ['tags', '"pdf, csv,,"', '["pdf","csv"]'],
  ['tags', '""', '[]'],
  ['tags', '[null,"pdf",7,{},"csv"]', '["pdf","csv"]'],
  ['tags', 'null', 'null'],
  ['tags', '7', undefined],
  ['python_packages', 'null', 'null'],
  ['python_packages', '[null]', undefined],
  ['version', '1.2', '"1.2"'],
  ['version', '1.10', '"1.10"'],
  ['version', '2', '"2"'],
  ['version', '1e400', '"1e400"'],
  ['version', '{}', undefined],
  ['average_rating', '"4.5"', '4.5'],
  ['average_rating', '4.0', '4'],
  ['average_rating', '4.2999999999999998', '4.2999999999999998'],
  ['average_rating', '"4.2999999999999998"', '4.2999999999999998'],
  ['average_rating', '""', 'null'],
  ['average_rating', '1e400', undefined],
  ['average_rating', '"1e400"', undefined],
  ['average_rating', '"NaN"', undefined],
  ['rating_count', '3.0', '3'],
  ['rating_count', '"3"', '3'],
  ['rating_count', '-0', '0'],
  ['rating_count', '""', 'null'],
  ['rating_count', '9007199254740993', undefined],
  ['rating_count', '1e400', undefined],
  ['name', '"   "', undefined],
  ['other', '-0', '-0'],
  ['other', '1e400', '1e400'],
  ['other', '0.12345678901234567890', '0.12345678901234567890'],
];

describe('Odd fields', () => {
  it.each(ODD_FIELDS)('reads %s: %s as %s', (field, json, kept) => {
    const parsed = parseSkill(parse(`{"skill_id":"a","name":"n","${field}":${json}}`));
    if (!parsed.ok)
      return expect([kept, parsed.reason]).toEqual([undefined, expect.stringMatching(`^${field}[.\\d]*: `)]);
    expect(stringify(parsed.value.skill[field])).toBe(kept);
    // What is stored is read again as it stands.
    expect(parseSkill(parse(stringify(parsed.value.skill)))).toMatchObject({
      value: { hash: parsed.value.hash },
    });
  });

  it('says which tags were left out', () => {
    const leftOut = (tags: unknown) => {
      const parsed = parseSkill({ skill_id: 'a', name: 'n', tags });
      return parsed.ok ? parsed.leftOut : 'refused';
    };
    expect(leftOut([null, 'a', 7])).toBe('tags.0, tags.2: must be text; left out');
    expect(leftOut(Array(1_000).fill(null))).toMatch(/^tags\.0, .{1,100}…: must be text; left out$/);
    expect([leftOut(['a']), leftOut('a,b'), leftOut(null), leftOut(undefined)]).toEqual(
      Array(4).fill(undefined),
    );
  });

  it('orders by created_at where updated_at says nothing, and by neither where both say nothing', () => {
    const at = (fields: object) => {
      const parsed = parseSkill({ skill_id: 'a', name: 'n', ...fields });
      return parsed.ok && parsed.value.updatedAt;
    };
    expect(at({ updated_at: ' ', created_at: '2026-01-01' })).toBe('2026-01-01T00:00:00');
    expect(at({ created_at: 'yesterday' })).toBe('1970-01-01T00:00:00');
    expect(at({ updated_at: '2026-01-02', created_at: 7 })).toBe('2026-01-02T00:00:00');
  });
});

describe('Function: contentHash', () => {
  it('does not depend on the order of keys but on every value', () => {
    expect(contentHash({ a: 1, b: [1, 2] })).toBe(contentHash({ b: [1, 2], a: 1 }));
    expect(contentHash({ a: 1, b: [1, 2] })).not.toBe(contentHash({ a: 1, b: [2, 1] }));
    expect(contentHash({ a: null })).not.toBe(contentHash({}));
  });
});

describe('Function: parseCategory', () => {
  it('takes the name under either of its names', () => {
    expect(parseCategory({ category: 'Finance', skill_count: 3 })).toMatchObject({ ok: true, id: 'Finance' });
  });

  it.each([
    ['"created_at":7', '"created_at":7'],
    ['"skill_count":"3","x":-0', '"skill_count":3,"x":-0'],
    ['"skill_count":null,"n":9007199254740993', '"skill_count":null,"n":9007199254740993'],
  ])('reads %s as %s', (fields, kept) => {
    const parsed = parseCategory(parse(`{"name":"a",${fields}}`));
    expect(parsed.ok && JSON.parse(stringify(parsed.value.category))).toEqual(
      JSON.parse(`{"name":"a",${kept}}`),
    );
    expect(parsed.ok && stringify(parsed.value.category)).toContain(kept.split(',').at(-1));
  });

  it.each([
    [{ name: 'a', description: 'half \ud83d' }, 'description: must be well-formed unicode'],
    [{ name: 'a', more: { '\ude00': 1 } }, 'more.\ufffd: as a name, must be well-formed unicode'],
    [
      parse('{"name":"a","skill_count":1e400}'),
      'skill_count: must be a whole number from 0 to 9007199254740991',
    ],
    [parse('{"name":"a","x":{"__proto__":1}}'), 'x.__proto__: is no name for a field'],
  ])('refuses %j with its reason and its name', (record, reason) => {
    expect(parseCategory(record)).toEqual({ ok: false, id: 'a', reason });
  });

  it.each([[{ name: '' }], [{ name: 4 }], ['Finance'], [{ name: 'a', skill_count: -1 }]])(
    'refuses %j',
    (record) => {
      expect(parseCategory(record).ok).toBe(false);
    },
  );
});
