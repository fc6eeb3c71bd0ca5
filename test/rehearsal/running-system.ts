import assert from 'node:assert/strict';
import type { Run } from '#core/runs/run.ts';
import type { Account } from './account.ts';
import { askAws, readOutputs, readResource, STACK } from './ask-aws.ts';
import { eventually } from './eventually.ts';

const JOB = 'skill-sync-atom-saas';
const READY = { status: 'ready', database: 'connected', schedules: 'registered' };
const PASSWORD = 'A password of 2026, for nobody!';

/** The runs of the skill sync, oldest first. */
async function readRuns(account: Account, table: string): Promise<Pick<Run, 'status' | 'error'>[]> {
  const runs = await askAws<string[]>(
    account,
    `dynamodb query --table-name ${table} --key-condition-expression 'pk = :runs' ` +
      `--expression-attribute-values '{":runs": {"S": "RUNS"}}' --query 'Items[].json.S'`,
  );
  return runs.map((json) => JSON.parse(json) as Run).filter(({ job }) => job === JOB);
}

/** The trigger of the deployment started a run, which left a record, and lines in its log group. */
export async function seeFirstSync(account: Account): Promise<string> {
  const { TableName } = await readOutputs(account);
  const run = await eventually(async () => (await readRuns(account, TableName))[0], 'a record of a run');
  assert.equal(run.error?.code, 'token_unavailable', JSON.stringify(run));
  const group = await readResource(account, 'AWS::Logs::LogGroup', 'SkillSyncFunctionLogs');
  await eventually(async () => {
    const call = `logs filter-log-events --log-group-name ${group} --filter-pattern token_unavailable`;
    const lines = await askAws<string[]>(account, `${call} --query 'events[].message'`);
    return lines.length > 0 ? lines : undefined;
  }, `its lines in ${group}`);
  return 'its record and its log say token_unavailable: there is no token yet';
}

/** What everybody may ask, through API Gateway. */
export async function askApi(account: Account): Promise<string> {
  const { ApiUrl: api } = await readOutputs(account);
  const ready = await account.shell(`curl -sS --fail-with-body ${api}/health/ready`);
  assert.equal(ready.status, 0, ready.output);
  assert.deepEqual(JSON.parse(ready.output), READY);
  const refused = await account.shell(`curl -sS -o /dev/null -w '%{http_code}' ${api}/api/skills`);
  assert.equal(refused.output, '401', 'without a token');
  return `/health/ready ${ready.output.trim()}, without a token 401`;
}

/**
 * A token goes into the secret, an operator signs in and starts a sync by the API, and it fetches the marketplace. The
 * emulator asks for no second factor.
 */
export async function syncWithToken(account: Account): Promise<string> {
  const { TokenSecretArn: secret, ApiUrl, TableName } = await readOutputs(account);
  const put = await account.shell(
    `printf '{"token": "%s"}' "$TOKEN" |
      aws secretsmanager put-secret-value --secret-id ${secret} --secret-string file:///dev/stdin`,
    { env: { TOKEN: account.marketplace.token } },
  );
  assert.equal(put.status, 0, put.output);
  const { status, output } = await account.shell(
    `curl -sS --fail-with-body -X POST -H "Authorization: Bearer $OPERATOR" "$API/api/admin/sync/skills"`,
    { env: { OPERATOR: await signIn(account), API: ApiUrl } },
  );
  assert.equal(status, 0, output);
  await eventually(async () => {
    const last = (await readRuns(account, TableName)).at(-1);
    return last?.status === 'success' ? last : undefined;
  }, 'a run with success');
  const cached = await countSkills(account, TableName);
  assert.equal(cached, account.marketplace.catalog.size);
  return `${cached} skills, by a call of an operator's`;
}

async function signIn(account: Account): Promise<string> {
  const { UserPoolId: pool, UserPoolClientId: client } = await readOutputs(account);
  const user = `--user-pool-id ${pool} --username operator@example.com`;
  const { status, output } = await account.shell(
    `aws cognito-idp admin-create-user ${user} --message-action SUPPRESS --temporary-password "First$PASSWORD" \\
       --user-attributes Name=email,Value=operator@example.com Name=email_verified,Value=true >"$TMPDIR/answer"
     aws cognito-idp admin-set-user-password ${user} --password "$PASSWORD" --permanent
     aws cognito-idp admin-add-user-to-group ${user} --group-name AUTONOMOUS
     jq -n '{USERNAME: "operator@example.com", PASSWORD: env.PASSWORD}' |
       aws cognito-idp admin-initiate-auth --user-pool-id ${pool} --client-id ${client} \\
         --auth-flow ADMIN_USER_PASSWORD_AUTH --auth-parameters file:///dev/stdin \\
         --query AuthenticationResult.IdToken --output text`,
    { env: { PASSWORD } },
  );
  assert.equal(status, 0, output);
  return output.trim();
}

/** The interval of the skill sync's schedule, as the Scheduler has it. */
export function readInterval(account: Account): Promise<string> {
  return askAws(
    account,
    `scheduler get-schedule --group-name ${STACK} --name ${JOB} --query ScheduleExpression`,
  );
}

/** Counts the skills in a table. */
export function countSkills(account: Account, table: string): Promise<number> {
  return askAws(
    account,
    `dynamodb scan --table-name ${table} --filter-expression 'begins_with(pk, :skill)' ` +
      `--expression-attribute-values '{":skill": {"S": "SKILL#"}}' --query Count`,
  );
}
