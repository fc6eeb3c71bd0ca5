import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import config from '../vitest.config.ts';
import { LONGEST } from './longest-first.ts';
import { importsOf, ROOT } from './sources.ts';

type Project = { readonly name: string; readonly include: string[]; readonly exclude?: string[] };

const projects = (config.test?.projects ?? []).map((one) => (one as { test: Project }).test);

const filesOf = ({ include, exclude = [] }: Project) => globSync(include, { cwd: ROOT, exclude });

const loadsCdk = new Map<string, boolean>();

/** Whether a module (a path from the root, or a package) loads the CDK, by whatever way. */
function reachesCdk(module: string): boolean {
  if (/^(aws-cdk-lib|cdk-nag|constructs)(\/|$)/.test(module)) return true;
  if (!module.endsWith('.ts')) return false;
  const known = loadsCdk.get(module);
  if (known !== undefined) return known;
  loadsCdk.set(module, false);
  const loaded = importsOf(module).filter(({ isType }) => !isType);
  const reaches = loaded.some(({ to }) => reachesCdk(to));
  loadsCdk.set(module, reaches);
  return reaches;
}

describe('The projects of vitest.config.ts', () => {
  it('have each test file in exactly one of them', () => {
    expect(projects.map(({ name }) => name)).toEqual(['unit', 'synthesis', 'integration']);
    const files = projects.flatMap(filesOf);
    expect(files.toSorted()).toEqual(globSync('test/**/*.test.ts', { cwd: ROOT }).toSorted());
  });

  it('load no CDK in unit tests, which would take longer than most of them', () => {
    const [unit] = projects;
    expect(unit && filesOf(unit).filter(reachesCdk)).toEqual([]);
    expect(reachesCdk('test/lib/test-stack.ts')).toBe(true);
  });

  it('begin with files that exist', () => {
    const files = new Set(projects.flatMap(filesOf));
    expect(LONGEST.filter((path) => !files.has(path))).toEqual([]);
  });
});
