import assert from 'node:assert/strict';
import type { Account, ShellOptions } from './account.ts';
import { askAws, readOutputs, readStack, STACK } from './ask-aws.ts';
import { ACCOUNT, REGION } from './emulator-headers.ts';
import { assertOnlyKept, describeInventory, removeKept, takeInventory } from './inventory.ts';
import { LEFT_OUT, nameOf } from './left-out.ts';
import { probeWhatIsLeftOut } from './probe.ts';
import { askApi, countSkills, readInterval, seeFirstSync, syncWithToken } from './running-system.ts';

/** One part of the rehearsal. Each begins with what the one before it left. */
export type Step = {
  readonly name: string;
  /** @returns what was seen, in a few words */
  readonly run: (account: Account) => Promise<string>;
};

const INTERVAL = 'ATOM_SAAS_SYNC_INTERVAL_MINUTES';
const FAILING = { REHEARSAL_FAILS: 'true' };

/** All steps in their order. */
export const STEPS: readonly Step[] = [
  { name: 'what is left out is really unknown to the emulator', run: probeWhatIsLeftOut },
  { name: 'npx cdk bootstrap', run: bootstrap },
  { name: 'a first deployment that fails goes back', run: failFirst },
  { name: 'npx cdk deploy, after the failure', run: deployFirst },
  { name: 'the first sync ran by itself', run: seeFirstSync },
  { name: 'the API answers', run: askApi },
  { name: 'with a token in the secret, a sync fetches the marketplace', run: syncWithToken },
  { name: 'an update deploys', run: (account) => update(account, 20) },
  { name: 'an update that fails goes back, and the API still answers', run: failUpdate },
  { name: 'the next update deploys', run: (account) => update(account, 30) },
  { name: 'npx cdk destroy', run: destroy },
];

async function cdk(account: Account, command: string, options: ShellOptions = {}): Promise<string> {
  const { status, output } = await account.shell(`npx cdk ${command}`, options);
  assert.equal(status, 0, `npx cdk ${command} failed:\n${output}`);
  return output;
}

async function bootstrap(account: Account): Promise<string> {
  await cdk(account, 'bootstrap');
  const version = await askAws<string>(
    account,
    'ssm get-parameter --name /cdk-bootstrap/hnb659fds/version --query Parameter.Value',
  );
  return `version ${version} of CDK's bootstrap stack`;
}

async function failFirst(account: Account): Promise<string> {
  const { status, output } = await account.shell('npx cdk deploy', { env: FAILING });
  assert.notEqual(status, 0, 'the deployment did not fail');
  assert.equal((await readStack(account))?.status, 'ROLLBACK_COMPLETE', output);
  const left = await takeInventory(account);
  assertOnlyKept(left);
  await removeKept(account, left);
  return `left behind, and removed by hand: ${describeInventory(left)}`;
}

async function deployFirst(account: Account): Promise<string> {
  const output = await cdk(account, 'deploy');
  assert.equal((await readStack(account))?.status, 'CREATE_COMPLETE', output);
  const lost = [...output.matchAll(/^left out: (.*)$/gm)].map(([, what]) => what).join(', ');
  for (const entry of LEFT_OUT) {
    assert(
      lost.includes(nameOf(entry)),
      `nothing is a ${nameOf(entry)} any more: test/rehearsal/left-out.ts`,
    );
  }
  const repository = `cdk-hnb659fds-container-assets-${ACCOUNT}-${REGION}`;
  const images = await askAws<string[]>(
    account,
    `ecr describe-images --repository-name ${repository} --query 'imageDetails[].imageTags[0]'`,
  );
  assert.equal(images.length, 1, 'the image of the feed was not published');
  const made = await askAws<number>(
    account,
    `cloudformation list-stack-resources --stack-name ${STACK} --query 'length(StackResourceSummaries)'`,
  );
  return `${made} resources; left out ${lost}`;
}

async function update(account: Account, minutes: number): Promise<string> {
  const output = await cdk(account, 'deploy', { env: { [INTERVAL]: String(minutes) } });
  assert.equal((await readStack(account))?.status, 'UPDATE_COMPLETE', output);
  assert.equal(await readInterval(account), `rate(${minutes} minutes)`);
  return `${INTERVAL}=${minutes}; ${await askApi(account)}`;
}

async function failUpdate(account: Account): Promise<string> {
  const before = await readInterval(account);
  const { TableName } = await readOutputs(account);
  const skills = await countSkills(account, TableName);
  const { status, output } = await account.shell('npx cdk deploy', { env: { ...FAILING, [INTERVAL]: '45' } });
  assert.notEqual(status, 0, 'the update did not fail');
  assert.equal((await readStack(account))?.status, 'UPDATE_ROLLBACK_COMPLETE', output);
  assert.equal(await readInterval(account), before);
  assert.equal(await countSkills(account, TableName), skills);
  return `the schedule is back at ${before}; ${skills} skills; ${await askApi(account)}`;
}

async function destroy(account: Account): Promise<string> {
  await cdk(account, 'destroy');
  assert.equal(await readStack(account), undefined);
  const kept = await takeInventory(account);
  assertOnlyKept(kept);
  for (const type of ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret', 'AWS::Cognito::UserPool']) {
    assert.equal(kept[type]?.length, 1, `${type} was not kept`);
  }
  const [table = ''] = kept['AWS::DynamoDB::Table'] ?? [];
  const skills = await countSkills(account, table);
  assert(skills > 0, `${table} is empty`);
  return `kept: ${describeInventory(kept)}; ${table} with ${skills} skills`;
}
