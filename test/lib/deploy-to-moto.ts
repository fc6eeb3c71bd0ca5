import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Synthesized, Template, TemplateResource } from '#lib/synthesize.ts';
import { createResolver } from '#local/template/template.ts';
import { fitForMoto } from './fit-for-moto.ts';
import { MOTO_ACCOUNT, MOTO_REGION, type MotoAccount, type StackResource } from './moto-account.ts';

export const STACK = 'atom-sync';
export const ACCESS = { region: MOTO_REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

/** A stack at moto. */
export type Deployed = {
  readonly resources: ReadonlyMap<string, StackResource>;
  /** What was left out altogether: neither moto's CloudFormation makes it, nor did this by a call of its own. */
  readonly leftOut: ReadonlyMap<string, string>;
  /** The template with what was left out taken away. */
  readonly template: Template;
  /** Placeholders and what stands for them. */
  readonly known: Readonly<Record<string, string>>;
};

/**
 * Deploys a stack as `cdk deploy` does, as far as moto goes: the bundles into the assets' bucket, then the template.
 * Secrets, schedule groups and schedules, which moto's CloudFormation doesn't make, are made by their services' own
 * calls from the very properties of the template.
 */
export async function deployToMoto(
  url: string,
  account: MotoAccount,
  synthesized: Synthesized,
): Promise<Deployed> {
  const { template } = synthesized;
  await uploadAssets(account, synthesized);
  const known = { ...(await createSecrets(url, template)), ...(await createScheduleGroups(url, template)) };
  const fitted = fitForMoto(template, known);
  await account.createStack(STACK, fitted.template);
  const resources = await account.resources(STACK);
  const schedules = await createSchedules(url, template, { resources, known });
  const made = new Set([...Object.keys(known), ...schedules]);
  const leftOut = new Map([...fitted.leftOut].filter(([id]) => !made.has(id)));
  return { resources, leftOut, template: fitted.template, known };
}

/**
 * moto keeps a function's code as it is and unpacks it only to run it, so the modules of a bundle go up behind one another,
 * without being zipped.
 */
export async function uploadAssets(
  account: MotoAccount,
  { template, assetsDir }: Synthesized,
): Promise<void> {
  for (const { Properties, Metadata } of ofType(template, 'AWS::Lambda::Function')) {
    const { S3Key } = (Properties?.Code ?? {}) as { S3Key?: string };
    const folder = Metadata?.['aws:asset:path'];
    if (S3Key === undefined || typeof folder !== 'string') continue;
    const files = readdirSync(join(assetsDir, folder)).map((file) =>
      readFileSync(join(assetsDir, folder, file)),
    );
    const bucket = `cdk-hnb659fds-assets-${MOTO_ACCOUNT}-${MOTO_REGION}`;
    await account.putObject(bucket, S3Key, Buffer.concat(files));
  }
}

async function createSecrets(url: string, template: Template): Promise<Record<string, string>> {
  const client = new SecretsManagerClient({ ...ACCESS, endpoint: url });
  const arns: Record<string, string> = {};
  for (const { id, Properties = {} } of ofType(template, 'AWS::SecretsManager::Secret')) {
    const { SecretStringTemplate, GenerateStringKey } = Properties.GenerateSecretString as Record<
      string,
      string
    >;
    const SecretString = JSON.stringify({
      ...JSON.parse(SecretStringTemplate ?? '{}'),
      [GenerateStringKey ?? '']: 'x',
    });
    const Description = String(Properties.Description);
    const { ARN } = await client.send(
      new CreateSecretCommand({ Name: `${STACK}-${id}`, Description, SecretString }),
    );
    arns[id] = String(ARN);
  }
  client.destroy();
  return arns;
}

async function createScheduleGroups(url: string, template: Template): Promise<Record<string, string>> {
  const client = new SchedulerClient({ ...ACCESS, endpoint: url });
  const arns: Record<string, string> = {};
  for (const { id, Properties } of ofType(template, 'AWS::Scheduler::ScheduleGroup')) {
    const Name = String(Properties?.Name);
    const { ScheduleGroupArn } = await client.send(new CreateScheduleGroupCommand({ Name }));
    arns[id] = String(ScheduleGroupArn);
  }
  client.destroy();
  return arns;
}

type Made = Pick<Deployed, 'resources' | 'known'>;

/** @returns the logical ids of what was made */
async function createSchedules(url: string, template: Template, made: Made): Promise<string[]> {
  const client = new SchedulerClient({ ...ACCESS, endpoint: url });
  const pseudo = { region: MOTO_REGION, accountId: MOTO_ACCOUNT, stackName: STACK };
  const { resolve } = createResolver(template, pseudo, {
    ref: (id) => refOf(template, made, id),
    attribute: (id) => arnOf(made, id),
  });
  const schedules = ofType(template, 'AWS::Scheduler::Schedule');
  for (const { id, Properties } of schedules) {
    const input = resolve(Properties, id) as CreateScheduleCommandInput;
    await client.send(new CreateScheduleCommand(input));
  }
  client.destroy();
  return schedules.map(({ id }) => id);
}

function refOf(template: Template, { resources, known }: Made, id: string): string | undefined {
  const name = template.Resources[id]?.Properties?.Name;
  return typeof name === 'string' ? name : (known[id] ?? resources.get(id)?.physicalId);
}

/** The ARN of what a schedule names: a function, a role, a queue. */
function arnOf({ resources, known }: Made, id: string): string | undefined {
  const { type, physicalId = '' } = resources.get(id) ?? {};
  const name = physicalId.split('/').at(-1) ?? '';
  const place = `${MOTO_REGION}:${MOTO_ACCOUNT}`;
  if (type === 'AWS::Lambda::Function') return `arn:aws:lambda:${place}:function:${name}`;
  if (type === 'AWS::SQS::Queue') return `arn:aws:sqs:${place}:${name}`;
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${MOTO_ACCOUNT}:role/${name}`;
  return known[id];
}

/** The resources of a type, each with its logical id. */
export function ofType(template: Template, type: string): (TemplateResource & { readonly id: string })[] {
  return Object.entries(template.Resources).flatMap(([id, one]) =>
    one.Type === type ? [{ ...one, id }] : [],
  );
}
