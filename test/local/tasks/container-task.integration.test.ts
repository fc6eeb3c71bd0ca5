import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type ContainerTaskOptions,
  createContainerTask,
  type TaskDefinition,
} from '#local/tasks/container-task.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { WAIT } from '#test/wait-limit.ts';

/** Stays until SIGTERM, and says so. */
const STAYS = `const staying = setInterval(() => {}, 1000);
  process.on('SIGTERM', () => { clearInterval(staying); console.log('stopped cleanly'); });
  console.log('pid ' + process.pid);`;

function define(code: string, overrides: Partial<TaskDefinition> = {}): TaskDefinition {
  const codeDir = temporaryDirectory();
  writeFileSync(join(codeDir, 'index.mjs'), code);
  const definition = { name: 'feed', codeDir, environment: {}, volumes: ['/tmp'], memoryMb: 256 };
  return { ...definition, stopTimeoutMs: 10_000, count: 1, ...overrides };
}

function run(definition: TaskDefinition, options: Partial<ContainerTaskOptions> = {}) {
  const volumesDir = temporaryDirectory();
  const trouble: string[] = [];
  let output = '';
  const task = createContainerTask({
    definition,
    environment: () => definition.environment,
    volumesDir,
    onOutput: (text) => (output += text),
    onTrouble: (message) => trouble.push(message),
    restartDelayMs: 5,
    ...options,
  });
  onTestFinished(task.stop);
  task.start();
  const until = (text: string | RegExp) => vi.waitFor(() => expect(output).toMatch(text), WAIT);
  const pid = () => Number(/pid (\d+)/.exec(output)?.[1]);
  return { task, trouble, volumesDir, output: () => output, until, pid };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('Local container task', () => {
  it('runs the bundle in its own environment, as if it had been started by itself', async () => {
    // Prepare
    process.env.ATOM_SYNC_TEST_LEAK = 'parent';
    onTestFinished(() => void delete process.env.ATOM_SYNC_TEST_LEAK);
    const environment = { MINE: 'template', HEALTH: '/tmp/health', ELSEWHERE: '/tmpfile' };
    const definition = define(
      `console.log(JSON.stringify({ env: process.env, argv: process.argv.slice(1), cwd: process.cwd() }));
       setInterval(() => {}, 1000); console.error('to stderr');`,
      { environment },
    );

    // Act
    const { output, until, volumesDir } = run(definition);
    await until('to stderr');

    // Assess
    const told = JSON.parse(
      output()
        .split('\n')
        .find((line) => line.startsWith('{'))!,
    );
    expect(told).toEqual({
      env: { ...environment, HEALTH: join(volumesDir, 'tmp/health') },
      argv: [join(definition.codeDir, 'index.mjs')],
      cwd: definition.codeDir,
    });
  });

  it('gives it an empty volume at each start, and starts it again when it ends', async () => {
    // Prepare
    const definition = define(
      `import { existsSync, writeFileSync } from 'node:fs';
       console.log('found ' + existsSync(process.env.FILE));
       writeFileSync(process.env.FILE, '');
       process.exit(3);`,
      { environment: { FILE: '/tmp/file' } },
    );

    // Act
    const { output, trouble } = run(definition);
    await vi.waitFor(() => expect(trouble.length).toBeGreaterThanOrEqual(3), WAIT);

    // Assess
    expect(output()).toMatch(/^(found false\n){3}/);
    expect(trouble.slice(0, 3)).toEqual([
      'ended by itself (exit code 3); it starts again in 0.005 s',
      'ended by itself (exit code 3); it starts again in 0.01 s',
      'ended by itself (exit code 3); it starts again in 0.02 s',
    ]);
  });

  it('says that its volume can not be made, and tries again', async () => {
    // Prepare
    const volumesDir = join(temporaryDirectory(), 'volumes');
    writeFileSync(volumesDir, 'in the way');

    // Act
    const { trouble, until } = run(define(STAYS), { volumesDir });
    await vi.waitFor(() => expect(trouble.length).toBeGreaterThanOrEqual(2), WAIT);
    rmSync(volumesDir);

    // Assess
    expect(trouble[0]).toMatch(/^ended by itself \(.*a file is in the way.*\); it starts again in 0.005 s$/);
    await until('pid');
  });

  it('tells it to stop and waits until it has', async () => {
    const { task, output, until, pid, trouble } = run(define(STAYS));
    await until('pid');
    await task.stop();
    expect(output()).toContain('stopped cleanly');
    expect(isAlive(pid())).toBe(false);
    expect(trouble).toEqual([]);
  });

  it('kills it when it does not stop in time', async () => {
    const stubborn = `${STAYS} process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {});`;
    const { task, until, pid } = run(define(stubborn, { stopTimeoutMs: 100 }));
    await until('pid');
    await task.stop();
    expect(isAlive(pid())).toBe(false);
  });

  it('stops while it waits for a restart', async () => {
    const { task, trouble } = run(define('process.exit(1)'), { restartDelayMs: 60_000 });
    await vi.waitFor(() => expect(trouble).toHaveLength(1), WAIT);
    await task.stop();
    expect(trouble).toHaveLength(1);
  });

  it('is out of Control-C’s reach, which is meant for the system around it', async () => {
    const { until, pid } = run(define(STAYS));
    await until('pid');
    // It leads a group of processes of its own; a terminal's signals go to ours.
    expect(isAlive(-pid())).toBe(true);
  });

  it('stops by itself when the system around it was killed', async () => {
    // Prepare
    const said = join(temporaryDirectory(), 'said');
    const { codeDir } = define(
      `import { appendFileSync } from 'node:fs';
       const say = (text) => appendFileSync(${JSON.stringify(said)}, text + '\\n');
       const staying = setInterval(() => console.log('still here'), 10);
       process.on('SIGTERM', () => setTimeout(() => { clearInterval(staying); say('stopped cleanly'); }, 100));
       say('pid ' + process.pid);`,
    );
    const module = join(import.meta.dirname, '../../../local/tasks/container-task.ts');
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { createContainerTask } from ${JSON.stringify(module)};
       createContainerTask({
         definition: { name: 'feed', codeDir: ${JSON.stringify(codeDir)}, volumes: [], memoryMb: 256, stopTimeoutMs: 1 },
         environment: () => ({}), volumesDir: '', onOutput: () => {}, onTrouble: () => {},
       }).start();`,
    ]);
    onTestFinished(() => void parent.kill('SIGKILL'));
    const text = () => (existsSync(said) ? readFileSync(said, 'utf8') : '');
    await vi.waitFor(() => expect(text()).toContain('pid'), WAIT);
    const pid = Number(/pid (\d+)/.exec(text())?.[1]);

    // Act
    parent.kill('SIGKILL');

    // Assess
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), WAIT);
    expect(text()).toContain('stopped cleanly');
  });
});
