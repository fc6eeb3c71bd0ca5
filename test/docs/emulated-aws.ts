import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Template } from '#lib/synthesize.ts';
import { fitForEmulator } from './fit-for-emulator.ts';
import { startShell } from './shell-session.ts';

const START_TIMEOUT_MS = 60_000;
const STARTED = /Running on http/;
const STACK = 'atom-sync';

/** AWS as an independent emulator (ministack) has it, with the stack in it, and the AWS CLI that speaks to it. */
export type EmulatedAws = {
  /** The environment of a shell in which `aws` reaches the emulator. */
  readonly env: Readonly<Record<string, string>>;
  /** What the emulator could not be given of the stack, by its logical id, with its type. */
  readonly leftOut: ReadonlyMap<string, string>;
  stop(): Promise<void>;
};

/** Why the commands can't be tried here, in one line; undefined when they can. */
export function emulatedAwsIsMissing(): string | undefined {
  if (binOf('ministack') !== undefined && binOf('aws') !== undefined) return undefined;
  return 'there is no ministack or no AWS CLI on the PATH nor in the folder of EMULATED_AWS_VENV (test/docs/install-emulated-aws.sh <folder> makes one)';
}

/**
 * Starts the emulator on a free port and deploys a template to it.
 *
 * @throws Error when the emulator does not start, or the stack does not come up
 */
export async function startEmulatedAws(template: Template): Promise<EmulatedAws> {
  const folder = mkdtempSync(join(tmpdir(), 'emulated-aws-'));
  const port = await freePort();
  const emulator = spawn(binOf('ministack') ?? '', [], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
    },
  });
  const ended = new Promise<void>((resolve) => emulator.once('close', () => resolve()));
  const stop = async () => {
    emulator.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  };
  try {
    await started(emulator);
    const env = environmentOf(folder, `http://127.0.0.1:${port}`);
    const { template: fitted, leftOut } = fitForEmulator(template);
    await deploy(folder, env, fitted);
    return { env, leftOut, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where a program is: in the virtual environment, or on the PATH. */
function binOf(program: string): string | undefined {
  const { EMULATED_AWS_VENV, PATH = '' } = process.env;
  const folders = [...(EMULATED_AWS_VENV ? [join(EMULATED_AWS_VENV, 'bin')] : []), ...PATH.split(delimiter)];
  return folders.map((folder) => join(folder, program)).find(existsSync);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

async function started(emulator: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = new Error(`the emulator did not start within ${START_TIMEOUT_MS} ms`);
  const timer = setTimeout(() => reject(late), START_TIMEOUT_MS);
  let said = '';
  const listen = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
    if (STARTED.test(said)) resolve();
  };
  emulator.stdout?.on('data', listen);
  emulator.stderr?.on('data', listen);
  emulator.once('error', reject);
  emulator.once('close', () => reject(new Error(`the emulator ended: ${said}`)));
  await promise.finally(() => clearTimeout(timer));
}

/**
 * `aws` is a script here: the CLI of PyPI, version 1, knows addresses of its own for SQS, over which only the option wins.
 */
function environmentOf(folder: string, url: string): Record<string, string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const aws = `#!/bin/sh\nexec "${binOf('aws')}" --endpoint-url ${url} "$@"\n`;
  writeFileSync(join(bin, 'aws'), aws, { mode: 0o755 });
  return {
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    HOME: folder,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_DEFAULT_REGION: 'us-east-1',
    EMULATOR: url,
  };
}

/** Through the bucket of the CDK, as it is too large to be sent as a text. */
async function deploy(
  folder: string,
  env: Readonly<Record<string, string>>,
  template: Template,
): Promise<void> {
  writeFileSync(join(folder, 'template.json'), JSON.stringify(template));
  const bucket = 'cdk-hnb659fds-assets-000000000000-us-east-1';
  const shell = startShell(env);
  const { failed, stderr, stdout } = await shell.run(`
    aws s3 mb s3://${bucket} >/dev/null
    aws s3 cp --quiet ${join(folder, 'template.json')} s3://${bucket}/template.json
    aws cloudformation create-stack --stack-name ${STACK} --capabilities CAPABILITY_NAMED_IAM \
      --template-url "$EMULATOR/${bucket}/template.json" >/dev/null
    aws cloudformation wait stack-create-complete --stack-name ${STACK} ||
      aws cloudformation describe-stack-events --stack-name ${STACK} \
        --query "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]" --output text
  `);
  await shell.end();
  if (failed !== undefined || stdout !== '')
    throw new Error(`The stack did not come up: ${failed} ${stdout} ${stderr}`);
}
