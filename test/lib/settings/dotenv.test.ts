import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from '#lib/settings/dotenv.ts';

function read(text: string | Buffer) {
  const { entries, problems } = parseDotenv(Buffer.from(text as string));
  return { values: Object.fromEntries(entries.map(({ name, value }) => [name, value])), problems };
}

const valuesOf = (text: string) => {
  const { values, problems } = read(text);
  expect(problems).toEqual([]);
  return values;
};

describe('parseDotenv: encodings', () => {
  it('takes a byte order mark for what it is', () => {
    expect(valuesOf('\ufeffA=1\nB=2\n')).toEqual({ A: '1', B: '2' });
    expect(valuesOf('\ufeff# a comment\nB=2\n')).toEqual({ B: '2' });
    expect(valuesOf('\ufeff')).toEqual({});
  });

  const utf16 = Buffer.from('ENABLE_SCHEDULER=false\r\n', 'utf16le');
  it.each([
    ['UTF-16 LE', utf16],
    ['UTF-16 LE with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
    ['UTF-16 BE', Buffer.from(utf16).swap16()],
    ['UTF-16 BE with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()])],
    ['an empty UTF-16 file', Buffer.from([0xff, 0xfe])],
    ['a zero byte', Buffer.from('A=1\0\n')],
  ])('refuses %s', (_, bytes) => {
    const problems = [{ line: undefined, what: 'is UTF-16, or no text at all. Save it as UTF-8.' }];
    expect(read(bytes)).toEqual({ values: {}, problems });
  });

  it('names the first line that is not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('A=ü\r\nB='), Buffer.from([0xfc]), Buffer.from('\nC=ü\n')]);
    expect(read(bytes).problems).toEqual([{ line: 2, what: 'is not UTF-8. Save the file as UTF-8.' }]);
  });

  it('knows the line ends of all systems', () => {
    expect(valuesOf('A=1\r\nB=2\rC=3\n\nD=4')).toEqual({ A: '1', B: '2', C: '3', D: '4' });
  });
});

describe('parseDotenv: values', () => {
  it.each([
    ['A=', ''],
    ['A=""', ''],
    ['A=  x  ', 'x'],
    ['  A = x y ', 'x y'],
    ['\tA\t=\tx\t', 'x'],
    ['export A=x', 'x'],
    ['export   A=x', 'x'],
    ['A=x=y==', 'x=y=='],
    ['A=abc#def', 'abc#def'],
    ['A=abc#', 'abc#'],
    ['A=x # a comment', 'x'],
    ['A=x\t# a comment', 'x'],
    ['A= # a comment', ''],
    ['A="x # y" # a comment', 'x # y'],
    ['A="x"# a comment', 'x'],
    ["A=' x '", ' x '],
    ['A=`"x"`', '"x"'],
    ['A="it\'s"', "it's"],
    ["A=it's", "it's"],
    ['A="a\\nb"', 'a\nb'],
    ["A='a\\nb'", 'a\\nb'],
    ['A=a\\nb', 'a\\nb'],
    ['A=$HOME', '$HOME'],
    ['A=ü', 'ü'],
    ['A="#x"', '#x'],
  ])('reads %j', (line, value) => {
    expect(valuesOf(line)).toEqual({ A: value });
  });

  it('never cuts a token at a #', () => {
    expect(valuesOf('ATOM_SAAS_API_TOKEN=abc#def#')).toEqual({ ATOM_SAAS_API_TOKEN: 'abc#def#' });
    for (const line of ['abc #def', '#abc', ' # abc', 'abc\t#']) {
      expect(read(`ATOM_SAAS_API_TOKEN=${line}`)).toEqual({
        values: {},
        problems: [
          {
            line: 1,
            what: 'sets ATOM_SAAS_API_TOKEN to a value with a # that may be its own or begin a comment. Put the value in quotes, or the comment on a line of its own.',
          },
        ],
      });
    }
    expect(valuesOf('ATOM_SAAS_API_TOKEN="#abc" # mine')).toEqual({ ATOM_SAAS_API_TOKEN: '#abc' });
  });

  it.each([
    ['A=#x', 'sets A to a value with a # that may be its own'],
    ['A="x', 'sets A to a value whose quote (") is not closed on the line.'],
    ["A='x\nB='", "sets A to a value whose quote (') is not closed on the line."],
    ['A="x" y', 'sets A to a value that goes on after its closing quote (").'],
    ['A="x"y"', 'sets A to a value that goes on after its closing quote (").'],
    ['A=“x”', 'sets A to a value in typographic quotes.'],
    ['A', 'is no setting.'],
    ['export A', 'is no setting.'],
    ['=x', 'is no setting.'],
    ['A: x', 'is no setting.'],
    ['A B=x', 'is no setting.'],
    ['A-B=x', 'is no setting.'],
    ['1A=x', 'is no setting.'],
    ['A.B=x', 'is no setting.'],
    ['set A=x', 'is no setting.'],
    ['$env:A="x"', 'is no setting.'],
    ['[section]', 'is no setting.'],
    ['// comment', 'is no setting.'],
    ['; comment', 'is no setting.'],
    ['Ä=x', 'is no setting.'],
    ['A\u200b=x', 'is no setting.'],
  ])('refuses %j', (text, what) => {
    const { values, problems } = read(text);
    expect(values).toEqual({});
    expect(problems[0]).toEqual({ line: 1, what: expect.stringContaining(what) });
  });

  it('refuses a name that is set twice, whatever the values', () => {
    expect(read('A=1\n# A=2\nB=1\nA=1\nA=3\n').problems).toEqual([
      { line: 4, what: 'sets A again, after line 1.' },
      { line: 5, what: 'sets A again, after line 1.' },
    ]);
  });

  it('shows neither values nor what may be one', () => {
    const lines = [
      'hunter2',
      'hunter2 = x y',
      'hunter2==',
      'A="hunter2',
      'A=#hunter2',
      'A="x"hunter2',
      'hunter2="x',
    ];
    for (const line of lines) expect(JSON.stringify(read(line).problems), line).not.toContain('hunter2');
  });
});

describe('parseDotenv beside util.parseEnv', () => {
  const word = fc.stringMatching(/^[!-~]{0,8}$/);
  const line = fc
    .tuple(fc.constantFrom('A', ' A ', 'B', '#A', ''), fc.constantFrom('=', ' = ', '= '), word, word)
    .map(([name, equals, first, second]) => `${name}${equals}${first} ${second}`);

  it('reads the same, or finds a problem, or keeps a # that the other one takes for a comment', () => {
    const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
    fc.assert(
      fc.property(line, (text) => {
        const { values, problems } = read(text);
        if (problems.length > 0 || text.includes('#')) return;
        expect(values).toEqual({ ...parseEnv(text) });
      }),
      { seed, numRuns: 2000 },
    );
  });
});
