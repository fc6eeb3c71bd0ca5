import { describe, expect, it } from 'vitest';
import { COMMAND_DOCUMENTS, commandBlocks } from './command-blocks.ts';
import { canRunScripts, withServedApi } from './run-scripts.ts';

/** The agents' and the runbook's have a test of their own. */
const OTHERS = ['docs/agents.md', 'docs/runbook.md'];

/** The steps that are run on the API. */
const STEPS = COMMAND_DOCUMENTS.filter((path) => !OTHERS.includes(path))
  .flatMap(commandBlocks)
  .filter(({ mode, untried }) => mode === 'run' && untried === undefined);

describe.runIf(canRunScripts('the operator’s documents'))('The steps of the operator’s documents', () => {
  const run = withServedApi();

  it.each(STEPS)('$name', async ({ script, answer }) => {
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
