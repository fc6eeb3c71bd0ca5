import assert from 'node:assert/strict';
import type { Account } from './account.ts';
import { askAws } from './ask-aws.ts';

/** What the account has, asked of each service itself and not of CloudFormation: names or ids by the resources' type. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/** The call of the AWS CLI, and what of its answer are the names. What belongs to the account or to CDK is left out. */
const CALLS: Readonly<Record<string, readonly [call: string, query: string]>> = {
  'AWS::ApiGatewayV2::Api': ['apigatewayv2 get-apis', 'Items[].Name'],
  'AWS::CloudWatch::Alarm': ['cloudwatch describe-alarms', 'MetricAlarms[].AlarmName'],
  'AWS::Cognito::UserPool': ['cognito-idp list-user-pools --max-results 60', 'UserPools[].Id'],
  'AWS::DynamoDB::Table': ['dynamodb list-tables', 'TableNames'],
  'AWS::EC2::VPC': ['ec2 describe-vpcs', 'Vpcs[?!IsDefault].VpcId'],
  'AWS::ECS::Cluster': ['ecs list-clusters', 'clusterArns'],
  'AWS::IAM::Role': ['iam list-roles', "Roles[?!starts_with(RoleName, 'cdk-')].RoleName"],
  'AWS::Lambda::Function': ['lambda list-functions', 'Functions[].FunctionName'],
  'AWS::Logs::LogGroup': ['logs describe-log-groups', 'logGroups[].logGroupName'],
  'AWS::SNS::Topic': ['sns list-topics', 'Topics[].TopicArn'],
  'AWS::SQS::Queue': ['sqs list-queues', 'QueueUrls'],
  'AWS::Scheduler::Schedule': ['scheduler list-schedules', 'Schedules[].Name'],
  'AWS::Scheduler::ScheduleGroup': [
    'scheduler list-schedule-groups',
    "ScheduleGroups[?Name != 'default'].Name",
  ],
  'AWS::SecretsManager::Secret': ['secretsmanager list-secrets', 'SecretList[].Name'],
};

/** Asks all services, a few at a time. */
export async function takeInventory(account: Account): Promise<Inventory> {
  const found: Record<string, readonly string[]> = {};
  const types = Object.keys(CALLS);
  const askNext = async (): Promise<void> => {
    for (let type = types.shift(); type !== undefined; type = types.shift()) {
      const [call = '', query = ''] = CALLS[type] ?? [];
      found[type] = (await askAws<string[] | null>(account, `${call} --query "${query}"`)) ?? [];
    }
  };
  await Promise.all([askNext(), askNext()]);
  return found;
}

/** What a stack that is no more has left, as docs/deployment.md says, and how it is removed by hand. */
const KEPT: Readonly<Record<string, (name: string) => readonly string[]>> = {
  'AWS::DynamoDB::Table': (name) => [
    `aws dynamodb update-table --table-name ${name} --no-deletion-protection-enabled`,
    `aws dynamodb delete-table --table-name ${name}`,
  ],
  'AWS::Cognito::UserPool': (id) => [
    `aws cognito-idp update-user-pool --user-pool-id ${id} --deletion-protection INACTIVE`,
    `aws cognito-idp delete-user-pool --user-pool-id ${id}`,
  ],
  'AWS::SecretsManager::Secret': (name) => [
    `aws secretsmanager delete-secret --secret-id ${name} --force-delete-without-recovery`,
  ],
  'AWS::Logs::LogGroup': (name) => [`aws logs delete-log-group --log-group-name ${name}`],
};

/** @throws AssertionError when there is anything else */
export function assertOnlyKept(inventory: Inventory): void {
  const others = Object.entries(inventory).filter(([type, names]) => names.length > 0 && !(type in KEPT));
  assert.deepEqual(Object.fromEntries(others), {}, 'not removed');
}

/** Removes what was kept, as a person would: the next stack does not take it over. */
export async function removeKept(account: Account, inventory: Inventory): Promise<void> {
  const commands = Object.entries(inventory).flatMap(([type, names]) =>
    names.flatMap((name) => KEPT[type]?.(name) ?? []),
  );
  const { status, output } = await account.shell(commands.join('\n'));
  assert.equal(status, 0, output);
}

/** `1 × AWS::DynamoDB::Table, …` */
export function describeInventory(inventory: Inventory): string {
  const some = Object.entries(inventory).filter(([, names]) => names.length > 0);
  return some.map(([type, names]) => `${names.length} × ${type}`).join(', ') || 'nothing';
}
