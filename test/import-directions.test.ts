import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['bin', 'lib', 'functions', 'local', 'bench', 'test'];

type Import = { readonly from: string; readonly to: string; readonly isType: boolean };

type Rule = {
  readonly what: string;
  readonly forbids: (edge: Import, isConstants: (path: string) => boolean) => boolean;
};

/** Arrows point one way: `handler → verb-noun → core ← adapters`; each rule names what it forbids. */
const RULES: readonly Rule[] = [
  {
    what: 'core imports nothing but core',
    forbids: ({ from, to }) => isIn(from, 'functions/core') && isOurs(to) && !isIn(to, 'functions/core'),
  },
  {
    what: 'core imports no SDK',
    forbids: ({ from, to }) => isIn(from, 'functions/core') && isSdk(to),
  },
  {
    what: 'adapters import only core and adapters',
    forbids: ({ from, to }) =>
      isIn(from, 'functions/adapters') && isOurs(to) && !isIn(to, 'functions/core', 'functions/adapters'),
  },
  {
    what: 'in a function only handler, main and config know adapters, SDK and environment',
    forbids: ({ from, to }) => isLogic(from) && (isIn(to, 'functions/adapters') || isSdk(to)),
  },
  {
    what: 'functions know neither the infrastructure nor the local run',
    forbids: ({ from, to }) =>
      isIn(from, 'functions') &&
      (isIn(to, 'lib', 'bin', 'local', 'bench', 'test') || to.startsWith('aws-cdk')),
  },
  {
    what: 'lib imports only types from functions, and the constants of core',
    forbids: ({ from, to, isType }, isConstants) =>
      isIn(from, 'lib', 'bin') && isIn(to, 'functions') && !isType && !isConstants(to),
  },
  {
    what: 'lib does not know the local run',
    forbids: ({ from, to }) => isIn(from, 'lib', 'bin') && isIn(to, 'local', 'bench', 'test'),
  },
  {
    what: 'only tests and benchmarks import the local run',
    forbids: ({ from, to }) => isIn(to, 'local') && !isIn(from, 'local', 'bench', 'test'),
  },
  {
    what: 'only tests and benchmarks import tests',
    forbids: ({ from, to }) => isIn(to, 'test') && !isIn(from, 'bench', 'test'),
  },
];

describe('Import directions', () => {
  const edges = FOLDERS.flatMap((folder) => sourcesIn(join(ROOT, folder))).flatMap(importsOf);

  /** A module of core that brings nothing else along: it imports types at most. */
  const isConstants = (path: string) =>
    isIn(path, 'functions/core') && !edges.some(({ from, isType }) => from === path && !isType);

  it('finds the imports at all', () => {
    expect(edges.length).toBeGreaterThan(100);
    expect(edges).toContainEqual({
      from: 'functions/core/skills/skill.ts',
      to: 'functions/core/time/instant.ts',
      isType: false,
    });
  });

  it.each(RULES)('keeps the rule: $what', ({ forbids }) => {
    expect(
      edges.filter((edge) => forbids(edge, isConstants)).map(({ from, to }) => `${from} → ${to}`),
    ).toEqual([]);
  });

  it('takes zod by namespace in functions, which keeps 370 KB of its translations out of each bundle', () => {
    const offenders = sourcesIn(join(ROOT, 'functions')).filter((file) =>
      /import \{ z \} from 'zod'/.test(code(file)),
    );
    expect(offenders).toEqual([]);
  });

  it('parses JSON in one place: anything else would change numbers on their way', () => {
    const offenders = sourcesIn(join(ROOT, 'functions'))
      .filter((file) => /\bJSON\.parse\(|\.json\(\)/.test(code(file)))
      .map((file) => relative(ROOT, file));
    expect(offenders).toEqual(['functions/core/json/json.ts']);
  });

  it('lets core read neither environment nor clock nor chance', () => {
    const offenders = sourcesIn(join(ROOT, 'functions/core')).filter((file) =>
      /process\.env|Date\.now\(|new Date\(\)|Math\.random\(|performance\.now\(|setTimeout\(/.test(code(file)),
    );
    expect(offenders).toEqual([]);
  });
});

function isIn(path: string, ...folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function isOurs(path: string): boolean {
  return isIn(path, ...FOLDERS);
}

function isSdk(specifier: string): boolean {
  return specifier.startsWith('@aws-sdk/') || specifier.startsWith('@smithy/');
}

/** A file of a function's folder that is neither its composition root nor its configuration. */
function isLogic(path: string): boolean {
  if (!isIn(path, 'functions') || isIn(path, 'functions/core', 'functions/adapters')) return false;
  return !/\/(handler|main|config)\.ts$/.test(path);
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

function code(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
}

function importsOf(file: string): Import[] {
  const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
  return [...code(file).matchAll(statement)].map(([, , type, specifier = '']) => ({
    from: relative(ROOT, file),
    to: target(file, specifier),
    isType: type !== undefined,
  }));
}

/** Where an import points to: a path from the project's root for ours, the specifier itself for a package. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(dirname(file), specifier));
  if (!specifier.startsWith('#')) return specifier;
  const path = specifier.slice(1);
  return /^(core|adapters)\//.test(path) ? `functions/${path}` : path;
}
