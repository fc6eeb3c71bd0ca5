import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings } from '#lib/settings/settings.ts';
import { synthesize } from '#lib/synthesize.ts';
import { inlineCode } from './test-stack.ts';

describe('synthesize', () => {
  let outdir: string;
  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  });
  afterEach(() => rmSync(outdir, { recursive: true }));

  const settings = loadSettings({ ATOM_SAAS_API_TOKEN: 'atom-token-5f2c' }, { dotenv: false });
  const folderCode = () => Code.fromAsset(join(import.meta.dirname, '../../bin'));

  it('answers the template and the folder of the bundles', () => {
    const { template, assetsDir } = synthesize(settings, { outdir, codeFor: folderCode });
    const functions = Object.values(template.Resources).filter(
      (resource) => resource.Metadata?.['atom-sync:function'] !== undefined,
    );
    expect(functions.map((fn) => fn.Metadata?.['atom-sync:function'])).toEqual([
      'skill-sync',
      'rating-sync',
      'rating-upload',
      'cache-cleanup',
      'token-rotation',
      'admin-api',
    ]);
    for (const fn of functions) {
      expect(readdirSync(join(assetsDir, String(fn.Metadata?.['aws:asset:path'])))).toEqual(['app.ts']);
    }
  });

  it('writes the token nowhere', () => {
    synthesize(settings, { outdir, codeFor: inlineCode });
    const files = readdirSync(outdir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name), 'utf8'), file.name).not.toContain(
        'atom-token-5f2c',
      );
    }
  });

  it('can be called again in the same folder', () => {
    const first = synthesize(settings, { outdir, codeFor: folderCode });
    rmSync(outdir, { recursive: true });
    const second = synthesize(settings, { outdir, codeFor: folderCode });
    expect(second.template).toEqual(first.template);
    expect(readdirSync(outdir).toSorted()).toEqual(expect.arrayContaining(['AtomSync.template.json']));
  });
});
