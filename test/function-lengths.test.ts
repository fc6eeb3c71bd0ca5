import { describe, expect, it } from 'vitest';
import { FOLDERS, sourcesIn, textOf } from './sources.ts';

const MAX_LINES = 60;

/** Files with a longer function, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'test/functions/rating-upload/rating-system.ts':
    'the world of a suite: its parts share one clock and one table',
  'test/functions/skill-sync/sync-system.ts': 'the world of a suite: its parts share one clock and one table',
};

type Span = { readonly head: string; readonly firstLine: number; readonly lines: number };

describe('Function lengths', () => {
  it('are counted from the signature to the closing brace', () => {
    // Prepare
    const source = [
      'export async function first(',
      '  a: string,',
      '): Promise<void> {',
      '  if (a) {',
      '    run(() => {',
      '      a;',
      '    });',
      '  }',
      '}',
      'const options = {',
      '  method(b: number): { c: number } {',
      '    return { c: b };',
      '  },',
      '};',
    ].join('\n');

    // Act
    const spans = functionsIn(source);

    // Assess
    expect(spans.map(({ firstLine, lines }) => [firstLine, lines])).toEqual([
      [1, 9],
      [5, 3],
      [11, 3],
    ]);
  });

  it('leave out suites, which hold functions and do nothing themselves', () => {
    expect(
      ['describe(', "describe.each([1, 2])('x', () => {", 'export function leaseContract('].map(isSuite),
    ).toEqual([true, true, true]);
    expect(["it('describes', () => {", 'export function describeRun('].map(isSuite)).toEqual([false, false]);
  });

  it(`are ${MAX_LINES} lines at most`, () => {
    const tooLong = FOLDERS.flatMap(sourcesIn)
      .filter((file) => !Object.hasOwn(EXCEPTIONS, file))
      .flatMap((file) =>
        functionsIn(textOf(file))
          .filter(({ head, lines }) => lines > MAX_LINES && !isSuite(head))
          .map(({ head, firstLine, lines }) => `${file}:${firstLine} ${head} (${lines} lines)`),
      );
    expect(tooLong).toEqual([]);
  });
});

/**
 * The functions with a block, found by the layout that `biome check` enforces: a block ends at the first line that is
 * indented as its own first line and begins with `}`.
 */
function functionsIn(source: string): Span[] {
  const lines = source.split('\n');
  return lines.flatMap((line, opens) => {
    if (!line.endsWith('{')) return [];
    const indent = indentOf(line);
    const starts = /^\s*[)\]}>]/.test(line) ? lastIndex(lines, opens, indent) : opens;
    const head = lines
      .slice(starts, opens + 1)
      .join(' ')
      .trim();
    if (!opensFunction(head)) return [];
    const ends = lines.findIndex(
      (other, at) => at > opens && indentOf(other) === indent && /^\s*\}/.test(other),
    );
    return [{ head: lines[starts]?.trim() ?? '', firstLine: starts + 1, lines: ends - starts + 1 }];
  });
}

/** The line above that is indented alike and begins the statement. */
function lastIndex(lines: readonly string[], from: number, indent: number): number {
  for (let at = from - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (line !== '' && indentOf(line) <= indent && !/^\s*[)\]}>]/.test(line)) return at;
  }
  return from;
}

function opensFunction(head: string): boolean {
  if (/=> \{$/.test(head)) return true;
  if (/^(\} )?(if|else|for|while|switch|catch|do|try|return|class|type|interface|export class)\b/.test(head))
    return false;
  if (/^(export )?(default )?(async )?function\b/.test(head)) return true;
  return /^(async |static |override |get |set |\*)*[#\w$]+(<.*>)?\(.*\)(: .+)? \{$/.test(head);
}

/** A suite of tests: what `describe` is given, or a contract that every implementation of a port has to fulfil. */
function isSuite(head: string): boolean {
  return /^describe\b/.test(head) || /^(export )?function \w+Contract\b/.test(head);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
