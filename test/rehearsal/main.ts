/**
 * `npm run rehearse`: deploys the stack by the real CDK CLI to an emulator of AWS that nobody here wrote, and back. It needs
 * Python 3.10 or later; without it, or without PyPI, it says so and ends well.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Account, openAccount } from './account.ts';
import { STEPS } from './steps.ts';

const INSTALL = join(import.meta.dirname, '../engines/install-ministack.sh');
const VENV = join(import.meta.dirname, '../../node_modules/.cache/ministack');

/** The folder with the emulator, or why there is none. */
function install(): { readonly venv: string } | { readonly missing: string } {
  const venv = process.env.MINISTACK_VENV ?? VENV;
  const { status, stderr, error } = spawnSync(INSTALL, [venv], { encoding: 'utf8' });
  if (status === 0) return { venv };
  const said = (stderr || error?.message || '').trim().split('\n').at(-1);
  return { missing: `ministack, a Python program, can't be installed here (${said})` };
}

async function rehearse(account: Account, stopped: () => boolean): Promise<void> {
  const began = Date.now();
  for (const [index, { name, run }] of STEPS.entries()) {
    const from = Date.now();
    console.log(`${index + 1}/${STEPS.length} ${name}`);
    const seen = await run(account);
    if (stopped()) return;
    console.log(`    ${seen} (${seconds(from)} s)`);
  }
  console.log(`Rehearsed in ${seconds(began)} s.`);
}

const seconds = (from: number) => ((Date.now() - from) / 1000).toFixed(1);

const installed = install();
if ('missing' in installed) {
  console.log(`The deployment is not rehearsed: ${installed.missing}`);
} else {
  let stopped = false;
  let close: Account['close'] | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      stopped = true;
      process.exitCode = 1;
      void close?.();
    });
  }
  const account = await openAccount(installed);
  close = account.close;
  try {
    if (!stopped) await rehearse(account, () => stopped);
  } catch (error) {
    process.exitCode = 1;
    if (!stopped) {
      console.error(error instanceof Error ? error.message : error);
      console.error((await account.shell('tail -n 20 "$TMPDIR/ministack.log" | cut -c1-500')).output);
    }
  } finally {
    await account.close();
  }
}
