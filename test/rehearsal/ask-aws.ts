import assert from 'node:assert/strict';
import type { Account } from './account.ts';

/** The stack of the settings' default. */
export const STACK = 'atom-sync';

/**
 * Calls the AWS CLI and reads its JSON.
 *
 * @param call all that follows `aws`, as it is typed in a shell
 * @throws AssertionError with what the CLI said when it fails
 */
export async function askAws<T>(account: Account, call: string): Promise<T> {
  const { status, output } = await account.shell(`aws ${call} --output json`);
  assert.equal(status, 0, `aws ${call} failed: ${output}`);
  return output.trim() === '' ? (undefined as T) : JSON.parse(output);
}

const OUTPUTS = ['ApiUrl', 'TableName', 'TokenSecretArn', 'UserPoolId', 'UserPoolClientId'] as const;

/** An output that the rehearsal uses, as the documents do. */
type OutputName = (typeof OUTPUTS)[number];

/** As much of the stack as the steps read. */
export type Stack = { readonly status: string; readonly outputs: Readonly<Record<string, string>> };

/** Undefined where there is no stack, or no longer. */
export async function readStack(account: Account, name: string = STACK): Promise<Stack | undefined> {
  type Answer = {
    readonly StackStatus: string;
    readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
  };
  const { status, output } = await account.shell(
    `aws cloudformation describe-stacks --stack-name ${name} --query 'Stacks[0]' --output json`,
  );
  if (status !== 0) return undefined;
  const { StackStatus, Outputs = [] } = JSON.parse(output) as Answer;
  const outputs = Object.fromEntries(Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  return { status: StackStatus, outputs };
}

/** The outputs of the stack by their names. */
export async function readOutputs(account: Account): Promise<Record<OutputName, string>> {
  const stack = await readStack(account);
  assert(stack, `there is no stack ${STACK}`);
  for (const name of OUTPUTS) assert(stack.outputs[name], `the stack has no output ${name}`);
  return stack.outputs as Record<OutputName, string>;
}

/** The physical id of the first resource of a type whose logical id begins so. */
export async function readResource(account: Account, type: string, begins: string): Promise<string> {
  const where = `?ResourceType=='${type}' && starts_with(LogicalResourceId, '${begins}')`;
  const query = `StackResourceSummaries[${where}].PhysicalResourceId`;
  const call = `cloudformation list-stack-resources --stack-name ${STACK} --query "${query}"`;
  const [found] = await askAws<string[]>(account, call);
  assert(found, `the stack has no ${type} ${begins}`);
  return found;
}
