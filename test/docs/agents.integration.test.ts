import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canRunScripts, withServedApi } from './run-scripts.ts';

const text = readFileSync('docs/agents.md', 'utf8');

/** What runs the examples of a language. Node takes TypeScript as it is. */
const COMMANDS = {
  sh: undefined,
  python: ['python3', '-W', 'error::SyntaxWarning', '-c'],
  ts: [process.execPath, '--input-type=module-typescript', '--eval'],
} as const;
type Language = keyof typeof COMMANDS;

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('python3 is missing: the Python of docs/agents.md is not run');

const examples = [...text.matchAll(/^```(sh|python|ts) run\n([\s\S]*?)^```/gm)].map(
  ([, language, script = '']) => ({ language: language as Language, script }),
);

describe.runIf(canRunScripts('docs/agents.md'))('The examples of docs/agents.md', () => {
  const run = withServedApi();

  it('are in three languages', () => {
    expect(examples.map(({ language }) => language)).toEqual(['sh', 'python', 'ts']);
  });

  it.each(examples.filter(({ language }) => language !== 'python' || hasPython))(
    'get a token, find a skill and rate it: $language',
    async ({ language, script }) => {
      const { stdout, stderr } = await run(script, COMMANDS[language]);

      expect(stderr).toBe('');
      expect(stdout).toContain('pending');
      expect(stdout).toContain('Skill ');
    },
  );

  it('stop where the secret is another one', async () => {
    const [{ script } = { script: '' }] = examples;
    await expect(run(`CLIENT_SECRET=wrong\n${script}`)).rejects.toThrow(/400/);
  });
});
