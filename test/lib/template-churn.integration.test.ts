import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, functionEntry } from '#lib/bundle.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
/** Of what a start loads. One of the functions of the tickets holds Anthropic's SDK, and a task starts rarely. */
const maxBundleBytes = (name: string) => {
  if (name === 'realtime-feed') return 670_000;
  return name.startsWith('ticket-') ? 800_000 : 650_000;
};

/** Synthesizes in a process of its own, with another home, another time zone and another folder each time. */
async function synthesizeApart(outdir: string, TZ: string): Promise<void> {
  const script = `
    import { loadSettings } from '#lib/settings/settings.ts';
    import { synthesize } from '#lib/synthesize.ts';
    synthesize(loadSettings({}, { dotenv: false }), { outdir: process.argv[1] });
  `;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, outdir], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, HOME: `${outdir}-home`, TZ },
  });
}

/** Every file of a cloud assembly by its digest. */
function digestsOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [path.slice(folder.length), createHash('sha256').update(readFileSync(path)).digest('hex')];
    }),
  );
}

describe('Two syntheses of the same input', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'churn-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('give the same bytes: template, assets and their names', async () => {
    const [one, other] = [join(folder, 'one'), join(folder, 'another-place')];
    await Promise.all([synthesizeApart(one, 'UTC'), synthesizeApart(other, 'Asia/Kathmandu')]);
    const digests = digestsOf(one);
    expect(Object.keys(digests)).toContain('/AtomSync.template.json');
    expect(Object.keys(digests).filter((path) => path.endsWith('/index.mjs')).length).toBeGreaterThan(3);
    expect(digestsOf(other)).toEqual(digests);
  });
});

describe('Every function', () => {
  const names = readdirSync(join(REPOSITORY, 'functions')).filter((name) => existsSync(functionEntry(name)));

  it('is found', () => {
    expect(names).toEqual(expect.arrayContaining(['admin-api', 'cache-cleanup', 'skill-sync']));
  });

  it.each(names)('%s has a bundle below its limit', (name) => {
    expect(bundle(functionEntry(name)).startBytes).toBeLessThan(maxBundleBytes(name));
  });
});
