import { FUNCTION_METADATA_KEY } from '#lib/function-metadata.ts';
import type { Template, TemplateResource } from '#lib/synthesize.ts';
import { secretArn } from '#local/secrets/secret-versions.ts';
import type { Pseudo, References } from './template.ts';

/** The property that names a resource of this type, where the template names it. */
const NAME_PROPERTIES: Record<string, string> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Logs::LogGroup': 'LogGroupName',
};

const ARN_PARTS: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::Table': (name) => `dynamodb:{region}:{account}:table/${name}`,
  'AWS::SQS::Queue': (name) => `sqs:{region}:{account}:${name}`,
  'AWS::Lambda::Function': (name) => `lambda:{region}:{account}:function:${name}`,
  'AWS::Scheduler::ScheduleGroup': (name) => `scheduler:{region}:{account}:schedule-group/${name}`,
  'AWS::SNS::Topic': (name) => `sns:{region}:{account}:${name}`,
  'AWS::IAM::Role': (name) => `iam::{account}:role/${name}`,
  'AWS::Logs::LogGroup': (name) => `logs:{region}:{account}:log-group:${name}:*`,
};

/** The physical names of the template's resources on this computer. */
export type ResourceNames = References & {
  name(logicalId: string): string;
  arn(logicalId: string): string | undefined;
};

/** Addresses that parts of the template stand for. */
export type Addresses = { queueUrl(name: string): string; readonly apiUrl: string };

/**
 * Names resources as CloudFormation would: by the template where it names them, else by the stack and the logical
 * id, so that every start finds the data of the one before. Functions are called after their folder.
 */
export function createResourceNames(template: Template, pseudo: Pseudo, addresses: Addresses): ResourceNames {
  const resourceOf = (id: string): TemplateResource => template.Resources[id] ?? { Type: 'unknown' };
  const name = (id: string) => physicalName(id, resourceOf(id), pseudo.stackName);
  const arn = (id: string): string | undefined => {
    const resource = resourceOf(id);
    if (resource.Type === 'AWS::SecretsManager::Secret')
      return secretArn(name(id), pseudo.region, pseudo.accountId);
    const parts = ARN_PARTS[resource.Type]?.(name(id));
    return (
      parts && `arn:aws:${parts.replace('{region}', pseudo.region).replace('{account}', pseudo.accountId)}`
    );
  };
  const ref = (id: string): string | undefined => {
    const resource = resourceOf(id);
    switch (resource.Type) {
      case 'AWS::SQS::Queue':
        return addresses.queueUrl(name(id));
      case 'AWS::SecretsManager::Secret':
      case 'AWS::SNS::Topic':
        return arn(id);
      case 'AWS::Lambda::Version': {
        const target = (resource.Properties?.FunctionName as { Ref?: string } | undefined)?.Ref;
        return target && `${arn(target)}:1`;
      }
      default:
        return name(id);
    }
  };
  return {
    name,
    arn,
    ref,
    attribute: (id, attribute) => {
      const { Type: type } = resourceOf(id);
      if (attribute === 'Arn' || attribute === 'TopicArn') return arn(id);
      if (type === 'AWS::SQS::Queue' && attribute === 'QueueName') return name(id);
      if (type === 'AWS::EC2::SecurityGroup' && attribute === 'GroupId') return name(id);
      if (type === 'AWS::ApiGatewayV2::Api' && attribute === 'ApiEndpoint') return addresses.apiUrl;
      return undefined;
    },
  };
}

function physicalName(id: string, resource: TemplateResource, stackName: string): string {
  const given = resource.Properties?.[NAME_PROPERTIES[resource.Type] ?? ''];
  if (typeof given === 'string') return given;
  const folder = resource.Metadata?.[FUNCTION_METADATA_KEY];
  if (typeof folder === 'string') return `${stackName}-${folder}`;
  // 64 characters is the shortest limit of the services here (Lambda); the logical id's end is its hash.
  const rest = 64 - stackName.length - 1;
  return `${stackName}-${id.length > rest ? id.slice(-rest) : id}`;
}
