import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const START_TIMEOUT_MS = 60_000;
const LISTENS = /Running on (http:\/\/127\.0\.0\.1:\d+)/;

/** A running moto: an implementation of AWS's services, in Python, that shares nothing with our stand-ins. */
export type Moto = {
  /** The endpoint of every service; each account that signs a request sees its own state. */
  readonly url: string;
  close(): Promise<void>;
};

/** Why moto can't run here, in one line; undefined when it can. */
export function motoIsMissing(): string | undefined {
  if (findServer() !== undefined) return undefined;
  return 'there is no moto_server on the PATH nor in the folder of MOTO_VENV (test/engines/install-moto.sh <folder> makes one)';
}

/**
 * Starts moto on a free port of this machine, in memory.
 *
 * @returns undefined where moto is not installed; see {@link motoIsMissing}
 * @example
 * const missing = motoIsMissing();
 * if (missing) console.warn(`This is not tried on moto: ${missing}.`);
 * describe.runIf(missing === undefined)('… on moto', () => { beforeAll(async () => { moto = await startMoto(); }); … });
 */
export function startMoto(): Promise<Moto> | undefined {
  const server = findServer();
  return server === undefined ? undefined : start(server);
}

/** `MOTO_VENV`, a virtual environment of Python, goes before the PATH. */
function findServer(): string | undefined {
  const { MOTO_VENV, PATH = '' } = process.env;
  const folders = [...(MOTO_VENV ? [join(MOTO_VENV, 'bin')] : []), ...PATH.split(delimiter)];
  return folders.map((folder) => join(folder, 'moto_server')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function start(server: string): Promise<Moto> {
  const child = spawn(server, ['--host', '127.0.0.1', '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const close = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    return { url: await listening(child), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Resolves with the address that moto says it listens at. What it says later is read too: a full pipe would stop it. */
async function listening(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const late = new Error(`moto did not start within ${START_TIMEOUT_MS} ms`);
  const timer = setTimeout(() => reject(late), START_TIMEOUT_MS);
  let said = '';
  child.once('error', reject);
  child.once('close', () => reject(new Error(`moto ended before it listened: ${said}`)));
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
    const url = LISTENS.exec(said)?.[1];
    if (url !== undefined) resolve(url);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
