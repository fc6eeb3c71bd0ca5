import { describe, expect, it } from 'vitest';
import { REQUEST_WINDOW_KEY } from '#adapters/dynamodb/marketplace/request-window.ts';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

const SCHEDULE = 'AWS::SecretsManager::RotationSchedule';
const OFF = [{ ATOM_SAAS_ENABLED: 'false' }, { ENABLE_SCHEDULER: 'false' }];

describe('TokenRotation', () => {
  const template = testTemplate();
  const fn = idOf(template, 'AWS::Lambda::Function', 'TokenRotationFunction');
  const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', '') };
  const permission = idOf(template, 'AWS::Lambda::Permission', 'TokenRotation');

  it('rotates the secret every 90 days, and not at a deployment', () => {
    template.hasResourceProperties(SCHEDULE, {
      SecretId: secret,
      RotationLambdaARN: { 'Fn::GetAtt': [fn, 'Arn'] },
      RotationRules: { AutomaticallyAfterDays: 90 },
      RotateImmediatelyOnUpdate: false,
    });
  });

  it('follows the setting', () => {
    const changed = testTemplate({ ATOM_SYNC_TOKEN_ROTATION_DAYS: '30' });
    changed.hasResourceProperties(SCHEDULE, { RotationRules: { AutomaticallyAfterDays: 30 } });
    const id = idOf(changed, 'AWS::Lambda::Function', 'TokenRotationFunction');
    expect(changed.toJSON().Resources[id].Properties.Environment.Variables).toMatchObject({
      ATOM_SYNC_TOKEN_ROTATION_DAYS: '30',
    });
  });

  it('makes the schedule after the permission and the policy that its first call needs', () => {
    const policy = idOf(template, 'AWS::IAM::Policy', 'TokenRotationFunctionRole');
    const [schedule] = Object.values(template.findResources(SCHEDULE));
    expect(schedule?.DependsOn).toEqual(expect.arrayContaining([permission, policy]));
  });

  it('lets Secrets Manager alone call the function, on behalf of this secret only', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [fn, 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
      SourceArn: secret,
    });
    const allowed = Object.values(template.findResources('AWS::Lambda::Permission')).filter(
      ({ Properties }) => JSON.stringify(Properties.FunctionName).includes(fn),
    );
    expect(allowed).toHaveLength(1);
  });

  it('lets the function do what a rotation needs, to this secret only', () => {
    const granted = statements(template, 'TokenRotation').filter(({ Action }) =>
      JSON.stringify(Action).includes('secretsmanager:'),
    );
    expect(granted.flatMap(({ Action }) => Action).sort()).toEqual([
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
    for (const { Resource } of granted) expect(Resource).toEqual(secret);
  });

  it('lets the function share the limit of requests, and touch nothing else of the table', () => {
    const granted = statements(template, 'TokenRotation').filter(({ Action }) =>
      JSON.stringify(Action).includes('dynamodb:'),
    );
    expect(granted).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem'],
        Resource: { 'Fn::GetAtt': [idOf(template, 'AWS::DynamoDB::Table', ''), 'Arn'] },
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [REQUEST_WINDOW_KEY.pk] } },
      },
    ]);
  });

  it('tells the function its settings, and no token', () => {
    const { Variables } = template.toJSON().Resources[fn].Properties.Environment;
    expect(Variables).toMatchObject({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      TOKEN_SECRET_ID: secret,
      ATOM_INSTANCE_ID: 'atom-sync',
      ATOM_SAAS_API_URL: 'https://api.atomsaas.com',
      ATOM_SAAS_API_TIMEOUT_SECONDS: '30',
      ATOM_SYNC_TOKEN_ROTATION_DAYS: '90',
    });
    expect(Variables).not.toHaveProperty('ATOM_SAAS_API_TOKEN');
  });

  it.each(OFF)('has no schedule with %o', (env) => {
    testTemplate(env).resourceCountIs(SCHEDULE, 0);
  });

  it('has no function either when the marketplace is off', () => {
    const functions = testTemplate({ ATOM_SAAS_ENABLED: 'false' }).findResources('AWS::Lambda::Function');
    expect(Object.keys(functions).filter((id) => id.startsWith('TokenRotation'))).toEqual([]);
  });
});
