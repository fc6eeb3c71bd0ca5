import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSettings, readSettingsSources, settingsSchema } from '#lib/settings/settings.ts';

describe('readSettingsSources', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (text: string): string => {
    const path = join(folder, '.env');
    writeFileSync(path, text);
    return path;
  };

  it('reads the file and lets the real environment win', () => {
    const dotenv = write('ATOM_SAAS_PAGE_SIZE=7\nATOM_SAAS_CACHE_TTL_HOURS="48" # two days\n');
    const settings = loadSettings({ ATOM_SAAS_PAGE_SIZE: '9' }, { dotenv });
    expect(settings).toMatchObject({ ATOM_SAAS_PAGE_SIZE: 9, ATOM_SAAS_CACHE_TTL_HOURS: 48 });
  });

  it('hides what the file says when the real environment has the empty text', () => {
    const dotenv = write('ATOM_SAAS_PAGE_SIZE=7\n');
    expect(readSettingsSources({ ATOM_SAAS_PAGE_SIZE: '' }, { dotenv }).raw).toEqual({});
  });

  it('reads a file with the line ends of Windows', () => {
    const dotenv = write('ATOM_SAAS_PAGE_SIZE=7\r\nENABLE_SCHEDULER=no\r\n');
    expect(loadSettings({}, { dotenv })).toMatchObject({ ATOM_SAAS_PAGE_SIZE: 7, ENABLE_SCHEDULER: false });
  });

  it('checks what the file says as it checks the environment', () => {
    const dotenv = write('ATOM_SAAS_PAGE_SIZE=0\nATOM_SAAS_PAGESIZE=5\n');
    expect(() => loadSettings({}, { dotenv })).toThrow(/2 settings are wrong/);
  });

  it('goes on without a file, and says so when there is one that it can not read', () => {
    expect(readSettingsSources({}, { dotenv: join(folder, 'none') })).toMatchObject({
      raw: {},
      problems: [],
    });
    mkdirSync(join(folder, 'dir'));
    expect(() => loadSettings({}, { dotenv: join(folder, 'dir') })).toThrow(
      /A setting is wrong:\n {2}The settings file .*dir can't be read \(EISDIR\)\.$/,
    );
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');

  it('shows every setting once, and nothing else', () => {
    const shown = [...text.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    expect(shown.toSorted()).toEqual(Object.keys(settingsSchema.shape).toSorted());
  });

  it('changes nothing when it is copied as it is', () => {
    const dotenv = join(import.meta.dirname, '../../../.env.example');
    expect(loadSettings({}, { dotenv })).toEqual(loadSettings({}, { dotenv: false }));
  });
});
