import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '#core/runs/run.ts';
import type { Account, ShellOptions } from './account.ts';
import { askAws, readOutput, readResource, readStack, STACK } from './ask-aws.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { LEFT_OUT, nameOf } from './left-out.ts';

/** One part of the rehearsal. Each begins with what the one before it left. */
export type Step = {
  readonly name: string;
  /** @returns what was seen, in a few words */
  readonly run: (account: Account) => Promise<string>;
};

const INTERVAL = 'ATOM_SAAS_SYNC_INTERVAL_MINUTES';
const FAILING = { REHEARSAL_FAILS: 'true' };
const WAIT_MS = 30_000;

/** What a destroyed stack leaves, as docs/deployment.md has it. */
const KEPT = new Set([
  'AWS::Cognito::UserPool',
  'AWS::DynamoDB::Table',
  'AWS::Logs::LogGroup',
  'AWS::SecretsManager::Secret',
]);

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

async function probeWhatIsLeftOut(account: Account): Promise<string> {
  const known = await Promise.all(
    LEFT_OUT.map(async (entry, index) => {
      const name = `probe-${index}`;
      const template = JSON.stringify({ Resources: { Probe: { Type: entry.type, ...entry.probe } } });
      const call = `aws cloudformation create-stack --stack-name ${name} --template-body "$TEMPLATE"`;
      const { status } = await account.shell(call, { env: { TEMPLATE: template } });
      if (status !== 0) return [];
      const ended = await eventually(async () => {
        const state = (await readStack(account, name))?.status ?? '';
        return /_IN_PROGRESS$/.test(state) ? undefined : state;
      }, `the end of ${name}`);
      return ended === 'CREATE_COMPLETE' ? [nameOf(entry)] : [];
    }),
  );
  const unneeded = known.flat().join(', ');
  assert.equal(unneeded, '', `no longer needed in test/rehearsal/left-out.ts: ${unneeded}`);
  return LEFT_OUT.map((entry) => `${nameOf(entry)} (${entry.reason})`).join('; ');
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
  const wrong = Object.keys(left).filter((type) => !KEPT.has(type) && (left[type]?.length ?? 0) > 0);
  assert.deepEqual(wrong, [], 'not removed');
  await removeKept(account, left);
  return `left behind, and removed by hand: ${describeInventory(left)}`;
}

/** What a failed first deployment, or a destroyed stack, leaves is removed by hand; the next one would not take it over. */
async function removeKept(account: Account, left: Inventory): Promise<void> {
  const remove = [
    ...(left['AWS::DynamoDB::Table'] ?? []).flatMap((name) => [
      `aws dynamodb update-table --table-name ${name} --no-deletion-protection-enabled`,
      `aws dynamodb delete-table --table-name ${name}`,
    ]),
    ...(left['AWS::Cognito::UserPool'] ?? []).flatMap((id) => [
      `aws cognito-idp update-user-pool --user-pool-id ${id} --deletion-protection INACTIVE`,
      `aws cognito-idp delete-user-pool --user-pool-id ${id}`,
    ]),
    ...(left['AWS::SecretsManager::Secret'] ?? []).map(
      (name) => `aws secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery`,
    ),
    ...(left['AWS::Logs::LogGroup'] ?? []).map(
      (name) => `aws logs delete-log-group --log-group-name ${name}`,
    ),
  ];
  const { status, output } = await account.shell(remove.join('\n'));
  assert.equal(status, 0, output);
}

async function deployFirst(account: Account): Promise<string> {
  const output = await cdk(account, 'deploy');
  assert.equal((await readStack(account))?.status, 'CREATE_COMPLETE', output);
  const lost = output.match(/^left out: .*$/gm)?.join('; ') ?? '';
  for (const entry of LEFT_OUT) {
    assert(
      lost.includes(nameOf(entry)),
      `nothing is a ${nameOf(entry)} any more: test/rehearsal/left-out.ts`,
    );
  }
  const repository = 'cdk-hnb659fds-container-assets-123456789012-us-east-1';
  const images = await askAws<string[]>(
    account,
    `ecr describe-images --repository-name ${repository} --query 'imageDetails[].imageTags[0]'`,
  );
  assert.equal(images.length, 1, 'the image of the feed was not published');
  const made = await askAws<number>(
    account,
    `cloudformation list-stack-resources --stack-name ${STACK} --query 'length(StackResourceSummaries)'`,
  );
  return `${made} resources; ${lost}`;
}

/** The runs of the skill sync, oldest first. */
async function readRuns(account: Account): Promise<Pick<Run, 'status' | 'error'>[]> {
  const table = await readOutput(account, 'TableName');
  const runs = await askAws<string[]>(
    account,
    `dynamodb query --table-name ${table} --key-condition-expression 'pk = :runs' ` +
      `--expression-attribute-values '{":runs": {"S": "RUNS"}}' --query 'Items[].json.S'`,
  );
  return runs.map((json) => JSON.parse(json) as Run).filter(({ job }) => job === 'skill-sync-atom-saas');
}

async function seeFirstSync(account: Account): Promise<string> {
  const run = await eventually(async () => (await readRuns(account))[0], 'a record of a run');
  assert.equal(run.error?.code, 'token_unavailable', JSON.stringify(run));
  const group = await readResource(account, 'AWS::Logs::LogGroup', 'SkillSync');
  const lines = await askAws<string[]>(
    account,
    `logs filter-log-events --log-group-name ${group} --filter-pattern token_unavailable --query 'events[].message'`,
  );
  assert(lines.length > 0, `nothing of it is in the log group ${group}`);
  return 'its record and its log say token_unavailable: there is no token yet';
}

async function askApi(account: Account): Promise<string> {
  const api = await readOutput(account, 'ApiUrl');
  const ready = await account.shell(`curl -sS --fail-with-body ${api}/health/ready`);
  assert.equal(ready.status, 0, ready.output);
  assert.deepEqual(JSON.parse(ready.output), {
    status: 'ready',
    database: 'connected',
    schedules: 'registered',
  });
  const refused = await account.shell(`curl -sS -o /dev/null -w '%{http_code}' ${api}/api/skills`);
  assert.equal(refused.output, '401', 'without a token');
  return `/health/ready: ${ready.output.trim()}; /api/skills without a token: 401`;
}

async function syncWithToken(account: Account): Promise<string> {
  const secret = await readOutput(account, 'TokenSecretArn');
  const put = await account.shell(
    `printf '{"token": "%s"}' "$TOKEN" |
      aws secretsmanager put-secret-value --secret-id ${secret} --secret-string file:///dev/stdin`,
    { env: { TOKEN: account.marketplace.token } },
  );
  assert.equal(put.status, 0, put.output);
  const name = await readResource(account, 'AWS::Lambda::Function', 'SkillSync');
  await askAws(account, `lambda invoke --function-name ${name} --invocation-type Event "$TMPDIR/answer"`);
  await eventually(async () => {
    const last = (await readRuns(account)).at(-1);
    return last?.status === 'success' ? last : undefined;
  }, 'a run with success');
  const cached = await countSkills(account);
  assert.equal(cached, account.marketplace.catalog.size);
  return `${cached} skills`;
}

async function update(account: Account, minutes: number): Promise<string> {
  const output = await cdk(account, 'deploy', { env: { [INTERVAL]: String(minutes) } });
  assert.equal((await readStack(account))?.status, 'UPDATE_COMPLETE', output);
  assert.equal(await readInterval(account), `rate(${minutes} minutes)`);
  return `${INTERVAL}=${minutes}; ${await askApi(account)}`;
}

async function failUpdate(account: Account): Promise<string> {
  const before = await readInterval(account);
  const skills = await countSkills(account);
  const { status, output } = await account.shell('npx cdk deploy', { env: { ...FAILING, [INTERVAL]: '45' } });
  assert.notEqual(status, 0, 'the update did not fail');
  assert.equal((await readStack(account))?.status, 'UPDATE_ROLLBACK_COMPLETE', output);
  assert.equal(await readInterval(account), before);
  assert.equal(await countSkills(account), skills);
  return `the schedule is back at ${before}; ${skills} skills; ${await askApi(account)}`;
}

async function destroy(account: Account): Promise<string> {
  await cdk(account, 'destroy');
  assert.equal(await readStack(account), undefined);
  const kept = await takeInventory(account);
  const [table] = kept['AWS::DynamoDB::Table'] ?? [];
  const { length } = kept['AWS::DynamoDB::Table'] ?? [];
  assert.deepEqual(
    [length, kept['AWS::SecretsManager::Secret']?.length, kept['AWS::Cognito::UserPool']?.length],
    [1, 1, 1],
  );
  const others = Object.keys(kept).filter((type) => !KEPT.has(type) && (kept[type]?.length ?? 0) > 0);
  assert.deepEqual(others, [], 'not removed');
  return `kept: ${describeInventory(kept)}; ${table} with ${await countSkills(account, table)} skills`;
}

function readInterval(account: Account): Promise<string> {
  const call = `scheduler get-schedule --group-name ${STACK} --name skill-sync-atom-saas`;
  return askAws(account, `${call} --query ScheduleExpression`);
}

async function countSkills(account: Account, name?: string): Promise<number> {
  const table = name ?? (await readOutput(account, 'TableName'));
  return askAws(
    account,
    `dynamodb scan --table-name ${table} --filter-expression 'begins_with(pk, :skill)' ` +
      `--expression-attribute-values '{":skill": {"S": "SKILL#"}}' --query Count`,
  );
}

function describeInventory(inventory: Inventory): string {
  const some = Object.entries(inventory).filter(([, names]) => names.length > 0);
  return some.map(([type, names]) => `${names.length} × ${type}`).join(', ') || 'nothing';
}

/** Waits for an answer other than undefined, half a minute at most. */
async function eventually<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  for (const until = Date.now() + WAIT_MS; Date.now() < until; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await sleep(250);
  }
  throw new Error(`waited ${WAIT_MS / 1000} s for ${what}`);
}
