import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFunctionLogs } from '#local/function-logs.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('Function: createFunctionLogs', () => {
  it('keeps every line and shows warnings and errors, the same one once in a while', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const shown: string[] = [];
    let now = 0;
    const logs = createFunctionLogs(
      directory,
      (name, line) => shown.push(`${name}: ${line}`),
      () => now,
    );
    const warning = '{"level":"WARN","message":"slow\\nanswer"}\n';

    // Act
    logs.write('fn', '{"level":"INFO","message":"fine"}\nplain text\n{"level":"ERR');
    logs.write('fn', 'OR","message":"run failed","error":{"message":"no token"}}\n');
    logs.write('fn', warning + warning);
    now = 60_000;
    logs.write('fn', warning);
    await logs.close();

    // Assess
    expect(shown).toEqual(['fn: ERROR run failed: no token', 'fn: WARN slow answer', 'fn: WARN slow answer']);
    expect(readFileSync(join(directory, 'fn.log'), 'utf8').trim().split('\n')).toHaveLength(6);
  });
});
