import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startMarketplace } from '#local/marketplace/server.ts';
import { createClosers } from '#local/services/closers.ts';
import { startEcrFront } from './ecr-front.ts';
import { startEmulator } from './emulator.ts';
import { ACCOUNT, REGION } from './emulator-headers.ts';

const ROOT = join(import.meta.dirname, '../..');
const NODE = join(ROOT, 'node_modules/.bin/node');

/** What of the project is not in the workspace: what a developer made, and a git that must not be touched. */
const NOT_LINKED = /^(\.git|\.env(?!\.example$).*|cdk\.out|\.local)$/;

/** What a script answered. */
type Ran = { readonly status: number; readonly output: string };

/** Options of one script. */
export type ShellOptions = {
  /** Added to the environment: settings, or what a document says is set. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the script reads. Default: nothing. */
  readonly input?: string;
};

/**
 * An account of AWS to try commands in: the emulator, a folder that looks like a clone of this project without a
 * `.env`, and an environment in which `aws` and `npx cdk` mean the emulator. Nothing is bootstrapped or deployed yet.
 */
export type Account = {
  /** The address of every service. */
  readonly url: string;
  /** The working directory of scripts. `.env` may be written into it. */
  readonly workspace: string;
  /** The environment of scripts. */
  readonly env: Readonly<Record<string, string>>;
  /** The simulator that the functions reach at `https://api.atomsaas.com`. */
  readonly marketplace: Awaited<ReturnType<typeof startMarketplace>>;
  /** Runs a script with bash (`-e -o pipefail`) in the workspace; standard output and error come together. */
  shell(script: string, options?: ShellOptions): Promise<Ran>;
  /** Ends whatever runs, and removes every file. May be called twice. */
  close(): Promise<void>;
};

/** What an account is made of. */
export type AccountOptions = {
  /** The virtual environment that `test/engines/install-ministack.sh` makes. */
  readonly venv: string;
  /** How many skills the marketplace has. Default 250. */
  readonly skills?: number;
};

/**
 * Opens an account. It costs two seconds; the caller closes it.
 *
 * @example
 * const account = await openAccount({ venv: process.env.MINISTACK_VENV });
 * await account.shell('npx cdk bootstrap && npx cdk deploy');
 * await account.shell('aws cloudformation describe-stacks --stack-name atom-sync');
 * await account.close();
 */
export async function openAccount({ venv, skills = 250 }: AccountOptions): Promise<Account> {
  const { add, closeAll } = createClosers();
  try {
    const folder = mkdtempSync(join(tmpdir(), 'rehearsal-'));
    add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
    const marketplace = await startMarketplace({ skills });
    add(() => marketplace.close());
    const places = makePlaces(folder);
    const PATH = [join(ROOT, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter);
    const common = { PATH, HOME: places.home };
    const emulator = await startEmulator({
      venv,
      folder: places.temporary,
      env: { ...common, ...functionsEnvironment(marketplace.url) },
    });
    add(emulator.close);
    const ecr = await startEcrFront(emulator.url);
    add(ecr.close);
    writeCommands(places.bin, venv);
    const env = {
      ...common,
      ...credentials(emulator.url, ecr.url),
      PATH: [places.bin, common.PATH].join(delimiter),
      TMPDIR: places.temporary,
      CDK_DOCKER: join(places.bin, 'docker'),
      CDK_APP: `${NODE} ${join(import.meta.dirname, 'app.ts')}`,
      CDK_REQUIRE_APPROVAL: 'never',
    };
    const shell: Account['shell'] = (script, options = {}) =>
      runScript(script, options, { env, cwd: places.workspace, add });
    return { url: emulator.url, workspace: places.workspace, env, marketplace, shell, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type Places = Readonly<Record<'workspace' | 'home' | 'temporary' | 'bin', string>>;

function makePlaces(folder: string): Places {
  const [workspace = '', home = '', temporary = '', bin = ''] = ['workspace', 'home', 'tmp', 'bin'].map(
    (name) => {
      mkdirSync(join(folder, name));
      return join(folder, name);
    },
  );
  for (const name of readdirSync(ROOT).filter((one) => !NOT_LINKED.test(one))) {
    symlinkSync(join(ROOT, name), join(workspace, name));
  }
  return { workspace, home, temporary, bin };
}

/** The functions find the marketplace, and their pool's keys, in the emulated account. */
function functionsEnvironment(marketplace: string): Record<string, string> {
  return {
    MINISTACK_REGION: REGION,
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    NODE_OPTIONS: `--import=${join(import.meta.dirname, 'known-hosts.ts')}`,
    REHEARSAL_HOSTS: JSON.stringify({ 'https://api.atomsaas.com': marketplace }),
  };
}

/** Nothing of the machine's own AWS configuration. */
function credentials(url: string, ecr: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ENDPOINT_URL_ECR: ecr,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    CI: 'true',
  };
}

/** `npx`, `aws` and the stand-in for docker. */
function writeCommands(bin: string, venv: string): void {
  const write = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  write('docker', `exec '${NODE}' '${join(import.meta.dirname, 'docker-stand-in.ts')}' "$@"`);
  // npx itself might ask npm's registry. Nobody is there to confirm that the stack may go.
  const npx = `exec '${join(ROOT, 'node_modules/.bin')}'/"$@"`;
  write('npx', `case "$1 $2" in 'cdk destroy') ${npx} --force;; esac\n${npx}`);
  // The AWS CLI 1 has an address of its own for SQS, which no variable moves.
  write('aws', `exec '${join(venv, 'bin/aws')}' --endpoint-url "$AWS_ENDPOINT_URL" "$@"`);
}

type Surroundings = {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly add: (close: () => void) => void;
};

function runScript(
  script: string,
  { env = {}, input = '' }: ShellOptions,
  around: Surroundings,
): Promise<Ran> {
  const child = spawn('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: around.cwd,
    env: { ...around.env, ...env },
    detached: true, // a group of its own, so that all of it can be ended
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    const keep = (chunk: string) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, output }));
    around.add(() => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    });
  });
}
