import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { watchedStack } from '#test/monitoring/watched-stack.ts';

describe('AlarmTopic', () => {
  const { template } = watchedStack({ ATOM_SYNC_ALARM_EMAIL: 'operator@example.com' });
  const policyOf = (type: string, member: string) =>
    Object.values(template.findResources(type)).map((one) => one.Properties[member])[0];

  it('is encrypted with a key of its own that rotates and that alarms may use', () => {
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('Key'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    expect(policyOf('AWS::KMS::Key', 'KeyPolicy').Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
    });
  });

  it('takes messages over TLS only, from alarms of this account', () => {
    const { Statement } = policyOf('AWS::SNS::TopicPolicy', 'PolicyDocument');
    expect(Statement).toHaveLength(2);
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('mails whom the settings name, and nobody when they name nobody', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'operator@example.com',
    });
    watchedStack().template.resourceCountIs('AWS::SNS::Subscription', 0);
  });
});
