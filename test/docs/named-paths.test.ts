import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
].map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** In backquotes, from the root of the repository; what has a placeholder (`<job>`, `x/{a,b}`) is no path. */
const PATH = /`((?:bench|bin|docs|functions|lib|local|test)\/[\w./-]+)`/g;
/** A path with the names in it that are the answer: `` `a/b.ts` (`first`, `second`) ``. */
const NAMES = /`((?:bench|bin|functions|lib|local|test)\/[\w./-]+\.ts)` \(((?:`\w+`(?:, )?)+)\)/g;

describe.each(DOCUMENTS)('$path', ({ path, text }) => {
  it('names files and folders that exist', () => {
    const named = [...text.matchAll(PATH)].map(([, name = '']) => name);
    expect(named.filter((name) => !existsSync(name))).toEqual([]);
  });

  it('names what the file beside it has', () => {
    const missing = [...text.matchAll(NAMES)].flatMap(([, file = '', names = '']) => {
      const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
      return [...names.matchAll(/\w+/g)]
        .filter(([name]) => !new RegExp(`\\b${name}\\b`).test(source))
        .map(([name]) => `${name} in ${file}`);
    });
    expect(missing).toEqual([]);
  });

  it('is written in plain words', () => {
    // "can't be had" (unavailable), "anew" (again): English that only a translator writes.
    expect(text.match(/\b(?:be|been) had\b|\banew\b/g) ?? []).toEqual([]);
  });

  it('links to files that exist, at headings that they have', () => {
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, file = '', heading]) => {
        const target = file === '' ? path : normalize(join(dirname(path), file));
        if (!existsSync(target)) return true;
        return heading !== undefined && !anchorsOf(target).includes(heading);
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

describe('docs/overview.md', () => {
  it('answers each question of "Where to look" with at most three files', () => {
    const { text } = DOCUMENTS.find(({ path }) => path === 'docs/overview.md')!;
    const [, table = ''] = text.split('## Where to look');
    const rows = table.split('\n').filter((row) => /^\| .*\? \|/.test(row));
    expect(rows.length).toBeGreaterThanOrEqual(14);
    for (const row of rows) expect([...row.matchAll(PATH)].length, row).toBeLessThanOrEqual(3);
  });

  it('draws folders that exist', () => {
    const { text } = DOCUMENTS.find(({ path }) => path === 'docs/overview.md')!;
    const [, map = ''] = text.match(/## Where things are\n\n```\n([\s\S]*?)```/) ?? [];
    expect(foldersIn(map).filter((folder) => !existsSync(folder))).toEqual([]);
  });
});

describe('docs/decisions/README.md', () => {
  it('lists every decision by its title', () => {
    const index = readFileSync('docs/decisions/README.md', 'utf8');
    const decisions = DOCUMENTS.filter(({ path }) => /decisions\/\d/.test(path)).map(({ path, text }) => {
      const [, number, title] = text.match(/^# (\d+)\. (.*)/) ?? [];
      return `| ${number} | [${title}](${path.split('/').at(-1)}) |`;
    });
    for (const decision of decisions) expect(index).toContain(decision);
  });
});

function anchorsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The folders of a map: names ending in a slash at the beginning of a line, below the one that is indented less. */
function foldersIn(map: string): string[] {
  const parents: string[] = [];
  return map.split('\n').flatMap((line) => {
    const [, indent = '', names = ''] = line.match(/^( *)((?:[\w-]+\/)+(?: (?:[\w-]+\/)+)*)(?=\s|$)/) ?? [];
    const depth = indent.length / 2;
    if (names === '' || !Number.isInteger(depth) || depth > 4) return [];
    parents.length = depth;
    const paths = names.split(' ').map((name) => join(...parents, name));
    parents[depth] = names.split(' ')[0] ?? '';
    return paths;
  });
}
