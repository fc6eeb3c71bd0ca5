import { Match } from 'aws-cdk-lib/assertions';
import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { asArray, idOf, statements, testStack, testTemplate } from './test-stack.ts';

const VARIANTS = {
  'the defaults': {},
  'another issuer and CORS': {
    ATOM_SYNC_JWT_ISSUER: 'https://login.example.com',
    ATOM_SYNC_JWT_AUDIENCE: 'atom',
    ATOM_SYNC_CORS_ORIGINS: 'https://app.example.com',
  },
  'machines, the level in another claim': {
    ATOM_SYNC_MACHINE_CLIENTS: 'prometheus:SUPERVISED,agent-1:INTERN',
    ATOM_SYNC_JWT_LEVELS_CLAIM: 'realm_access.roles',
  },
  'no scheduler': { ENABLE_SCHEDULER: 'false' },
  'alarms by mail': { ATOM_SYNC_ALARM_EMAIL: 'operator@example.com' },
  'a VPC that is there already': {
    ATOM_SYNC_VPC_ID: 'vpc-0123456789abcdef0',
    ATOM_SYNC_SUBNET_IDS: 'subnet-0123456789abcdef0',
  },
  'support tickets': { ZENDESK_SUBDOMAIN: 'acme', TICKET_WEBHOOK_URL: 'https://hooks.example.com' },
  'support tickets at night only, by token': {
    ZENDESK_API_URL: 'https://acme.zendesk.com',
    ZENDESK_AUTH: 'token',
    TICKET_SYNC_INTERVAL_MINUTES: '0',
    ENABLE_SCHEDULER: 'false',
  },
  'nothing enabled': { ENABLE_SCHEDULER: 'false', ATOM_SAAS_ENABLED: 'false' },
};

describe('AtomSyncStack', () => {
  const template = testTemplate();

  it.each(Object.entries(VARIANTS))('satisfies cdk-nag with %s', (_, env) => {
    const { app } = testStack(env);
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  it('stops synthesis when cdk-nag finds something', () => {
    const { app, stack } = testStack();
    const bare = stack.node.findChild('UploadQueues').node.findChild('DeadLetters');
    bare.node.tryRemoveChild('Policy');
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS4/);
  });

  it('knows neither an account nor a region', () => {
    const { stack } = testStack();
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
  });

  it('takes its name from the settings', () => {
    expect(testStack({ ATOM_SYNC_STACK_NAME: 'atom-eu' }).stack.stackName).toBe('atom-eu');
  });

  it('says where to find what it made', () => {
    const ref = (type: string, prefix = '') => ({ Value: { Ref: idOf(template, type, prefix) } });
    expect(template.toJSON().Outputs).toEqual({
      Version: { Value: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      ApiUrl: { Value: { 'Fn::GetAtt': [idOf(template, 'AWS::ApiGatewayV2::Api', ''), 'ApiEndpoint'] } },
      TableName: ref('AWS::DynamoDB::Table'),
      TokenSecretArn: ref('AWS::SecretsManager::Secret'),
      UploadsQueueUrl: ref('AWS::SQS::Queue', 'UploadQueuesUploads'),
      DeadLettersQueueUrl: ref('AWS::SQS::Queue', 'UploadQueuesDeadLetters'),
      MissedInvocationsQueueUrl: ref('AWS::SQS::Queue', 'MissedInvocations'),
      AlarmTopicArn: ref('AWS::SNS::Topic'),
      UserPoolId: ref('AWS::Cognito::UserPool'),
      UserPoolClientId: ref('AWS::Cognito::UserPoolClient'),
      TokenUrl: { Value: expect.anything() },
      MachineClients: { Value: '{}' },
      Settings: { Value: expect.stringContaining('"ATOM_SYNC_STACK_NAME":"atom-sync"') },
    });
  });

  it.each([
    ['without tickets', template],
    ['with tickets', testTemplate(VARIANTS['support tickets'])],
  ])('gives no wildcard but to X-Ray and to the token of the image registry, %s', (_, made) => {
    const wild = statements(made, '').filter(
      (one) =>
        asArray(one.Action).some((action) => action.includes('*')) ||
        JSON.stringify(one.Resource).includes('*'),
    );
    expect(wild).not.toEqual([]);
    const harmless = [['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], 'ecr:GetAuthorizationToken'];
    for (const { Action, ...rest } of wild) {
      expect(harmless).toContainEqual(Action);
      expect(rest).toEqual({ Effect: 'Allow', Resource: '*' });
    }
  });

  it('gives its own roles no managed policy', () => {
    for (const [id, role] of Object.entries(template.findResources('AWS::IAM::Role'))) {
      // CDK's own function behind Custom::Trigger, which runs for a second in each deployment.
      if (id.startsWith('AWSCDKTrigger')) continue;
      expect(role.Properties.ManagedPolicyArns, id).toBeUndefined();
    }
  });

  it('is the same each time', () => {
    expect(testTemplate().toJSON()).toEqual(testTemplate().toJSON());
  });

  it('lets API Gateway alone call the API function, and Secrets Manager the rotation', () => {
    template.resourceCountIs('AWS::Lambda::Permission', 2);
    for (const Principal of ['apigateway.amazonaws.com', 'secretsmanager.amazonaws.com']) {
      template.hasResourceProperties('AWS::Lambda::Permission', { Principal, SourceArn: Match.anyValue() });
    }
  });
});
