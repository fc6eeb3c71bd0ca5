import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

/** A step of a document: what is run, and what it is said to answer. */
type Step = { readonly path: string; readonly script: string; readonly answer?: string };

const STEPS = ['deployment', 'troubleshooting'].flatMap((name): Step[] => {
  const path = `docs/${name}.md`;
  const blocks = readFileSync(path, 'utf8').matchAll(
    /^```sh run\n([\s\S]*?)^```(?:\n\n```json answer\n([\s\S]*?)^```)?/gm,
  );
  return [...blocks].map(([, script = '', answer]) => ({ path, script, answer }));
});

const hasCurl = ['curl', 'bash'].every((tool) => spawnSync(tool, ['--version']).status === 0);
if (!hasCurl) console.warn('curl or bash is missing: the steps of the operator’s documents are not run');

describe.runIf(hasCurl)('The steps of the operator’s documents', () => {
  let api: Awaited<ReturnType<typeof serveApi>>;
  beforeAll(async () => {
    const { write } = process.stdout;
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest) =>
      /"level"|"_aws"/.test(String(chunk)) ? true : write.call(process.stdout, chunk, ...(rest as [])),
    );
    api = await serveApi();
  });
  afterAll(async () => {
    await api.stop();
    vi.restoreAllMocks();
  });

  it.each(STEPS)('$path: $script', async ({ script, answer }) => {
    const env = { PATH: process.env.PATH, API: api.url, ...api.tokens };
    const { stdout, stderr } = await promisify(execFile)(
      'bash',
      ['--norc', '-euo', 'pipefail', '-c', script],
      { env },
    );
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
