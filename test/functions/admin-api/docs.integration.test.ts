import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canRunScripts, withServedApi } from '#test/docs/run-scripts.ts';
import { operations } from './http/operations.ts';

const text = readFileSync('docs/api.md', 'utf8');
const examples = [...text.matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(([, script = '']) => script);

describe('docs/api.md', () => {
  it('lists every route with its level, and no other', () => {
    const rows = [...text.matchAll(/^\| `((?:GET|PUT|POST|PATCH|DELETE) [^`]+)` +\| (\w+) +\|/gm)];
    expect(Object.fromEntries(rows.map(([, route, level]) => [route, level]))).toEqual(
      Object.fromEntries(operations.map(({ name, level }) => [name, level])),
    );
  });

  it('has an example of every route', () => {
    const calls = examples.join('').replaceAll('\\\n', ' ').split('\n');
    for (const { method, path, name } of operations) {
      const address = new RegExp(`\\$API${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/"?]+')}[?"]`);
      const own = calls.filter((call) => address.test(call));
      const ofMethod = own.filter((call) => (/ -X (\w+)/.exec(call)?.[1] ?? 'GET') === method);
      expect(ofMethod, name).not.toEqual([]);
    }
  });
});

describe.runIf(canRunScripts('docs/api.md'))('The examples of docs/api.md', () => {
  const run = withServedApi();

  it.each(examples.map((script) => ({ script })))('run: $script', async ({ script }) => {
    const { stdout, stderr } = await run(script);
    expect(stdout).not.toBe('');
    expect(stderr.replace(/^curl: \(22\).*\n/m, '')).toBe('');
  });
});
