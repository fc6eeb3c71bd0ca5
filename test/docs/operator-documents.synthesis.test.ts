import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '#lib/settings/settings.ts';
import { document as api } from '#test/functions/admin-api/http/operations.ts';
import { testTemplate } from '#test/lib/test-stack.ts';
import { WITH_TICKETS } from '#test/monitoring/watched-stack.ts';
import { COMMAND_DOCUMENTS, commandBlocks } from './command-blocks.ts';
import { SETTING_MEANINGS } from './setting-meanings.ts';
import { freshSettingsBlock, settingsBlock } from './settings-table.ts';

const DOCUMENTS = [...COMMAND_DOCUMENTS, 'docs/security.md', 'docs/engines.md'].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

/** The commands for an account, by document. */
const AWS_BLOCKS = COMMAND_DOCUMENTS.flatMap(commandBlocks).filter(({ mode }) => mode === 'aws');

/** Operations of what nothing can try, looked up once. All others are called on an emulator. */
const KNOWN_OPERATIONS = new Set([
  'cloudformation delete-stack',
  'cloudformation wait',
  'ecs describe-tasks',
  'ecs list-tasks',
  'service-quotas get-service-quota',
]);

describe('The operator’s documents', () => {
  it.each(DOCUMENTS)('$path links to what is there', ({ path, text }) => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+\.(?:md|json|example))(?:#[^)]*)?\)/g)) {
      expect(existsSync(join(dirname(path), target)), target).toBe(true);
    }
  });

  it.each(DOCUMENTS)('$path links to headings that are there', ({ path, text }) => {
    for (const [, file = '', heading = ''] of text.matchAll(/\]\(([^)#]*)#([^)]+)\)/g)) {
      const target = file === '' ? text : readFileSync(join(dirname(path), file), 'utf8');
      const headings = [...target.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchorOf(title));
      expect(headings, `${file}#${heading}`).toContain(heading);
    }
  });

  it.each(DOCUMENTS)('$path names files that are there', ({ text }) => {
    const paths = [
      ...text.matchAll(/`((?:bench|bin|docs|functions|lib|local|test)\/[\w./-]+)(?: <folder>)?`/g),
    ];
    for (const [, path = ''] of paths) expect(existsSync(path), path).toBe(true);
  });

  it.each(DOCUMENTS)('$path names settings that are there', ({ text }) => {
    const known = [...Object.keys(settingsSchema.shape), ...Object.keys(SETTING_MEANINGS)];
    for (const [name] of text.matchAll(
      /\b(?:ATOM_(?:SAAS|SYNC|INSTANCE)|ZENDESK|TICKETS?|CLAUDE|ANTHROPIC)_[A-Z_]+[A-Z]\b/g,
    ))
      expect(known).toContain(name);
  });

  it.each(DOCUMENTS)('$path names routes that the API has', ({ text }) => {
    const routes = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((verb) => `${verb.toUpperCase()} ${path}`),
    );
    // The marketplace's own.
    const others = /^(GET|POST|PUT|DELETE) \/api\/v1\//;
    for (const [, route = ''] of text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[\w/{}-]+)/g)) {
      if (!others.test(route)) expect(routes).toContain(route);
    }
  });
});

describe('docs/deployment.md', () => {
  const text = readFileSync('docs/deployment.md', 'utf8');

  it('lists every setting as the schema has it (npx node test/docs/write-settings.ts writes it anew)', () => {
    expect(settingsBlock(text)).toBe(freshSettingsBlock());
  });

  it('says what each setting is for', () => {
    for (const name of Object.keys(settingsSchema.shape)) expect(SETTING_MEANINGS[name], name).toBeTruthy();
  });

  it('lists every type of resource that is kept at tear-down, and no other', () => {
    const template = testTemplate().toJSON() as {
      Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
    };
    const kept = Object.values(template.Resources).filter(({ DeletionPolicy }) =>
      DeletionPolicy?.startsWith('Retain'),
    );
    const words: Readonly<Record<string, string>> = {
      'AWS::DynamoDB::Table': 'the table',
      'AWS::SecretsManager::Secret': 'the secret',
      'AWS::Cognito::UserPool': 'the user pool',
      'AWS::Logs::LogGroup': 'the log groups',
    };
    const listed = new Set(kept.map(({ Type }) => words[Type] ?? Type));
    for (const what of listed) expect(text).toMatch(new RegExp(`^\\| ${what}[ ,|]`, 'm'));
    expect(listed.size).toBe(Object.keys(words).length);
  });

  it('has what a month costs', () => {
    expect(text).toMatch(
      /<!-- cost:begin -->[\s\S]*^\| together \|.*\$\d+\.\d\d \| \$\d+\.\d\d \|$[\s\S]*<!-- cost:end -->/m,
    );
  });
});

describe.each(AWS_BLOCKS)('$name', ({ script, untried }) => {
  it('is shell', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script });
    expect({ status, stderr: stderr?.toString() }).toEqual({ status: 0, stderr: '' });
  });

  it('asks for outputs that the stack has', () => {
    const outputs = Object.keys(testTemplate(WITH_TICKETS).toJSON().Outputs);
    for (const [, name = ''] of script.matchAll(/\$\(output (\w+)\)/g)) expect(outputs).toContain(name);
  });

  it('calls operations that AWS has, where nothing tries it', () => {
    const operations = [...script.matchAll(/\baws ([a-z-]+ [a-z-]+)/g)].map(([, operation]) => operation);
    if (untried !== undefined)
      for (const operation of operations) expect(KNOWN_OPERATIONS).toContain(operation);
  });

  it('runs scripts that the project has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ''] of script.matchAll(/\bnpm run (\w+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

/** A heading's anchor, as GitHub makes it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
