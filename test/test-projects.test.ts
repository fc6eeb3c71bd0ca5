import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.ts';

const ROOT = resolve(import.meta.dirname, '..');

type Project = { readonly name: string; readonly include: string[]; readonly exclude?: string[] };

const projects = (config.test?.projects ?? []).map((one) => (one as { test: Project }).test);

const filesOf = ({ include, exclude = [] }: Project) =>
  globSync(include, { cwd: ROOT, exclude: [...exclude] }).toSorted();

/** The modules that a module loads; types are not loaded. */
function loadedBy(file: string): string[] {
  const statement = /(?:^|\n)(?:import|export)\s+(?!type\s)(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
  return [...readFileSync(file, 'utf8').matchAll(statement)].map(([, specifier = '']) => {
    if (specifier.startsWith('.')) return resolve(dirname(file), specifier);
    if (!specifier.startsWith('#')) return specifier;
    return join(ROOT, specifier.slice(1).replace(/^(core|adapters)\//, 'functions/$1/'));
  });
}

const loadsCdk = new Map<string, boolean>();

/** Whether a module loads the CDK, by whatever way. */
function reachesCdk(module: string): boolean {
  if (/^(aws-cdk-lib|cdk-nag|constructs)(\/|$)/.test(module)) return true;
  if (!module.startsWith(ROOT)) return false;
  const known = loadsCdk.get(module);
  if (known !== undefined) return known;
  loadsCdk.set(module, false);
  const reaches = loadedBy(module).some(reachesCdk);
  loadsCdk.set(module, reaches);
  return reaches;
}

describe('The projects of vitest.config.ts', () => {
  it('have each test file in exactly one of them', () => {
    const all = projects.flatMap(filesOf);
    expect(all.toSorted()).toEqual(globSync('test/**/*.test.ts', { cwd: ROOT }).toSorted());
    expect(projects.map(({ name }) => name)).toEqual(['unit', 'synthesis', 'integration']);
  });

  it('load no CDK in unit tests, which takes longer than most of them', () => {
    const [unit] = projects;
    const offenders = unit && filesOf(unit).filter((file) => reachesCdk(join(ROOT, file)));
    expect(offenders).toEqual([]);
    expect(reachesCdk(join(ROOT, 'test/lib/test-stack.ts'))).toBe(true);
  });
});
