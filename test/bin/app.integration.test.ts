import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings, settingsSchema } from '#lib/settings/settings.ts';
import { synthesize } from '#lib/synthesize.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** This process' environment, but without AWS credentials, and each setting hidden that a `.env` file has. */
function cleanEnvironment(extra: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(ATOM_|AWS_|CDK_)/.test(name));
  const hidden = Object.keys(settingsSchema.shape).map((name) => [name, '']);
  return { ...Object.fromEntries([...kept, ...hidden]), HOME: tmpdir(), NODE_OPTIONS: '', ...extra };
}

describe('bin/app.ts', () => {
  let outdir: string;
  beforeAll(() => {
    outdir = mkdtempSync(join(tmpdir(), 'app-'));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  it('says what is wrong with the settings in one message, without a stack', async () => {
    const failed = run(process.execPath, [join(REPOSITORY, 'bin/app.ts')], {
      cwd: outdir,
      env: cleanEnvironment({
        CDK_OUTDIR: outdir,
        ATOM_SAAS_PAGE_SIZE: '0',
        ATOM_SAAS_CACHE_TTL_HOURS: '1e3',
      }),
    });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        '2 settings are wrong:\n' +
        '  ATOM_SAAS_PAGE_SIZE is "0"; it must be a whole number from 1 to 1000.\n' +
        '  ATOM_SAAS_CACHE_TTL_HOURS is "1e3"; it must be a whole number from 1 to 168.\n',
    });
  });

  it('refuses addresses of this computer, which nothing that is deployed reaches', async () => {
    const failed = run(process.execPath, [join(REPOSITORY, 'bin/app.ts')], {
      cwd: outdir,
      env: cleanEnvironment({ CDK_OUTDIR: outdir, ATOM_SAAS_API_URL: 'http://127.0.0.1:3001' }),
    });
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^A setting is wrong:\n {2}ATOM_SAAS_API_URL is on 127\.0\.0\.1, .*\n$/),
    });
  });

  it.each([
    { start: 'bin/app.ts', prefix: '' },
    { start: 'local/main.ts', prefix: "atom-sync can't run: " },
  ])('names everything that is wrong with the .env files, in $start', async ({ start, prefix }) => {
    // Prepare
    const folder = join(outdir, start.replace('/', '-'));
    mkdirSync(folder);
    writeFileSync(
      join(folder, '.env'),
      '\ufeffENABLE_SCHEDULR=false\nATOM_SAAS_PAGE_SIZE=0\nATOM_SYNC_ENV=eu\noops\n',
    );
    writeFileSync(join(folder, '.env.eu'), Buffer.from('ENABLE_SCHEDULER=no\n', 'utf16le'));
    const env = cleanEnvironment({ ATOM_SAAS_CACH_TTL_HOURS: '1' });
    for (const name of ['ENABLE_SCHEDULER', 'ATOM_SAAS_PAGE_SIZE', 'ATOM_SYNC_ENV']) delete env[name];

    // Act
    const failed = run(process.execPath, [join(REPOSITORY, start)], { cwd: folder, env });

    // Assess
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: `${prefix}5 settings are wrong:
  .env line 4 is no setting. Write NAME=value, or # before a comment.
  .env line 1: ENABLE_SCHEDULR is not a setting; did you mean ENABLE_SCHEDULER?
  .env.eu is UTF-16, or no text at all. Save it as UTF-8.
  .env line 2: ATOM_SAAS_PAGE_SIZE is "0"; it must be a whole number from 1 to 1000.
  ATOM_SAAS_CACH_TTL_HOURS is not a setting; did you mean ATOM_SAAS_CACHE_TTL_HOURS?
`,
    });
  });

  it('synthesizes through the CLI what the local run synthesizes by itself', async () => {
    const deployed = join(outdir, 'deployed');
    await run(join(REPOSITORY, 'node_modules/.bin/cdk'), ['synth', '--quiet', '--output', deployed], {
      cwd: REPOSITORY,
      env: cleanEnvironment({}),
    });
    const template = JSON.parse(readFileSync(join(deployed, 'AtomSync.template.json'), 'utf8'));
    const local = synthesize(loadSettings({}, { dotenv: false }), { outdir: join(outdir, 'local') });
    expect(local.template).toEqual(template);
    const withBundle = Object.values(local.template.Resources).filter(
      ({ Type, Metadata }) => Type === 'AWS::ECS::TaskDefinition' || Metadata?.['atom-sync:function'],
    );
    expect(withBundle.map(({ Type }) => Type)).toContain('AWS::ECS::TaskDefinition');
    for (const { Metadata } of withBundle) {
      expect(existsSync(join(local.assetsDir, String(Metadata?.['aws:asset:path']), 'index.mjs'))).toBe(true);
    }
  });
});
