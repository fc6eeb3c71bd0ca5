import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '#core/json/content-hash.ts';
import {
  isRawNumber,
  numberText,
  parse,
  parseIfJson,
  stringify,
  stringifyWellFormed,
} from '#core/json/json.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** Numbers that a double would write as something else, or that say what no double can. */
const KEPT_AS_TEXT = [
  '9007199254740993',
  '-9007199254740993',
  '12345678901234567890',
  '10000000000000000000000',
  '9'.repeat(400),
  '1e400',
  '-1E400',
  '1e-400',
  '4.9e-324',
  '0.12345678901234567890',
  '4.2999999999999998',
  '3.00000000000000000001',
  '123456789.123456789',
  '-0',
  '-0.0',
  '-0e5',
  `0.${'1'.repeat(100)}`,
];

/** Numbers that a double says as well, whatever the letters. */
const SAME_AS_DOUBLE = [
  ...['0', '7', '-7', '0.1', '4.5', '1.0', '3.50', '1e5', '1E+2', '1.5e-7', '0e0', '0.0', '100e-2'],
  ...['9007199254740991', '9007199254740992', '1e308', '-1e308', '5e-324', '1.7976931348623157e308'],
];

describe('Function: parse', () => {
  it.each(KEPT_AS_TEXT)('keeps %.40s as the text that came, wherever it stands', (number) => {
    for (const text of [number, `[${number}]`, `{"a":${number}}`, `{"a":[1,{"b": ${number} }],"c":"x"}`]) {
      const value = parse(text);
      expect(stringify(value)).toBe(text.replaceAll(' ', ''));
      expect(parse(stringify(value))).toEqual(value);
    }
    const { a } = parse(`{"a":${number}}`) as { a: unknown };
    expect(isRawNumber(a)).toBe(true);
    expect(numberText(a)).toBe(number);
  });

  it.each(SAME_AS_DOUBLE)('makes a double of %s', (number) => {
    expect(parse(`{"a":${number}}`)).toEqual({ a: Number(number) });
    expect(parse(`[1e400,${number}]`)).toEqual([expect.anything(), Number(number)]);
  });

  it.each(['id', 'skill_id', 'user_id', 'rating_id', 'version'])(
    'keeps a number under "%s" to the letter',
    (key) => {
      for (const number of ['1.0', '1.10', '1e3', '1E3', '-0']) {
        expect(numberText((parse(`{"${key}" : ${number}}`) as Record<string, unknown>)[key])).toBe(number);
      }
      expect(parse(`{"${key}":12,"x":1.0}`)).toEqual({ [key]: 12, x: 1 });
    },
  );

  it('leaves text alone, whatever it looks like', () => {
    const odd = [
      '9007199254740993',
      ':1e400',
      '"1e400"',
      '\\": -0, ',
      '\\\\',
      '[1e400]',
      '\ud8001e400',
      '{"rawJSON":"1"}',
    ];
    for (const text of odd) {
      const value = { a: text, [text]: 1, b: [text] };
      expect(parse(JSON.stringify(value))).toEqual(value);
      const beside = parse(`[${JSON.stringify(value)},1e400]`) as unknown[];
      expect(beside[0]).toEqual(value);
      expect(numberText(beside[1])).toBe('1e400');
    }
  });

  it('lets nobody pass an object off as a number', () => {
    const value = parse('{"a":{"rawJSON":"1e400"},"b":1e400}') as Record<string, unknown>;
    expect(isRawNumber(value.a)).toBe(false);
    expect(stringify(value)).toBe('{"a":{"rawJSON":"1e400"},"b":1e400}');
  });

  it('keeps every key, and the last of two', () => {
    const text = '{"__proto__":{"n":1e400},"constructor":1e400,"n":1e400,"n":2,"m":2,"m":-0}';
    const value = parse(text) as Record<string, unknown>;
    expect(stringify(value)).toBe('{"__proto__":{"n":1e400},"constructor":1e400,"n":2,"m":-0}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).n).toBeUndefined();
  });

  it('reads a name with an escape as it is written, whatever names were read before', () => {
    const mistaken = [
      ['{"k1":0,"\\\\u0":0}', '{"k1":0,"\\u00e9t\\u00e9":7}', 'été'],
      ['{"k2":0,"a\\\\n":0}', '{"k2":0,"a\\nb":7}', 'a\nb'],
      ['{"k3":0,"\\\\":0}', '{"k3":0,"\\"":7}', '"'],
      ['{"k4":{"n":0,"\\\\":0}}', '{"k4":{"n":0,"\\n" : 7}}', '\n'],
    ] as const;
    for (const [before, text, name] of mistaken) {
      for (let times = 0; times < 3; times += 1) parse(before);
      expect(JSON.stringify(parse(text))).toContain(JSON.stringify({ [name]: 7 }).slice(1));
    }
  });

  it('goes to any depth', () => {
    const text = `${'[{"a":'.repeat(50_000)}1e400${'}]'.repeat(50_000)}`;
    let value = parse(text);
    for (let level = 0; level < 50_000; level += 1) value = (value as [{ a: unknown }])[0].a;
    expect(numberText(value)).toBe('1e400');
  });

  it.each(['', '{', '01', '1e', '-', '[1,]', '{"a":NaN}', "{'a':1}", '1e400 x'])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(SyntaxError);
  });

  it(`changes no number, whatever comes (seed ${SEED})`, () => {
    fc.assert(
      fc.property(anyJson, (text) => {
        const written = stringify(parse(text));
        expect(numbersIn(written)).toEqual(numbersIn(text));
        expect(withoutNumbers(written)).toEqual(withoutNumbers(text));
        // What is stored is parsed again, and must hash the same.
        expect(stringify(parse(written))).toBe(written);
        expect(contentHash(parse(written))).toBe(contentHash(parse(text)));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
});

describe('Function: contentHash', () => {
  it('tells numbers apart that one double stands for', () => {
    const values = [
      '9007199254740992',
      '9007199254740993',
      '"9007199254740993"',
      '{"rawJSON":"9007199254740993"}',
    ];
    const hashes = values.map((text) => contentHash(parse(`{"a":${text},"b":{"rawJSON":"x"}}`)));
    expect(new Set(hashes).size).toBe(values.length);
    expect(contentHash(parse('{"b":1e400,"a":-0}'))).toBe(contentHash(parse('{"a":-0,"b":1e400}')));
  });

  it('is the same as before for what a double says', () => {
    expect(contentHash({ skill_id: 'a', rating: 4.5, tags: ['x'] })).toBe('0gf3wFwP2qhxK3akpDIHdA');
  });
});

describe('Function: stringifyWellFormed', () => {
  it('replaces halves of surrogate pairs, in texts and in keys, and nothing else', () => {
    const value = { 'a\ud800': ['x\udfff', '🛠️', '\\ud800', '\\\\ud83d', '\\\ud83d', '"\ud83d"', '\u0001'] };
    const written = stringifyWellFormed(value);
    expect(JSON.parse(written)).toEqual({
      'a\ufffd': ['x\ufffd', '🛠️', '\\ud800', '\\\\ud83d', '\\\ufffd', '"\ufffd"', '\u0001'],
    });
    expect(stringifyWellFormed({ a: 1 })).toBe('{"a":1}');
  });
});

/** Numbers of any length, as text. */
const number = fc.oneof(
  fc.constantFrom(...KEPT_AS_TEXT, ...SAME_AS_DOUBLE),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => JSON.stringify(double)),
  fc
    .tuple(
      fc.constantFrom('', '-'),
      fc.bigInt({ min: 0n, max: 10n ** 25n }),
      fc.stringMatching(/^(\.\d{1,25})?$/),
      fc.stringMatching(/^([eE][-+]?\d{1,3})?$/),
    )
    .map((parts) => parts.join('')),
);
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('id', 'version', '1', '"', '\\', '__proto__'),
);
const { anyJson } = fc.letrec<{ anyJson: string }>((tie) => ({
  anyJson: fc.oneof(
    { depthSize: 'small' },
    number,
    fc
      .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\\"', ':1e400', '\ud800'))
      .map((text) => JSON.stringify(text)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('anyJson'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .uniqueArray(fc.tuple(key, tie('anyJson')), { maxLength: 4, selector: ([name]) => name })
      .map((fields) => `{${fields.map(([name, json]) => `${JSON.stringify(name)} :\n${json}`).join(',')}}`),
  ),
}));

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[^"\d-]/gs;
const tokensOf = (json: string) => json.match(TOKENS) ?? [];
const isNumber = (token: string) => /^[-\d]/.test(token);

/** The numbers in some JSON as what they say: exact fractions; sorted, since objects put whole-number keys first. */
function numbersIn(json: string): string[] {
  return tokensOf(json).filter(isNumber).map(exactly).sort();
}

function withoutNumbers(json: string): unknown {
  const rest = tokensOf(json).map((token) => (isNumber(token) ? '0' : token));
  return JSON.parse(rest.join(''));
}

/** By another way than the code: whole numbers over a power of ten. */
function exactly(token: string): string {
  const [mantissa = '', power = '0'] = token.toLowerCase().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  let digits = BigInt(whole + fraction);
  let exponent = BigInt(power) - BigInt(fraction.length);
  if (digits === 0n) return `${sign}0`;
  for (; digits % 10n === 0n; digits /= 10n) exponent += 1n;
  return `${sign}${digits}e${exponent}`;
}

describe('Function: parseIfJson', () => {
  it.each([
    ['{"a": 1.0}', { a: parse('1.0') }],
    ['null', null],
    ['{"a": ', undefined],
    ['', undefined],
    [undefined, undefined],
    [{ a: 1 }, undefined],
  ])('reads %j', (text, value) => {
    expect(parseIfJson(text)).toEqual(value);
  });
});
