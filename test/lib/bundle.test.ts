import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, functionEntry } from '#lib/bundle.ts';
import { sharedBundle } from './shared-bundle.ts';

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

  it('makes one ES module that runs, CommonJS dependencies with require included', async () => {
    source('legacy.cjs', "const os = require('node:os'); module.exports = { newline: os.EOL };");
    const entry = source(
      'handler.ts',
      "import legacy from './legacy.cjs';\nexport const handler = async (text: string): Promise<string> => text + legacy.newline;",
    );
    const module = source('index.mjs', Buffer.from(bundle(entry).code).toString());
    const { handler } = await import(pathToFileURL(module).href);
    expect(await handler('hello')).toBe('hello\n');
  });

  it('gives the same bytes for the same source', () => {
    const entry = source('same.ts', 'export const handler = () => 1;');
    expect(bundle(entry).code).toEqual(bundle(entry).code);
  });

  it('says what went in, for the benchmarks', () => {
    const entry = source('one.ts', 'export const handler = () => 1;');
    const { code, metafile } = bundle(entry);
    const [output] = Object.values(metafile.outputs);
    expect(output?.bytes).toBe(code.byteLength);
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
    'leaves %s below 650 KB',
    (name) => {
      expect(sharedBundle(name).byteLength).toBeLessThan(650_000);
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
