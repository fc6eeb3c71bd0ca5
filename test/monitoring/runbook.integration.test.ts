import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canRunScripts, withServedApi } from '#test/docs/run-scripts.ts';

const text = readFileSync('docs/runbook.md', 'utf8');
const examples = [...text.matchAll(/^```sh run\n([\s\S]*?)^```/gm)].map(([, script = '']) => script);

describe.runIf(canRunScripts('docs/runbook.md'))('The calls of docs/runbook.md', () => {
  const run = withServedApi();

  it.each(examples.map((script) => ({ script })))('run: $script', async ({ script }) => {
    const { stdout } = await run(script.replaceAll('curl -sS', 'curl -sS --fail-with-body'));
    // Health checks have a status instead.
    expect(stdout).toMatch(/"success":true|^{"status":"(healthy|ready)"/);
  });
});
