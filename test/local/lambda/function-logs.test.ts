import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFunctionLogs } from '#local/lambda/function-logs.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

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

  it('says once that a log can not be written, and tries again with the next line', async () => {
    // Prepare
    const directory = temporaryDirectory();
    const path = join(directory, 'fn.log');
    symlinkSync('/dev/full', path);
    const shown: string[] = [];
    const waiting: (() => void)[] = [];
    const logs = createFunctionLogs(directory, (name, line) => {
      shown.push(`${name}: ${line}`);
      waiting.shift()?.();
    });
    const warned = () => new Promise<void>((resolve) => waiting.push(resolve));

    // Act
    const first = warned();
    logs.write('fn', 'lost\n');
    await first;
    rmSync(path);
    logs.write('fn', 'kept\n');
    logs.write('fn', 'kept too\n');
    await logs.close();

    // Assess
    expect(shown).toEqual([
      expect.stringMatching(/^fn: WARN its log can't be written: The disk is full: .*fn\.log/),
    ]);
    expect(readFileSync(path, 'utf8')).toBe('kept\nkept too\n');
  });

  it('closes when a log could never be opened', async () => {
    const shown: string[] = [];
    const logs = createFunctionLogs('/dev/null/logs', (_name, line) => shown.push(line));
    logs.write('fn', 'lost\n');
    logs.write('fn', 'lost\n');
    await logs.close();
    expect(shown).toEqual([expect.stringMatching(/^WARN its log can't be written: .* a file is in the way/)]);
  });
});
