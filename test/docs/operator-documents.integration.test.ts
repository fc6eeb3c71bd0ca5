import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canRunScripts, withServedApi } from './run-scripts.ts';

/** A step of a document: what is run, and what it is said to answer. */
type Step = { readonly path: string; readonly script: string; readonly answer?: string };

const STEPS = ['deployment', 'troubleshooting'].flatMap((name): Step[] => {
  const path = `docs/${name}.md`;
  const blocks = readFileSync(path, 'utf8').matchAll(
    /^```sh run\n([\s\S]*?)^```(?:\n\n```json answer\n([\s\S]*?)^```)?/gm,
  );
  return [...blocks].map(([, script = '', answer]) => ({ path, script, answer }));
});

describe.runIf(canRunScripts('the operator’s documents'))('The steps of the operator’s documents', () => {
  const run = withServedApi();

  it.each(STEPS)('$path: $script', async ({ script, answer }) => {
    const { stdout, stderr } = await run(script);
    expect(stdout).not.toBe('');
    expect(stderr).toBe('');
    if (answer !== undefined) expect(fieldsOf(JSON.parse(stdout))).toEqual(fieldsOf(JSON.parse(answer)));
  });

  it('are there', () => {
    expect(STEPS.filter(({ answer }) => answer !== undefined).length).toBeGreaterThanOrEqual(6);
  });
});

/** An answer with its values taken out: fields and types; of a list, what its first element has. Null fits anything. */
function fieldsOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(fieldsOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, inner]) => [name, inner === null ? expect.anything() : fieldsOf(inner)]),
  );
}
