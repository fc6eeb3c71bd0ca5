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
