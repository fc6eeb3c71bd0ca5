import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

describe('SkillSync', () => {
  const template = testTemplate();
  const fn = idOf(template, 'AWS::Lambda::Function', 'SkillSyncFunction');

  it('tells its function the settings it needs', () => {
    const { Variables } = template.toJSON().Resources[fn].Properties.Environment;
    expect(Variables).toMatchObject({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      TOKEN_SECRET_ID: { Ref: idOf(template, 'AWS::SecretsManager::Secret', '') },
      ATOM_SAAS_ENABLED: 'true',
      ATOM_SAAS_API_URL: 'https://api.atomsaas.com',
      ATOM_SAAS_API_TIMEOUT_SECONDS: '30',
      ATOM_SAAS_SYNC_INTERVAL_MINUTES: '15',
      ATOM_SAAS_PAGE_SIZE: '100',
      ATOM_SAAS_CACHE_TTL_HOURS: '24',
      ATOM_SAAS_CONFLICT_STRATEGY: 'remote_wins',
    });
  });

  it('lets the function go on in a new invocation of itself', () => {
    expect(statements(template, 'SkillSyncContinuation')).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::GetAtt': [fn, 'Arn'] } },
    ]);
  });

  it('starts the first sync by itself once all that it needs is there', () => {
    template.hasResource('Custom::Trigger', {
      Properties: {
        InvocationType: 'Event',
        HandlerArn: { Ref: Match.stringLikeRegexp('^SkillSyncFunctionCurrentVersion') },
      },
      DependsOn: Match.arrayWith([
        idOf(template, 'AWS::SecretsManager::Secret', ''),
        idOf(template, 'AWS::IAM::Policy', 'SkillSyncContinuation'),
        idOf(template, 'AWS::DynamoDB::Table', ''),
      ]),
    });
  });

  it('starts a sync again in a deployment that changes its function, and in no other', () => {
    const triggered = (env: Record<string, string>) =>
      Object.values(testTemplate(env).findResources('Custom::Trigger')).map(({ Properties }) => Properties);
    expect(triggered({ ATOM_SAAS_PAGE_SIZE: '50' })).not.toEqual(triggered({}));
    expect(triggered({ ATOM_SYNC_FEED_SPOT: 'false', ATOM_SAAS_WS_ENABLED: 'false' })).toEqual(triggered({}));
  });

  it.each([{ ENABLE_SCHEDULER: 'false' }, { ATOM_SAAS_ENABLED: 'false' }])(
    'starts nothing by itself with %o',
    (env) => {
      testTemplate(env).resourceCountIs('Custom::Trigger', 0);
    },
  );
});
