import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as lambda from '@aws-sdk/client-lambda';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as sqs from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '#lib/settings/settings.ts';
import { document as api } from '#test/functions/admin-api/http/operations.ts';
import { testTemplate } from '#test/lib/test-stack.ts';
import { WITH_TICKETS } from '#test/monitoring/watched-stack.ts';
import { SETTING_MEANINGS } from './setting-meanings.ts';
import { freshSettingsBlock, settingsBlock } from './settings-table.ts';

const NAMES = ['deployment', 'troubleshooting', 'production-checklist', 'security', 'engines'] as const;
const DOCUMENTS = NAMES.map((name) => ({
  path: `docs/${name}.md`,
  text: readFileSync(`docs/${name}.md`, 'utf8'),
}));
const documentOf = (name: (typeof NAMES)[number]) =>
  DOCUMENTS.find(({ path }) => path === `docs/${name}.md`)?.text ?? '';

/** The commands that nobody can run here, by document. */
const AWS_BLOCKS = DOCUMENTS.flatMap(({ path, text }) =>
  [...text.matchAll(/^```sh aws\n([\s\S]*?)^```/gm)].map(([, script = '']) => ({ path, script })),
);

/** The services whose clients the project has, as the AWS CLI calls them. */
const CLIENTS: Readonly<Record<string, object>> = { dynamodb, lambda, scheduler, secretsmanager, sqs };
/** Of the others the operations that the documents use were looked up once. */
const KNOWN_OPERATIONS = new Set([
  'cloudformation describe-stacks',
  'cloudformation describe-stack-resources',
  'cloudformation list-stack-resources',
  'cloudwatch describe-alarms',
  'cognito-idp admin-add-user-to-group',
  'cognito-idp admin-create-user',
  'cognito-idp admin-initiate-auth',
  'cognito-idp admin-respond-to-auth-challenge',
  'cognito-idp admin-user-global-sign-out',
  'cognito-idp associate-software-token',
  'cognito-idp delete-user-pool',
  'cognito-idp list-users-in-group',
  'cognito-idp update-user-pool',
  'cognito-idp verify-software-token',
  'ecs describe-tasks',
  'logs delete-log-group',
  'logs describe-log-groups',
  'logs tail',
  'sns publish',
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
    for (const [, route = ''] of text.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) \/[\w/{}]+)/g)) {
      if (!others.test(route)) expect(routes).toContain(route);
    }
  });
});

describe('docs/deployment.md', () => {
  const text = documentOf('deployment');

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

describe.each(AWS_BLOCKS)('A command block of $path', ({ script }) => {
  it('is shell', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script });
    expect({ status, stderr: stderr?.toString() }).toEqual({ status: 0, stderr: '' });
  });

  it('asks for outputs that the stack has', () => {
    const outputs = Object.keys(testTemplate(WITH_TICKETS).toJSON().Outputs);
    for (const [, name = ''] of script.matchAll(/\$\(output (\w+)\)/g)) expect(outputs).toContain(name);
  });

  it('calls operations that AWS has', () => {
    for (const [, service = '', operation = ''] of script.matchAll(/\baws ([a-z-]+) ([a-z-]+)/g)) {
      const client = CLIENTS[service];
      if (client === undefined) expect(KNOWN_OPERATIONS).toContain(`${service} ${operation}`);
      else expect(Object.keys(client), `${service} ${operation}`).toContain(commandOf(operation));
    }
  });

  it('runs scripts that the project has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ''] of script.matchAll(/\bnpm run (\w+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

/** `describe-table` is `DescribeTableCommand`. */
function commandOf(operation: string): string {
  return `${operation.replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase())}Command`;
}

/** A heading's anchor, as GitHub makes it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
