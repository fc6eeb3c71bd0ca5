/** A skill as raw JSON text, so that it may hold what `JSON.stringify` never writes. */
export type OddRecord = {
  readonly name: string;
  readonly json: string;
  readonly outcome: 'stored' | 'refused';
  /** The id under which it is stored, where it is no text. */
  readonly id?: string;
  /** What is stored of it, where that is not what came. */
  readonly as?: Readonly<Record<string, unknown>>;
  /** Parts of the stored JSON, to the letter. */
  readonly holds?: readonly string[];
};

const time = '"updated_at":"2026-02-19T10:30:00Z"';
const stored = (name: string, json: string, more?: Partial<OddRecord>): OddRecord => ({
  name,
  json,
  outcome: 'stored',
  ...more,
});
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
  ...['12345678901234567890', '9007199254740993', '9007199254740994', '-7', '10000000000000000000000'].map(
    (id) => stored(`the id ${id}`, `{"skill_id":${id},"name":"odd"}`, { id, as: { skill_id: id } }),
  ),
  ...['1.0', '1e3', '1.5', '1e400', 'true', 'null'].map((id) =>
    refused(`the id ${id}`, `{"skill_id":${id},"name":"odd"}`),
  ),
  refused('an empty name', '{"skill_id":"nameless","name":""}'),
  refused('a name of spaces', '{"skill_id":"spaces","name":"  "}'),
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
  refused('a count of 1e400', skill('countless', '"rating_count":1e400')),
  refused('a count beyond 2^53', skill('beyond', '"rating_count":9007199254740993')),
  refused('a rating in words', skill('rated', '"average_rating":"good"')),
  refused('tags that are an object', skill('tags', '"tags":{"0":"a"}')),
  refused('a package that is null', skill('packages', '"python_packages":[null]')),
  refused('metadata that are a list', skill('listed', '"metadata":[1]')),
  stored('tags that are none', skill('no-tags', '"tags":[null,"a",1]'), { as: { tags: ['a'] } }),
  stored('tags in one text', skill('comma-tags', '"tags":"a, b"'), { as: { tags: ['a', 'b'] } }),
  stored('metadata of PHP', skill('php', '"metadata":[]'), { as: { metadata: {} } }),
  stored('metadata that are text', skill('blank', '"metadata":""'), { as: { metadata: {} } }),
  stored('a version that is a number', skill('version', '"version":1.10'), { as: { version: '1.10' } }),
  stored('figures as text', skill('figures', '"average_rating":"4.5","rating_count":"3"'), {
    as: { average_rating: 4.5, rating_count: 3 },
  }),
  stored('figures of PHP', skill('precise', '"average_rating":4.2999999999999998,"rating_count":3.0'), {
    holds: ['"average_rating":4.2999999999999998', '"rating_count":3'],
  }),
  stored('packages that are null', skill('no-packages', '"python_packages":null')),
  stored('a created_at in words', skill('created', '"created_at":"yesterday"')),
  stored('a created_at in seconds', skill('created-at', '"created_at":1771497000')),
  stored('a time in small letters', '{"skill_id":"small","name":"odd","updated_at":"2026-02-19t10:30:00z"}'),
  stored('a leap second', '{"skill_id":"leap","name":"odd","updated_at":"2016-12-31T23:59:60Z"}'),
  stored('the hour 24', '{"skill_id":"hour","name":"odd","updated_at":"2026-02-19T24:00:00Z"}'),
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
  ...[
    ['description', '"half \\ud83d"'],
    ['tags', '["a","\\ude00"]'],
    ['unknown', '{"deep":[{"er":"\\udfff"}]}'],
    ['metadata', '{"\\ud800":1}'],
    ['\\ud83d', '1'],
  ].map(([field, value]) =>
    refused(`half a surrogate pair in ${field}`, skill(`surrogate-${field?.length}`, `"${field}":${value}`)),
  ),
  stored(
    'NUL characters',
    skill('nul', '"description":"a\\u0000b","tags":["\\u0000"],"category":"\\u0000","code":"\\u0000"'),
  ),
  stored(
    'numbers at their limits',
    skill('numbers', '"a":1e308,"b":-1e308,"c":5e-324,"d":9007199254740991,"e":-0,"f":0.1'),
  ),
  stored(
    'numbers that no double stands for',
    skill(
      'exact',
      '"big":9007199254740993,"metadata":{"n":[1e400,-1e400,1e-400,-0,-0.0,0.12345678901234567890],"x":1E5}',
    ),
    {
      holds: [
        '"big":9007199254740993',
        '"metadata":{"n":[1e400,-1e400,1e-400,-0,-0.0,0.12345678901234567890],"x":100000}',
      ],
    },
  ),
  stored('duplicate keys', skill('twice', '"n":1,"n":2,"tags":["a"],"tags":["b"]')),
  stored(
    'keys of objects',
    skill(
      'keys',
      '"constructor":{"prototype":1},"toString":"x","hasOwnProperty":false,"metadata":{"constructor":1}',
    ),
  ),
  refused('__proto__ as a field', skill('proto', '"__proto__":{"polluted":true}')),
  refused('__proto__ further in', skill('proto-2', '"metadata":[{"__proto__":{"polluted":true}}]')),
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
