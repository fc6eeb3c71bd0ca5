import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '#lib/synthesize.ts';
import { type Marketplace, startMarketplace } from '#local/marketplace/server.ts';
import { testTemplate } from '#test/lib/test-stack.ts';
import { WITH_TICKETS } from '#test/monitoring/watched-stack.ts';
import { COMMAND_DOCUMENTS, type CommandBlock, commandBlocks } from './command-blocks.ts';
import { type EmulatedAws, emulatedAwsIsMissing, startEmulatedAws } from './emulated-aws.ts';
import { type ScriptResult, type ShellSession, startShell } from './shell-session.ts';

/** What the authenticator app was given. */
let secretOfApp = '';

/** What breaks the CLI's short form, and JSON that is put together by hand. */
const PASSWORD = `Comma, "quote" and 'tick' = 1`;
const TOKEN = 'a-"token", \'quoted\'';

/** The clients of docs/agents.md. */
const WITH_MACHINES = { ATOM_SYNC_MACHINE_CLIENTS: 'prometheus:SUPERVISED,agent-1:INTERN' };

/** What a block needs to be there, what it wants typed, and its effect: a script, and what that then prints. */
type Trial = {
  readonly needs?: string | ((shell: ShellSession) => Promise<unknown>);
  readonly typed?: (before: ScriptResult) => readonly string[];
  readonly effect?: readonly [script: string, prints: string | RegExp];
};

const secretHas = (output: string, value: object): Trial['effect'] => [
  `aws secretsmanager get-secret-value --secret-id "$(output ${output})" --query SecretString --output text | jq -c .`,
  `${JSON.stringify(value)}\n`,
];
const CONCURRENCIES = `for name in $(resources AWS::Lambda::Function); do
  aws lambda get-function-concurrency --function-name "$name" --query ReservedConcurrentExecutions --output text
done | sort | uniq -c | awk '{ print $2 }'
aws ecs describe-services --cluster "$(resources AWS::ECS::Cluster)" --services "$(resources AWS::ECS::Service)" \
  --query 'services[].desiredCount' --output text`;

const SUCCEEDED = { failed: undefined, stderr: '' };

/** What people made, and the marketplace's own field that an edit must not bring back. */
const MADE_BY_PEOPLE = [
  {
    pk: { S: 'SKILL#a skill' },
    sk: { S: 'SKILL' },
    local: { S: '{"name":"An edit","updated_at":"2026-01-01"}' },
  },
  { pk: { S: 'SKILL#a skill' }, sk: { S: 'RATING#dana' }, json: { S: '{"rating":5}' } },
];
const eachMade = (call: string) =>
  MADE_BY_PEOPLE.map((item) => call.replace('ITEM', JSON.stringify(item))).join('\n');
const KEYS = MADE_BY_PEOPLE.map(({ pk, sk }) => JSON.stringify({ pk, sk }));

/**
 * Cognito asks whoever has no second factor yet to set one up; the emulator lets them in. So this challenge, and nothing
 * else, is the test's.
 */
const ASKS_FOR_A_SECOND_FACTOR = `aws() {
  if [ "$2" != admin-initiate-auth ]; then command aws "$@"; return; fi
  jq -c '{ ChallengeName: "MFA_SETUP", Session: ("s" * 20), ChallengeParameters: { USER_ID_FOR_SRP: .USERNAME } }'
}`;

/** The stack's settings name the real marketplace. */
const SENDS_THE_MARKETPLACES_CALLS_TO_THE_SIMULATOR = `curl() {
  command curl "\${@/#https:\\/\\/api.atomsaas.com/$ATOM_SAAS_API_URL}"
}`;

/** Sets up the second factor by the token that the emulator gives out without one. */
async function enrol(shell: ShellSession): Promise<void> {
  const begun = await shell.run(`unset -f aws
    access=$(first_factor | jq -r .AuthenticationResult.AccessToken)
    aws cognito-idp associate-software-token --access-token "$access" --query SecretCode --output text`);
  secretOfApp = begun.stdout.trim();
  const code = oneTimeCode(secretOfApp);
  const ended = await shell.run(
    `aws cognito-idp verify-software-token --access-token "$access" --user-code ${code} --query Status --output text`,
  );
  expect([begun, ended]).toMatchObject([SUCCEEDED, { ...SUCCEEDED, stdout: 'SUCCESS\n' }]);
}

const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

const CLAIMS = `jq -cR 'split(".")[1] | gsub("-"; "+") | gsub("_"; "/") | @base64d | fromjson |
  [.token_use, .["cognito:groups"]]' <<<"$AUTONOMOUS"`;

const TRIALS: Readonly<Record<string, Trial>> = {
  "docs/deployment.md#The marketplace's token 1": {
    typed: () => [TOKEN],
    effect: secretHas('TokenSecretArn', { token: TOKEN }),
  },
  'docs/deployment.md#The first operator 1': {
    typed: () => [PASSWORD],
    effect: [
      `aws cognito-idp admin-get-user --user-pool-id "$pool" --username "$EMAIL" --query UserStatus --output text
      aws cognito-idp admin-list-groups-for-user --user-pool-id "$pool" --username "$EMAIL" --query 'Groups[].GroupName' --output text`,
      'CONFIRMED\nAUTONOMOUS\n',
    ],
  },
  'docs/deployment.md#The first operator 2': { needs: ASKS_FOR_A_SECOND_FACTOR },
  'docs/deployment.md#The first operator 3': {
    typed: ({ stdout }) => [oneTimeCode(stdout.trim())],
    effect: ['jq -r .Status <<<"$answer"', 'SUCCESS\n'],
  },
  'docs/deployment.md#A token for the API 1': {
    needs: enrol,
    typed: () => [oneTimeCode(secretOfApp)],
    effect: [`${CLAIMS}; echo "$API"`, /^\["id",\["AUTONOMOUS"\]\]\nhttp\S+\n$/],
  },
  'docs/deployment.md#A token for the API 2': { effect: [CLAIMS, '["id",["AUTONOMOUS"]]\n'] },
  'docs/deployment.md#Support tickets 2': {
    typed: () => ['the-client', TOKEN, 'the-"key"'],
    effect: secretHas('ZendeskSecretArn', {
      client_id: 'the-client',
      client_secret: TOKEN,
      email: '',
      api_token: '',
    }),
  },
  'docs/deployment.md#Tear down 3': {
    effect: [
      `aws dynamodb list-tables --query "contains(TableNames, '$table')"
      aws cognito-idp list-user-pools --max-results 10 --query 'length(UserPools)'
      aws secretsmanager describe-secret --secret-id "$secret" --query 'DeletedDate != null'
      aws logs describe-log-groups --query "length(logGroups)"`,
      'false\n0\ntrue\n0\n',
    ],
  },
  'docs/token-rotation.md#A token leaked 1': {
    typed: () => [TOKEN],
    effect: secretHas('TokenSecretArn', { token: TOKEN }),
  },
  'docs/environments.md#Several installations 3': {
    effect: [
      'grep -E "^(ATOM_SYNC_STACK_NAME|ENABLE_SCHEDULER)=" .env.recovered',
      'ATOM_SYNC_STACK_NAME="atom-sync"\nENABLE_SCHEDULER="true"\n',
    ],
  },
  'docs/token-rotation.md#By hand 2': {
    needs: `aws secretsmanager put-secret-value --secret-id "$secret" --secret-string '{}' --version-stages AWSPENDING`,
    effect: [
      `aws secretsmanager describe-secret --secret-id "$secret" --query 'VersionIdsToStages.*[]' --output text`,
      /^(?!.*AWSPENDING).*AWSCURRENT/,
    ],
  },
  'docs/agents.md#A client for each agent 2': {
    effect: [
      `aws cognito-idp describe-user-pool-client --user-pool-id "$(output UserPoolId)" --client-id "$CLIENT_ID" \
        --query 'UserPoolClient.[ClientName, AllowedOAuthFlows[0], AllowedOAuthScopes[0]]' --output text
      [ "\${#CLIENT_SECRET}" -gt 20 ] && echo "$TOKEN_URL"`,
      /^agent-1\tclient_credentials\tatom-sync\/INTERN\nhttps:\/\/atom-sync-\S+\/oauth2\/token\n$/,
    ],
  },
  'docs/troubleshooting.md#The API 1': {
    // In base64url the claims need both of its own letters, and padding.
    needs: `AUTONOMOUS=${[{ alg: 'RS256' }, { sub: 'ü?>~~ÿ' }].map(base64Url).join('.')}.signature`,
  },
  'docs/troubleshooting.md#Try the token by hand 1': {
    typed: () => ['simulated-token'],
  },
  'docs/runbook.md#MarketplaceDown 1': { needs: SENDS_THE_MARKETPLACES_CALLS_TO_THE_SIMULATOR },
  'docs/restore.md#Restore beside the live table 1': {
    needs: eachMade(`aws dynamodb put-item --table-name "$(output TableName)" --item 'ITEM'`),
    effect: [`aws dynamodb scan --table-name "$restored" --select COUNT --query Count`, '2\n'],
  },
  'docs/restore.md#What is only there 1': {
    needs: KEYS.map((key) => `aws dynamodb delete-item --table-name "$table" --key '${key}'`).join('\n'),
    effect: ['cat missing.txt', 'SKILL#a skill\tRATING#dana\nSKILL#a skill\tSKILL\n'],
  },
  'docs/restore.md#Copy ratings back 1': {
    effect: [
      `aws dynamodb scan --table-name "$table" --query 'Items[].[sk.S, json.S]' --output text`,
      'RATING#dana\t{"rating":5}\n',
    ],
  },
  'docs/restore.md#Copy edits back 1': {
    effect: ['cat edits.jsonl', '{"id":"a skill","edit":{"name":"An edit"}}\n'],
  },
  'docs/emergency-stop.md#4. Everything 1': { effect: [CONCURRENCIES, '0\n0\n'] },
  'docs/emergency-stop.md#4. Everything 2': { effect: [CONCURRENCIES, 'None\n1\n'] },
  'docs/emergency-stop.md#5. Reading alone 1': {
    effect: [
      `aws iam get-role-policy --role-name "\${role##*/}" --policy-name serve-nothing --query 'PolicyDocument.Statement[].Action[]' --output text`,
      'dynamodb:GetItem\tdynamodb:BatchGetItem\tdynamodb:Query\n',
    ],
  },
  'docs/emergency-stop.md#5. Reading alone 3': {
    effect: [
      `aws iam list-role-policies --role-name "\${role##*/}" --query "contains(PolicyNames, 'serve-nothing')"`,
      'false\n',
    ],
  },
};

const missing = emulatedAwsIsMissing();
if (missing) console.warn(`The documents' commands are not tried on an emulator of AWS: ${missing}.`);

describe.runIf(missing === undefined)(
  'The commands of the operator’s documents, on an emulator of AWS',
  () => {
    let aws: EmulatedAws;
    let marketplace: Marketplace;

    beforeAll(async () => {
      [aws, marketplace] = await Promise.all([
        startEmulatedAws(testTemplate({ ...WITH_TICKETS, ...WITH_MACHINES }).toJSON() as Template),
        startMarketplace({ skills: 5, token: 'simulated-token' }),
      ]);
    });
    afterAll(async () => {
      await aws.stop();
      await marketplace.close();
    });

    describe.each(COMMAND_DOCUMENTS.filter((path) => triedBlocks(path).length > 0))('%s', (path) => {
      const blocks = triedBlocks(path);
      let shell: ShellSession;
      let before: ScriptResult;

      beforeAll(async () => {
        const { url, wsUrl } = marketplace;
        shell = startShell({ ...aws.env, ATOM_SAAS_API_URL: url, ATOM_SAAS_WS_URL: wsUrl });
        // What a person would wait for, nothing here does.
        await shell.run('sleep() { :; }');
        for (const { script } of path.endsWith('/deployment.md') ? [] : preparations())
          await shell.run(script);
      });
      afterAll(() => shell.end());

      it.each(blocks)('$name', async ({ name, script, answer }) => {
        const { needs = '', typed, effect } = TRIALS[name] ?? {};
        if (typeof needs === 'string') expect(await shell.run(needs)).toMatchObject(SUCCEEDED);
        else await needs(shell);
        const result = await shell.run(script, typed?.(before));
        expect(result).toMatchObject(SUCCEEDED);
        if (answer !== undefined) expect(JSON.parse(result.stdout)).toEqual(JSON.parse(answer));
        await expectEffect(shell, effect);
        before = result;
      });
    });

    it('knows every block that something was to be typed for or looked at after', () => {
      const names = COMMAND_DOCUMENTS.flatMap((path) => commandBlocks(path).map(({ name }) => name));
      for (const name of Object.keys(TRIALS)) expect(names).toContain(name);
    });
  },
);

async function expectEffect(shell: ShellSession, [look, prints]: NonNullable<Trial['effect']> = ['', '']) {
  const { stdout, stderr } = await shell.run(look);
  expect(stderr).toBe('');
  if (typeof prints === 'string') expect(stdout).toBe(prints);
  else expect(stdout).toMatch(prints);
}

/** What the AWS CLI, or curl and the simulator, can try. */
function triedBlocks(path: string): CommandBlock[] {
  return commandBlocks(path).filter(
    ({ mode, untried }) => (mode === 'aws' || mode === 'marketplace') && untried === undefined,
  );
}

/** The functions that the documents' commands use. */
function preparations(): CommandBlock[] {
  return commandBlocks('docs/deployment.md').filter(({ section }) => section === 'The shell');
}

/** What an authenticator app shows now (RFC 6238). */
function oneTimeCode(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 0xf;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
