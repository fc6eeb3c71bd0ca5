import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Template } from '#lib/synthesize.ts';
import { startEmulator } from '#test/rehearsal/emulator.ts';
import { ACCOUNT, REGION } from '#test/rehearsal/emulator-headers.ts';
import { fitForEmulator } from './fit-for-emulator.ts';
import { startShell } from './shell-session.ts';

const STACK = 'atom-sync';

/** AWS as an independent emulator has it, with the stack in it, and the AWS CLI that speaks to it. */
export type EmulatedAws = {
  /** The environment of a shell in which `aws` reaches the emulator. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
};

/** Why the commands can't be tried here, in one line; undefined when they can. */
export function emulatedAwsIsMissing(): string | undefined {
  const { MINISTACK_VENV: venv = '' } = process.env;
  if (venv !== '' && ['python', 'aws'].every((program) => existsSync(join(venv, 'bin', program))))
    return undefined;
  return 'MINISTACK_VENV names no folder with ministack and the AWS CLI (test/engines/install-ministack.sh <folder> makes one)';
}

/**
 * Starts the emulator and deploys a template to it, with empty functions.
 *
 * @throws Error when the emulator does not start, or the stack does not come up
 */
export async function startEmulatedAws(template: Template): Promise<EmulatedAws> {
  const { MINISTACK_VENV: venv = '', PATH = '' } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'emulated-aws-'));
  // Calls that nobody signs, as those for a second factor, are of its own account.
  const emulator = await startEmulator({
    venv,
    folder,
    env: { PATH, MINISTACK_HOST: '127.0.0.1', MINISTACK_ACCOUNT_ID: ACCOUNT },
  });
  const stop = async () => {
    await emulator.close();
    rmSync(folder, { recursive: true });
  };
  try {
    const env = environmentOf(folder, venv, emulator.url);
    await deploy(folder, env, fitForEmulator(template));
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * `aws` and `npx` are scripts here: the CLI of PyPI, version 1, knows addresses of its own for SQS, over which only the
 * option wins, and `npx` would look for packages in the folder.
 */
function environmentOf(folder: string, venv: string, url: string): Record<string, string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const scripts = { aws: `"${join(venv, 'bin', 'aws')}" --endpoint-url ${url}`, npx: '' };
  for (const [name, command] of Object.entries(scripts)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
  }
  return {
    PATH: [bin, process.env.PATH ?? ''].join(delimiter),
    HOME: folder,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'test',
    EMULATOR: url,
  };
}

/** Through a bucket, as the template is too large to be sent as a text. */
async function deploy(
  folder: string,
  env: Readonly<Record<string, string>>,
  template: Template,
): Promise<void> {
  const file = join(folder, 'template.json');
  writeFileSync(file, JSON.stringify(template));
  const shell = startShell({ ...env, AWS_DEFAULT_REGION: REGION });
  const { failed, stderr, stdout } = await shell.run(`
    aws s3 mb s3://templates-of-documents >/dev/null
    aws s3 cp --quiet ${file} s3://templates-of-documents/template.json
    aws cloudformation create-stack --stack-name ${STACK} --capabilities CAPABILITY_NAMED_IAM \
      --template-url "$EMULATOR/templates-of-documents/template.json" >/dev/null
    aws cloudformation wait stack-create-complete --stack-name ${STACK} ||
      aws cloudformation describe-stack-events --stack-name ${STACK} --output text \
        --query "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]"`);
  await shell.end();
  if (failed !== undefined || stdout !== '') {
    throw new Error(`The stack did not come up: ${failed} ${stdout} ${stderr}`);
  }
}
