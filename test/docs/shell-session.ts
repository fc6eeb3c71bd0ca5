import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a script said, and whether a command of it failed. */
export type ScriptResult = {
  readonly stdout: string;
  readonly stderr: string;
  /** The first command that failed without anything in the script expecting it. */
  readonly failed: string | undefined;
};

/** A shell that lives for several scripts, as a reader's does: variables and functions stay. */
export type ShellSession = {
  /** @param typed what the reader types when `read` asks, a line each */
  run(script: string, typed?: readonly string[]): Promise<ScriptResult>;
  end(): Promise<void>;
};

/** For what hangs; a machine that is busy takes seconds for each call of the AWS CLI. */
const TIME_LIMIT_MS = 280_000;
const END_MARK = '__script_ended__';
const FAILURE_MARK = '__command_failed__';

/**
 * Starts a shell in an empty folder.
 *
 * @param env all that its environment has
 */
export function startShell(env: Readonly<Record<string, string>>): ShellSession {
  const folder = mkdtempSync(join(tmpdir(), 'shell-'));
  const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env: { ...env } });
  const ended = once(shell, 'close');
  const said = { stdout: '', stderr: '' };
  let noticed = () => {};
  for (const name of ['stdout', 'stderr'] as const) {
    shell[name].setEncoding('utf8').on('data', (chunk: string) => {
      said[name] += chunk;
      noticed();
    });
  }
  const isDone = () => said.stdout.includes(END_MARK) && said.stderr.includes(END_MARK);
  shell.stdin.write(`set -Eo pipefail\ntrap 'echo "${FAILURE_MARK} $BASH_COMMAND" >&2' ERR\n`);

  const untilDone = async (script: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error(`No end after ${TIME_LIMIT_MS} ms: ${script}`)),
      TIME_LIMIT_MS,
    );
    noticed = () => isDone() && resolve();
    void ended.then(() => reject(new Error(`The shell ended: ${said.stderr}`)));
    noticed();
    await promise.finally(() => clearTimeout(timer));
  };

  return {
    async run(script, typed = []) {
      Object.assign(said, { stdout: '', stderr: '' });
      writeFileSync(join(folder, 'script'), script);
      writeFileSync(join(folder, 'typed'), typed.map((line) => `${line}\n`).join(''));
      shell.stdin.write(`source ./script <./typed\necho ${END_MARK}; echo ${END_MARK} >&2\n`);
      await untilDone(script);
      const lines = said.stderr.replace(`${END_MARK}\n`, '').split('\n');
      const [failed] = lines.filter((line) => line.startsWith(FAILURE_MARK));
      return {
        stdout: said.stdout.replace(`${END_MARK}\n`, ''),
        stderr: lines.filter((line) => !line.startsWith(FAILURE_MARK)).join('\n'),
        failed: failed?.slice(FAILURE_MARK.length + 1),
      };
    },
    async end() {
      shell.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
