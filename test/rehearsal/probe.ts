import assert from 'node:assert/strict';
import type { Account } from './account.ts';
import { readStack } from './ask-aws.ts';
import { eventually } from './eventually.ts';
import { LEFT_OUT, type LeftOut, nameOf } from './left-out.ts';

/** Creates the smallest resource of each entry of the list: none may come up. */
export async function probeWhatIsLeftOut(account: Account): Promise<string> {
  const known = await Promise.all(
    LEFT_OUT.map(async (entry, index) =>
      (await comesUp(account, entry, `probe-${index}`)) ? [nameOf(entry)] : [],
    ),
  );
  assert.deepEqual(known.flat(), [], 'no longer needed in test/rehearsal/left-out.ts');
  return LEFT_OUT.map((entry) => `${nameOf(entry)} (${entry.reason})`).join('; ');
}

async function comesUp(account: Account, { type, probe }: LeftOut, stack: string): Promise<boolean> {
  const template = JSON.stringify({ Resources: { Probe: { Type: type, ...probe } } });
  const { status } = await account.shell(
    `aws cloudformation create-stack --stack-name ${stack} --template-body "$TEMPLATE"`,
    { env: { TEMPLATE: template } },
  );
  if (status !== 0) return false;
  const end = await eventually(async () => {
    const state = (await readStack(account, stack))?.status ?? '';
    return /_IN_PROGRESS$/.test(state) ? undefined : state;
  }, `the end of ${stack}`);
  return end === 'CREATE_COMPLETE';
}
