/**
 * The CDK CLI for the emulator: what `npx cdk` is in the rehearsal. Of `deploy`, `diff` and `destroy` the assembly is written by
 * `cdk synth` first, as the CLI itself would do, then fitted to the emulator, and given to the CLI.
 *
 *     node test/rehearsal/cdk.ts deploy --require-approval never
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitAssembly, type Lost } from './fit-assembly.ts';
import { nameOf } from './left-out.ts';

const CDK = join(import.meta.dirname, '../../node_modules/.bin/cdk');

/** Answers the exit status. */
function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(CDK, args, { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}

function tell(lost: Lost): void {
  const count = new Map<string, number>();
  for (const entry of lost.values()) count.set(nameOf(entry), (count.get(nameOf(entry)) ?? 0) + 1);
  for (const [name, times] of count) console.log(`left out: ${times} × ${name}`);
}

const args = process.argv.slice(2);
if (['deploy', 'diff', 'destroy'].includes(args[0] ?? '')) {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  const synthesized = await run(['synth', '--quiet', '--output', folder]);
  if (synthesized !== 0) process.exit(synthesized);
  tell(fitAssembly(folder, { failing: process.env.REHEARSAL_FAILS === 'true' }));
  // Nobody is there to answer whether the stack may go.
  const confirmed = args[0] === 'destroy' ? ['--force'] : [];
  process.exitCode = await run([...args, ...confirmed, '--app', folder]);
} else {
  process.exitCode = await run(args);
}
