import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSources } from '#lib/settings/settings-sources.ts';

const KNOWN = ['ATOM_SYNC_ENV', 'ENABLE_SCHEDULER', 'PORT', 'ATOM_SAAS_API_TOKEN'];

describe('readSources', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes files by their ends: '' is `.env`, '.eu' is `.env.eu`; problems come without the folder. */
  function read(files: Record<string, string>, env: Record<string, string> = {}) {
    const dotenv = join(folder, '.env');
    for (const [end, text] of Object.entries(files)) writeFileSync(`${dotenv}${end}`, text);
    const { raw, places, problems } = readSources(env, KNOWN, { dotenv });
    const short = (text: string) => text.replaceAll(`${folder}/`, '');
    return {
      raw,
      places: Object.fromEntries([...places].map(([name, place]) => [name, short(place)])),
      problems: problems.map(short),
    };
  }

  it('puts the chosen file over .env and the environment over both', () => {
    const files = {
      '': 'PORT=1\nENABLE_SCHEDULER=a\nATOM_SAAS_API_TOKEN=t\n',
      '.eu': '\nPORT=2\nENABLE_SCHEDULER=b\n',
    };
    expect(read(files, { ATOM_SYNC_ENV: 'eu', ENABLE_SCHEDULER: 'c' })).toEqual({
      raw: { PORT: '2', ENABLE_SCHEDULER: 'c', ATOM_SAAS_API_TOKEN: 't', ATOM_SYNC_ENV: 'eu' },
      places: { PORT: '.env.eu line 2', ATOM_SAAS_API_TOKEN: '.env line 3' },
      problems: [],
    });
  });

  it('lets .env itself choose, and the environment choose otherwise or nothing', () => {
    const files = { '': 'ATOM_SYNC_ENV=eu\n', '.eu': 'PORT=2\n', '.us': 'PORT=3\n' };
    expect(read(files).raw).toMatchObject({ PORT: '2' });
    expect(read(files, { ATOM_SYNC_ENV: 'us' }).raw).toMatchObject({ PORT: '3' });
    expect(read(files, { ATOM_SYNC_ENV: '' }).raw).toEqual({});
  });

  it('takes an empty value in the chosen file as not set', () => {
    expect(read({ '': 'PORT=1\n', '.eu': 'PORT=\n' }, { ATOM_SYNC_ENV: 'eu' }).raw).toEqual({
      ATOM_SYNC_ENV: 'eu',
    });
  });

  it('reads the chosen file without a .env', () => {
    expect(read({ '.eu': 'PORT=2\n' }, { ATOM_SYNC_ENV: 'eu' }).raw).toMatchObject({ PORT: '2' });
  });

  it('says that the chosen file is missing, and that it can not choose again', () => {
    expect(read({}, { ATOM_SYNC_ENV: 'eu' }).problems).toEqual([
      'ATOM_SYNC_ENV is "eu", but there is no file .env.eu.',
    ]);
    expect(read({ '.eu': 'ATOM_SYNC_ENV=us\n' }, { ATOM_SYNC_ENV: 'eu' })).toMatchObject({
      raw: { ATOM_SYNC_ENV: 'eu' },
      problems: ['.env.eu line 1: ATOM_SYNC_ENV chooses this file; set it in the environment or in .env.'],
    });
  });

  it.each(['../eu', 'eu/x', '.eu', 'a b', 'x'.repeat(65)])('reads no file for the name %j', (name) => {
    expect(read({ '': 'PORT=1\n' }, { ATOM_SYNC_ENV: name })).toMatchObject({
      raw: { PORT: '1' },
      problems: [],
    });
  });

  it('names what is wrong in both files, with their lines', () => {
    const files = { '': 'ENABLE_SCHEDULR=false\nFOO=1\noops\n', '.eu': 'port=80\nPORT="8\n' };
    expect(read(files, { ATOM_SYNC_ENV: 'eu' })).toEqual({
      raw: { ATOM_SYNC_ENV: 'eu' },
      places: {},
      problems: [
        '.env line 3 is no setting. Write NAME=value, or # before a comment.',
        '.env line 1: ENABLE_SCHEDULR is not a setting; did you mean ENABLE_SCHEDULER?',
        '.env line 2: FOO is not a setting, and not like one (the nearest is PORT): take it out of the file.',
        '.env.eu line 2 sets PORT to a value whose quote (") is not closed on the line.',
        '.env.eu line 1: port is not a setting; did you mean PORT?',
      ],
    });
  });

  it('leaves names alone that other programs look for', () => {
    const names = [
      'ZENDESK_SUBDOMAIN',
      'ANTHROPIC_API_KEY',
      'CLAUDE_MODEL',
      'TICKET_LIMIT',
      'TICKETS_ENABLED',
    ];
    const others = [...names, 'AWS_PROFILE', 'CDK_DOCKER', 'NODE_OPTIONS', 'npm_config_cache'];
    expect(read({ '': others.map((name) => `${name}=x\n`).join('') }).problems).toEqual([]);
  });

  it('shows no part of a token that was broken over two lines', () => {
    const [problem] = read({ '': 'ATOM_SAAS_API_TOKEN=abc\nc2VjcmV0dG9rZW4=\n' }).problems;
    expect(problem).toMatch(/^\.env line 2: \(hidden\) is not a setting/);
  });

  it('says of a file that can not be read what it is', () => {
    mkdirSync(join(folder, '.env.eu'));
    expect(read({}, { ATOM_SYNC_ENV: 'eu' }).problems).toEqual([
      "The settings file .env.eu can't be read (EISDIR).",
    ]);
  });

  it('reads no file where none is wanted', () => {
    const env = { ATOM_SYNC_ENV: 'eu', PORT: '' };
    expect(readSources(env, KNOWN, { dotenv: false }).raw).toEqual({ ATOM_SYNC_ENV: 'eu' });
  });
});
