// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own grammar
import { describe, expect, it } from 'vitest';
import type { Template } from '#lib/synthesize.ts';
import { createResourceNames } from '#local/template/resource-names.ts';
import { createResolver } from '#local/template/template.ts';

const PSEUDO = { region: 'us-east-1', accountId: '000000000000', stackName: 'stack' };
const ADDRESSES = { queueUrl: (name: string) => `http://sqs/${name}`, apiUrl: 'http://api' };

const TEMPLATE = {
  Parameters: { BootstrapVersion: { Type: 'String', Default: '/cdk/version' } },
  Conditions: {
    IsLocal: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    IsElsewhere: { 'Fn::Not': [{ Condition: 'IsLocal' }] },
  },
  Resources: {
    Table1: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    Named: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'given' } },
    Queue1: { Type: 'AWS::SQS::Queue' },
    Secret1: { Type: 'AWS::SecretsManager::Secret' },
    Fn1: { Type: 'AWS::Lambda::Function', Metadata: { 'atom-sync:function': 'skill-sync' } },
    Version1: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Fn1' } } },
    Api1: { Type: 'AWS::ApiGatewayV2::Api' },
    Group1: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'group' } },
    Odd: { Type: 'AWS::Odd::Thing' },
  },
  Outputs: {},
} as unknown as Template;

function resolve(value: unknown): unknown {
  const names = createResourceNames(TEMPLATE, PSEUDO, ADDRESSES);
  return createResolver(TEMPLATE, PSEUDO, names).resolve(value, 'Holder');
}

describe('Function: createResolver', () => {
  it.each([
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::StackName' }, 'stack'],
    [{ Ref: 'BootstrapVersion' }, '/cdk/version'],
    [{ Ref: 'Table1' }, 'stack-Table1'],
    [{ Ref: 'Named' }, 'given'],
    [{ Ref: 'Queue1' }, 'http://sqs/stack-Queue1'],
    [{ Ref: 'Fn1' }, 'stack-skill-sync'],
    [{ Ref: 'Version1' }, 'arn:aws:lambda:us-east-1:000000000000:function:stack-skill-sync:1'],
    [{ 'Fn::GetAtt': ['Table1', 'Arn'] }, 'arn:aws:dynamodb:us-east-1:000000000000:table/stack-Table1'],
    [{ 'Fn::GetAtt': ['Queue1', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:stack-Queue1'],
    [{ 'Fn::GetAtt': 'Queue1.QueueName' }, 'stack-Queue1'],
    [{ 'Fn::GetAtt': ['Group1', 'Arn'] }, 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/group'],
    [{ 'Fn::GetAtt': ['Api1', 'ApiEndpoint'] }, 'http://api'],
    [{ 'Fn::Join': ['', ['integrations/', { Ref: 'Named' }]] }, 'integrations/given'],
    [
      { 'Fn::Sub': 'x-${AWS::Region}-${Queue1.QueueName}-${!Literal}' },
      'x-us-east-1-stack-Queue1-${Literal}',
    ],
    [{ 'Fn::Sub': ['${a}/${Named}', { a: { Ref: 'AWS::AccountId' } }] }, '000000000000/given'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    [{ 'Fn::If': ['IsLocal', 'here', { Ref: 'Nothing' }] }, 'here'],
    [{ a: { 'Fn::If': ['IsElsewhere', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
    [
      [1, { Ref: 'AWS::NoValue' }, [{ Ref: 'Named' }]],
      [1, ['given']],
    ],
    [
      { Ref: 'Named', other: 1 },
      { Ref: 'Named', other: 1 },
    ],
    [null, null],
  ])('resolves %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  it('gives a secret the same ARN at every start', () => {
    expect(resolve({ Ref: 'Secret1' })).toMatch(
      /^arn:aws:secretsmanager:us-east-1:000000000000:secret:stack-Secret1-\w{6}$/,
    );
    expect(resolve({ Ref: 'Secret1' })).toBe(resolve({ 'Fn::GetAtt': ['Secret1', 'Arn'] }));
  });

  it.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1] }, /Holder uses Fn::Cidr/],
    [{ Ref: 'Nobody' }, /Holder refers to Nobody/],
    [
      { 'Fn::GetAtt': ['Table1', 'StreamArn'] },
      /Holder needs the attribute StreamArn of Table1 \(AWS::DynamoDB::Table\)/,
    ],
    [{ 'Fn::GetAtt': ['Odd', 'Arn'] }, /Odd/],
    [{ 'Fn::If': ['NoSuch', 1, 2] }, /NoSuch/],
    [{ 'Fn::Join': ['x'] }, /Fn::Join/],
  ])('names the resource when it does not know %j', (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });

  it('names a long logical id by its end, where the hash is', () => {
    // Prepare
    const id = `${'Long'.repeat(20)}A1B2C3D4`;
    const template = { Resources: { [id]: { Type: 'AWS::SQS::Queue' } }, Outputs: {} };

    // Act
    const name = createResourceNames(template, PSEUDO, ADDRESSES).name(id);

    // Assess
    expect(name).toHaveLength(64);
    expect(name).toMatch(/A1B2C3D4$/);
  });
});
