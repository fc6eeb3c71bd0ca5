import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, functionEntry, mainModule, writeBundle } from '#lib/bundle.ts';

describe('bundle', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const source = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  const deployed = (files: ReturnType<typeof bundle>['files']) => {
    const own = mkdtempSync(join(folder, 'deployed-'));
    writeBundle(own, files);
    return import(pathToFileURL(join(own, 'index.mjs')).href);
  };

  it('makes an ES module that runs, CommonJS dependencies with require included', async () => {
    source('legacy.cjs', "const os = require('node:os'); module.exports = { newline: os.EOL };");
    const entry = source(
      'handler.ts',
      "import legacy from './legacy.cjs';\nexport const handler = async (text: string): Promise<string> => text + legacy.newline;",
    );
    const { handler } = await deployed(bundle(entry).files);
    expect(await handler('hello')).toBe('hello\n');
  });

  it('makes a module of its own of what a handler imports dynamically, one of each class', async () => {
    source('errors.ts', 'export class OurError extends Error {}');
    source(
      'lazy.ts',
      "import { OurError } from './errors.ts'; export const fail = () => { throw new OurError(); };",
    );
    const text = `import { OurError } from './errors.ts';
      export const handler = async () => {
        const { fail } = await import('./lazy.ts');
        try { fail(); } catch (error) { return error instanceof OurError; }
      };`;
    const { files, startBytes } = bundle(source('handler.ts', text));
    const lazy = Object.keys(files).filter((name) => name.startsWith('lazy-'));

    expect(lazy).toHaveLength(1);
    const atStart = Object.entries(files).filter(([name]) => name !== lazy[0]);
    expect(startBytes).toBe(atStart.reduce((sum, [, code]) => sum + code.byteLength, 0));
    expect(await (await deployed(files)).handler()).toBe(true);
  });

  it('makes one file of a task, dynamic imports included', async () => {
    source('lazy.ts', 'export const one = 1;');
    const main = source('main.ts', "export const handler = async () => (await import('./lazy.ts')).one;");
    const { files } = bundle(main);
    expect(Object.keys(files)).toEqual(['index.mjs']);
    expect(await (await deployed(files)).handler()).toBe(1);
  });

  it('is written in the place of what was there', () => {
    const own = join(folder, 'own');
    writeBundle(own, { 'index.mjs': Buffer.from('1'), 'old-A.mjs': Buffer.from('2') });
    writeBundle(own, { 'index.mjs': Buffer.from('1'), 'new-B.mjs': Buffer.from('2') });
    expect(readdirSync(own).toSorted()).toEqual(['index.mjs', 'new-B.mjs']);
  });

  it('gives the same bytes for the same source', () => {
    const entry = source('same.ts', 'export const handler = () => 1;');
    expect(bundle(entry).files).toEqual(bundle(entry).files);
  });

  it('says what went in, for the benchmarks', () => {
    const entry = source('one.ts', 'export const handler = () => 1;');
    const { files, startBytes, metafile } = bundle(entry);
    const [output] = Object.values(metafile.outputs);
    expect(output?.bytes).toBe(mainModule(files).byteLength);
    expect(startBytes).toBe(output?.bytes);
    expect(Object.keys(metafile.inputs)).toHaveLength(1);
  });

  it('throws when the source does not compile', () => {
    expect(() => bundle(source('bad.ts', 'export const handler = ;'))).toThrow(/Build failed/);
  });
});

describe('What is bundled of the SDK', () => {
  const waysToCredentials = (name: string) =>
    Object.keys(bundle(functionEntry(name)).metafile.inputs).filter((input) =>
      /credential-provider-(ini|process|sso|web-identity)\//.test(input),
    );

  it('is no way to credentials that Lambda never takes, and every way in a task', () => {
    expect(waysToCredentials('admin-api')).toEqual([]);
    expect(waysToCredentials('rating-upload')).toEqual([]);
    expect(waysToCredentials('realtime-feed')).not.toEqual([]);
  });

  it.each(['admin-api', 'skill-sync', 'rating-sync', 'rating-upload', 'cache-cleanup'])(
    'leaves %s below 650 KB at a cold start',
    (name) => {
      expect(bundle(functionEntry(name)).startBytes).toBeLessThan(650_000);
    },
  );
});

describe('functionEntry', () => {
  it('is the handler in the folder of that name', () => {
    expect(functionEntry('skill-sync')).toMatch(/\/functions\/skill-sync\/handler\.ts$/);
  });

  it('is the main of a task', () => {
    expect(functionEntry('realtime-feed')).toMatch(/\/functions\/realtime-feed\/main\.ts$/);
  });
});
