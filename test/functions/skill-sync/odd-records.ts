/** A skill as raw JSON text, so that it may hold what `JSON.stringify` never writes. */
export type OddRecord = {
  readonly name: string;
  readonly json: string;
  readonly outcome: 'stored' | 'refused';
};

const time = '"updated_at":"2026-02-19T10:30:00Z"';
const stored = (name: string, json: string): OddRecord => ({ name, json, outcome: 'stored' });
const refused = (name: string, json: string): OddRecord => ({ name, json, outcome: 'refused' });
const skill = (id: string, more: string) => `{"skill_id":${JSON.stringify(id)},"name":"odd",${time},${more}}`;
const withId = (id: string) => stored(`id ${JSON.stringify(id).slice(0, 40)}`, skill(id, '"n":1'));
const withTime = (updated_at: string) =>
  stored(
    `updated_at ${updated_at}`,
    `{"skill_id":"at ${updated_at}","name":"odd","updated_at":"${updated_at}"}`,
  );

/** Text that no compression makes smaller. */
export function noise(bytes: number): string {
  let state = 42;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) buffer[at] = next();
  return buffer.toString('base64').slice(0, bytes);
}

const IDS = [
  'a/b/c',
  '/',
  '../../etc/passwd',
  '..',
  '.',
  '__proto__',
  'constructor',
  'toString',
  '工具 🛠️ é',
  'e\u0301',
  '%2F',
  '%',
  '?a=b&c=d#e',
  'a\nb',
  'a\u0000b',
  '\u0000',
  "'; DROP TABLE",
  '\u202Egnp',
  '#',
  'SKILL#x',
  'x'.repeat(512),
  'é'.repeat(256),
];
const TIMES = [
  '9999-12-31T23:59:59Z',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999999999Z',
  '2026-02-19T10:30:00+14:00',
  '2026-02-19T10:30:00-11:30',
  '2026-02-19 10:30:00.123456',
  '2026-02-19',
  '2026-02-19T10:30Z',
];

/** Oddities, each of which must end stored and readable, or refused with a reason; the others go on. */
export const ODD_RECORDS: readonly OddRecord[] = [
  ...IDS.map(withId),
  ...TIMES.map(withTime),
  stored('no time at all', '{"skill_id":"timeless","name":"odd"}'),
  stored(
    'null wherever it may be',
    skill('nulls', '"description":null,"code":null,"tags":null,"metadata":null,"category":null'),
  ),
  refused('an id of 513 bytes', skill('x'.repeat(513), '"n":1')),
  refused('an id of spaces', skill('   ', '"n":1')),
  refused('an id with a lone surrogate', `{"skill_id":"\\ud800","name":"odd"}`),
  refused('an id that is an object', '{"skill_id":{"a":1},"name":"odd"}'),
  refused('an id beyond 2^53', '{"skill_id":12345678901234567890,"name":"odd"}'),
  refused('an empty name', '{"skill_id":"nameless","name":""}'),
  refused(
    'a time of next year’s thirteenth month',
    '{"skill_id":"month","name":"odd","updated_at":"2026-13-01T00:00:00Z"}',
  ),
  refused(
    'a time after the year 9999',
    '{"skill_id":"late","name":"odd","updated_at":"9999-12-31T23:59:59-18:00"}',
  ),
  refused(
    'a time before the year 0',
    '{"skill_id":"early","name":"odd","updated_at":"0000-01-01T00:00:00+18:00"}',
  ),
  refused('a time in words', '{"skill_id":"words","name":"odd","updated_at":"yesterday"}'),
  refused('a rating of 1e400', skill('infinite', '"average_rating":1e400')),
  refused('tags that are numbers', skill('tags', '"tags":[1,2,3]')),
  refused('600 KB that hardly compress', skill('noise', `"code":"${noise(600_000)}"`)),
  stored(
    '500 KB that compress',
    skill('long', `"code":${JSON.stringify('print("hello")\n'.repeat(33_000))}`),
  ),
  stored('4.9 MB that compress', skill('longest', `"code":"${'x'.repeat(4_900_000)}"`)),
  refused('5 MB that compress', skill('too-long', `"code":"${'x'.repeat(5_000_000)}"`)),
  refused('3 MB that an answer doubles', skill('quotes', `"code":"${'\\"'.repeat(1_500_000)}"`)),
  stored('a name of 100 KB', `{"skill_id":"name","name":"${'é'.repeat(50_000)}",${time}}`),
  stored('a description of 300 KB', skill('description', `"description":"${'説'.repeat(100_000)}"`)),
  stored(
    '50,000 tags',
    skill('many-tags', `"tags":[${Array.from({ length: 30_000 }, (_, n) => `"t${n}"`).join()}]`),
  ),
  stored('empty tags', skill('empty-tags', '"tags":["","a",""]')),
  stored('a tag of 10 KB', skill('long-tag', `"tags":["${'t'.repeat(10_000)}","b"]`)),
  stored('a category of 10 KB', skill('long-category', `"category":"${'c'.repeat(10_000)}"`)),
  stored('an empty category', skill('no-category', '"category":""')),
  stored(
    'lone surrogates everywhere',
    `{"skill_id":"surrogates","name":"\\ud800","description":"a\\udc00b","tags":["\\ud83d","\\ude00"],"category":"\\udfff","code":"\\ud800","metadata":{"\\ud800":"\\udc00"},${time}}`,
  ),
  stored(
    'NUL characters',
    skill('nul', '"description":"a\\u0000b","tags":["\\u0000"],"category":"\\u0000","code":"\\u0000"'),
  ),
  stored(
    'numbers at their limits',
    skill('numbers', '"a":1e308,"b":-1e308,"c":5e-324,"d":9007199254740991,"e":-0,"f":0.1'),
  ),
  stored('duplicate keys', skill('twice', '"n":1,"n":2,"tags":["a"],"tags":["b"]')),
  stored(
    'keys of objects',
    skill(
      'keys',
      '"constructor":{"prototype":1},"toString":"x","hasOwnProperty":false,"metadata":{"constructor":1}',
    ),
  ),
  stored(
    '__proto__ as a field',
    skill('proto', '"__proto__":{"polluted":true},"metadata":{"__proto__":{"polluted":true},"a":1}'),
  ),
  stored('100 levels', skill('deep-100', `"metadata":{"a":${'['.repeat(100)}${']'.repeat(100)}}`)),
  ...[5_000, 10_000, 100_000].flatMap((levels) => [
    refused(
      `${levels} levels of arrays`,
      skill(`deep-arrays-${levels}`, `"metadata":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`),
    ),
    refused(
      `${levels} levels of objects`,
      skill(`deep-objects-${levels}`, `"x":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`),
    ),
    refused(
      `${levels} levels without an id`,
      `{"name":"odd","x":${'['.repeat(levels)}${']'.repeat(levels)}}`,
    ),
  ]),
  refused('null', 'null'),
  refused('a number', '7'),
  refused('a text', '"skill"'),
  refused('a list', '[[]]'),
  refused('an empty object', '{}'),
];
