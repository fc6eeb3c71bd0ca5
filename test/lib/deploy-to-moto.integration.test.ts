import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTableInput, TABLE_SCHEMA } from '#adapters/dynamodb/table/table-schema.ts';
import { createTokenSource } from '#adapters/secrets-manager/token-source.ts';
import { loadSettings, type RawSettings } from '#lib/settings/settings.ts';
import { type Synthesized, synthesize } from '#lib/synthesize.ts';
import { bundleEarly } from '#local/template/early-bundles.ts';
import { digestsOf, seen, version } from '#test/contracts/versions.ts';
import { engineAt } from '#test/engines/dynalite.ts';
import { motoIsMissing, startMoto } from '#test/engines/moto.ts';
import { SILENT, tableStores } from '#test/engines/test-stores.ts';
import { ACCESS, type Deployed, deployToMoto, ofType, STACK, uploadAssets } from './deploy-to-moto.ts';
import { describeLeftOut, fitForMoto } from './fit-for-moto.ts';
import { type MotoAccount, openMotoAccount } from './moto-account.ts';

/** With everything that there can be: the index of the tickets is in the schema that the table is compared with. */
const WITH_TICKETS = { ZENDESK_SUBDOMAIN: 'acme', TICKET_WEBHOOK_URL: 'https://hooks.example.com/atom' };

const missing = motoIsMissing();
if (missing) console.warn(`The stack is not deployed to moto: ${missing}.`);

describe.runIf(missing === undefined)('The stack, deployed to moto', () => {
  let folder: string;
  let moto: Awaited<ReturnType<typeof startMoto>>;
  let account: MotoAccount;
  let synthesized: Synthesized;
  let deployed: Deployed;
  const closers: (() => void)[] = [];

  const synthesizeWith = (env: RawSettings, name: string) =>
    synthesize(loadSettings(env, { dotenv: false }), {
      outdir: join(folder, name),
      ...bundleEarly(join(folder, `${name}-bundles`)),
    });
  const client = <T extends { destroy(): void }>(Client: new (config: object) => T): T => {
    const made = new Client({ ...ACCESS, endpoint: moto?.url });
    closers.push(() => made.destroy());
    return made;
  };
  const idOf = (type: string, prefix = '') => {
    const [found, ...others] = ofType(deployed.template, type).filter(({ id }) => id.startsWith(prefix));
    if (found === undefined || others.length > 0) throw new Error(`no single ${type} starts with ${prefix}`);
    return deployed.resources.get(found.id)?.physicalId ?? '';
  };
  const configurationOf = (FunctionName: string) =>
    client(LambdaClient).send(new GetFunctionConfigurationCommand({ FunctionName }));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'moto-'));
    moto = await startMoto();
    account = openMotoAccount(moto?.url ?? '');
    synthesized = synthesizeWith(WITH_TICKETS, 'first');
    deployed = await deployToMoto(moto?.url ?? '', account, synthesized);
    console.info(
      `moto deploys ${deployed.resources.size} resources; left out: ${describeLeftOut(deployed.leftOut)}`,
    );
  });
  afterAll(async () => {
    for (const close of closers) close();
    await moto?.close();
    rmSync(folder, { recursive: true });
  });

  it('has every resource that moto can make', () => {
    expect([...deployed.resources.keys()].toSorted()).toEqual(
      Object.keys(deployed.template.Resources).toSorted(),
    );
    for (const [id, { type, physicalId }] of deployed.resources) {
      // A permission is a statement in its function's policy; moto gives it no name.
      if (type !== 'AWS::Lambda::Permission') expect(physicalId, id).not.toBe('');
    }
  });

  it('has the table that the adapters are written for, and it works', async () => {
    const engine = engineAt(moto?.url ?? '', async () => undefined);
    const TableName = idOf('AWS::DynamoDB::Table');
    const { Table } = await engine.client.send(new DescribeTableCommand({ TableName }));
    const wanted = createTableInput(TableName);
    expect(Table?.KeySchema).toEqual(wanted.KeySchema);
    expect(Table?.DeletionProtectionEnabled).toBe(true);
    expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST');
    const indexes = Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
      IndexName,
      KeySchema,
      Projection,
    }));
    expect(indexes).toEqual(expect.arrayContaining(wanted.GlobalSecondaryIndexes ?? []));
    expect(indexes).toHaveLength(wanted.GlobalSecondaryIndexes?.length ?? 0);

    const { skills, skillReader } = tableStores({ client: engine.client, name: TableName, log: SILENT });
    await skills.put(version('a', 0), seen(0));
    expect([...(await digestsOf(skills)).keys()]).toEqual(['a']);
    const listed = await skillReader.list({}, 10, undefined, seen(0).now);
    expect(listed.items).toHaveLength(1);
    await engine.stop();
  });

  it('has a time to live that DynamoDB accepts', async () => {
    const engine = engineAt(moto?.url ?? '', async () => undefined);
    const [table] = ofType(deployed.template, 'AWS::DynamoDB::Table');
    const TimeToLiveSpecification = table?.Properties?.TimeToLiveSpecification as TimeToLiveSpecification;
    const TableName = idOf('AWS::DynamoDB::Table');
    // moto's CloudFormation leaves it out, so it is asked for as CloudFormation does.
    await engine.client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const { TimeToLiveDescription } = await engine.client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({
      AttributeName: TABLE_SCHEMA.ttlAttribute,
      TimeToLiveStatus: 'ENABLED',
    });
    await engine.stop();
  });

  it('has queues with their attributes, redriven to the dead letters', async () => {
    const sqs = client(SQSClient);
    const attributesOf = async (QueueUrl: string) =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
    const uploads = await attributesOf(idOf('AWS::SQS::Queue', 'UploadQueuesUploads'));
    const deadLetters = await attributesOf(idOf('AWS::SQS::Queue', 'UploadQueuesDeadLetters'));
    expect(JSON.parse(uploads.RedrivePolicy ?? '{}')).toEqual({
      deadLetterTargetArn: deadLetters.QueueArn,
      maxReceiveCount: 5,
    });
    for (const { id, Properties } of ofType(deployed.template, 'AWS::SQS::Queue')) {
      const attributes = await attributesOf(deployed.resources.get(id)?.physicalId ?? '');
      expect(attributes.SqsManagedSseEnabled, id).toBe('true');
      expect(attributes.VisibilityTimeout, id).toBe(String(Properties?.VisibilityTimeout ?? 30));
    }
  });

  it('has functions with the runtime, memory and environment that they ask for', async () => {
    const own = ofType(deployed.template, 'AWS::Lambda::Function').filter(
      ({ Metadata }) => Metadata?.['atom-sync:function'] !== undefined,
    );
    expect(own.length).toBeGreaterThanOrEqual(3);
    for (const { id, Properties = {} } of own) {
      const configuration = await configurationOf(deployed.resources.get(id)?.physicalId ?? '');
      expect(configuration, id).toMatchObject({
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        MemorySize: Properties.MemorySize,
        Timeout: Properties.Timeout,
      });
      expect(configuration.CodeSize, id).toBeGreaterThan(100_000);
      // With the modules that are loaded only when they are needed.
      expect(configuration.CodeSize, id).toBeLessThan(900_000);
      const { Variables = {} } = configuration.Environment ?? {};
      const asked = Object.keys((Properties.Environment as { Variables: object }).Variables);
      // Whoever delivers webhooks has no table.
      if (asked.includes('TABLE_NAME')) expect(Variables.TABLE_NAME, id).toBe(idOf('AWS::DynamoDB::Table'));
      expect(Object.keys(Variables).toSorted(), id).toEqual(asked.toSorted());
    }
  });

  it('has the token’s secret, without a token in it, under the name that the functions know', async () => {
    const { Environment } = await configurationOf(idOf('AWS::Lambda::Function', 'SkillSync'));
    const secretId = Environment?.Variables?.TOKEN_SECRET_ID ?? '';
    expect(secretId).toMatch(/^arn:aws:secretsmanager:/);
    const token = createTokenSource({
      client: client(SecretsManagerClient),
      secretId,
      now: Date.now,
      log: SILENT,
    });
    await expect(token()).rejects.toThrow(/put-secret-value --secret-id <TokenSecretArn>/);
  });

  it('has the schedules, accepted by Scheduler’s own API', async () => {
    const schedules = ofType(synthesized.template, 'AWS::Scheduler::Schedule');
    expect(schedules.length).toBeGreaterThanOrEqual(2);
    for (const { id, Properties = {} } of schedules) {
      const [Name, GroupName] = [String(Properties.Name), STACK];
      const schedule = await client(SchedulerClient).send(new GetScheduleCommand({ Name, GroupName }));
      expect(schedule, id).toMatchObject({
        ScheduleExpression: Properties.ScheduleExpression,
        State: 'ENABLED',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 1 },
        Target: {
          Arn: expect.stringMatching(/^arn:aws:lambda:/),
          RoleArn: expect.stringMatching(/^arn:aws:iam:/),
          DeadLetterConfig: { Arn: expect.stringMatching(/^arn:aws:sqs:/) },
        },
      });
    }
  });

  it('keeps logs as long as was set', async () => {
    const answer = await account.callJson('logs', 'Logs_20140328.DescribeLogGroups', {});
    const groups = answer.logGroups as { logGroupName: string; retentionInDays?: number }[];
    const own = groups.filter(({ logGroupName }) => !logGroupName.startsWith('/aws/lambda/'));
    expect(own.length).toBeGreaterThanOrEqual(ofType(deployed.template, 'AWS::Logs::LogGroup').length);
    for (const { logGroupName, retentionInDays } of own) expect(retentionInDays, logGroupName).toBe(30);
  });

  it('says where everything is', async () => {
    const outputs = await account.outputs(STACK);
    expect(Object.fromEntries(outputs)).toMatchObject({
      TableName: idOf('AWS::DynamoDB::Table'),
      UploadsQueueUrl: idOf('AWS::SQS::Queue', 'UploadQueuesUploads'),
      DeadLettersQueueUrl: idOf('AWS::SQS::Queue', 'UploadQueuesDeadLetters'),
      TokenSecretArn: expect.stringMatching(/^arn:aws:secretsmanager:/),
    });
  });

  it('takes another setting by an update, without another table', async () => {
    const again = synthesizeWith({ ...WITH_TICKETS, ATOM_SAAS_PAGE_SIZE: '250' }, 'second');
    await uploadAssets(account, again);
    await account.updateStack(STACK, fitForMoto(again.template, deployed.known).template);
    const { Environment } = await configurationOf(idOf('AWS::Lambda::Function', 'SkillSync'));
    expect(Environment?.Variables).toMatchObject({
      ATOM_SAAS_PAGE_SIZE: '250',
      TABLE_NAME: idOf('AWS::DynamoDB::Table'),
    });
    expect([...(await account.resources(STACK)).keys()].toSorted()).toEqual(
      [...deployed.resources.keys()].toSorted(),
    );
  });
});
