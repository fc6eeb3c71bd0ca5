import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { bundle, mainModule } from '#lib/bundle.ts';
import { cachedBundle } from '#lib/bundle-cache.ts';

describe('Function: cachedBundle', () => {
  let folder: string;
  let entry: string;
  let cache: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bundle-cache-'));
    entry = join(folder, 'handler.ts');
    cache = join(folder, 'cache');
    writeFileSync(entry, "import { name } from './name.ts';\nexport const handler = () => name;");
    writeFileSync(join(folder, 'name.ts'), "export const name = 'first';");
    onTestFinished(() => rmSync(folder, { recursive: true }));
  });

  it('gives what bundle gives, each time', () => {
    const expected = Buffer.from(mainModule(bundle(entry).files));
    expect(Buffer.from(mainModule(cachedBundle(entry, cache)))).toEqual(expected);
    expect(Buffer.from(mainModule(cachedBundle(entry, cache)))).toEqual(expected);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('bundles anew when a file that went in has changed', () => {
    cachedBundle(entry, cache);
    writeFileSync(join(folder, 'name.ts'), "export const name = 'second';");
    expect(Buffer.from(mainModule(cachedBundle(entry, cache))).toString()).toContain('second');
  });

  it('bundles anew when a file that went in is gone, and says so as bundle does', () => {
    cachedBundle(entry, cache);
    rmSync(join(folder, 'name.ts'));
    expect(() => cachedBundle(entry, cache)).toThrow(/Build failed/);
  });

  it('bundles anew when what it kept can not be read', () => {
    cachedBundle(entry, cache);
    const [kept = ''] = readdirSync(cache);
    writeFileSync(join(cache, kept), '{"inputs":{');
    expect(Buffer.from(mainModule(cachedBundle(entry, cache))).toString()).toContain('first');
  });

  it('reads what was kept where nothing has changed', () => {
    cachedBundle(entry, cache);
    const [kept = ''] = readdirSync(cache);
    const files = { 'index.mjs': Buffer.from('kept').toString('base64') };
    writeFileSync(join(cache, kept), JSON.stringify({ inputs: {}, files }));
    expect(Buffer.from(mainModule(cachedBundle(entry, cache))).toString()).toBe('kept');
  });
});
