import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

const CORS = { ATOM_SYNC_CORS_ORIGINS: 'https://app.example.com' };

const routes = (env: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.values(testTemplate(env).findResources('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
    ]),
  );

describe('AdminApi', () => {
  const template = testTemplate();

  it('asks for a token everywhere but under /health', () => {
    expect(routes()).toEqual({
      'ANY /{proxy+}': 'JWT',
      'POST /api/admin/sync/skills': 'JWT',
      'POST /api/admin/sync/ratings': 'JWT',
      'POST /api/admin/ratings/failed-uploads/retry': 'JWT',
      'POST /api/admin/ratings/failed-uploads/{id}/retry': 'JWT',
      'DELETE /api/admin/sync/cache/expired': 'JWT',
      'ANY /health/{proxy+}': 'NONE',
    });
  });

  it('throttles all routes, manual triggers to ten a minute, and what is open to everyone', () => {
    const tenAMinute = { ThrottlingRateLimit: 10 / 60, ThrottlingBurstLimit: 10 };
    template.hasResource('AWS::ApiGatewayV2::Stage', {
      Properties: {
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
        RouteSettings: {
          'POST /api/admin/sync/skills': tenAMinute,
          'POST /api/admin/sync/ratings': tenAMinute,
          'POST /api/admin/ratings/failed-uploads/retry': tenAMinute,
          'POST /api/admin/ratings/failed-uploads/{id}/retry': tenAMinute,
          'DELETE /api/admin/sync/cache/expired': tenAMinute,
          'ANY /health/{proxy+}': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
        },
      },
      // Each but the one for everything that has no settings of its own.
      DependsOn: Object.keys(template.findResources('AWS::ApiGatewayV2::Route'))
        .filter((id) => !id.startsWith('AdminApiANYproxy'))
        .sort(),
    });
  });

  it('throttles exactly the manual triggers of the route table', () => {
    const whole = testTemplate({ ZENDESK_SUBDOMAIN: 'acme' });
    const [stage] = Object.values(whole.findResources('AWS::ApiGatewayV2::Stage'));
    const throttled = Object.keys(stage!.Properties.RouteSettings).filter((key) => !key.startsWith('ANY '));
    const triggers = routeTable.filter(({ manualTrigger }) => manualTrigger);
    expect(throttled.toSorted()).toEqual(triggers.map(({ method, path }) => `${method} ${path}`).toSorted());
  });

  it('logs accesses as JSON without header or query', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const { Format } = stage!.Properties.AccessLogSettings;
    expect(JSON.parse(Format)).toMatchObject({ routeKey: '$context.routeKey', status: '$context.status' });
    expect(Format).not.toMatch(/header|query|authorization/i);
  });

  it('logs accesses to a group that fills no policy of the account and is new in each stack of the name', () => {
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const group = idOf(template, 'AWS::Logs::LogGroup', 'AdminApiAccessLogs');
    expect(template.toJSON().Resources[group].Properties.LogGroupName).toEqual({
      'Fn::Join': [
        '',
        ['/aws/vendedlogs/atom-sync/api-', { 'Fn::Select': [0, { 'Fn::Split': ['-', uuid] }] }],
      ],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': [group, 'Arn'] } },
    });
  });

  it('calls the function with payload format 2.0', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Integration', 1);
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      IntegrationUri: {
        'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function', 'AdminApi'), 'Arn'],
      },
    });
  });

  it('has CORS only when origins are set, and then lets preflights through', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    testTemplate(CORS).hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: ['https://app.example.com'],
        AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        AllowHeaders: ['authorization', 'content-type'],
        MaxAge: 3600,
      },
    });
    expect(routes(CORS)['OPTIONS /{proxy+}']).toBe('NONE');
  });

  it('tells its function what it needs', () => {
    const fn = template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', 'AdminApi')];
    expect(fn.Properties.Environment.Variables).toMatchObject({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      RATING_SYNC_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'RatingSync') },
      SKILL_SYNC_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'SkillSync') },
      JWT_AUDIENCES: { Ref: idOf(template, 'AWS::Cognito::UserPoolClient', '') },
      JWT_LEVELS_CLAIM: 'cognito:groups',
      ATOM_SAAS_ENABLED: 'true',
      ATOM_SAAS_SYNC_INTERVAL_MINUTES: '15',
      ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: '30',
      ATOM_SAAS_WS_ENABLED: 'true',
      ENABLE_SCHEDULER: 'true',
      SCHEDULE_GROUP: 'atom-sync',
      SCHEDULED_JOBS: {
        'Fn::Join': [
          '',
          [
            { Ref: idOf(template, 'AWS::Scheduler::Schedule', 'SkillSync') },
            ',',
            { Ref: idOf(template, 'AWS::Scheduler::Schedule', 'RatingSync') },
            ',',
            { Ref: idOf(template, 'AWS::Scheduler::Schedule', 'CacheCleanup') },
          ],
        ],
      },
    });
  });

  it('may start a sync and change its jobs, and nobody else’s', () => {
    const own = statements(template, 'AdminApiFunctionRole');
    const arn = (type: string, prefix: string) => ({ 'Fn::GetAtt': [idOf(template, type, prefix), 'Arn'] });
    expect(own).toContainEqual({
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: [arn('AWS::Lambda::Function', 'RatingSync'), arn('AWS::Lambda::Function', 'SkillSync')],
    });
    expect(own).toContainEqual({
      Action: ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      Effect: 'Allow',
      Resource: [
        arn('AWS::Scheduler::Schedule', 'CacheCleanup'),
        arn('AWS::Scheduler::Schedule', 'RatingSync'),
        arn('AWS::Scheduler::Schedule', 'SkillSync'),
      ],
    });
    expect(own).toContainEqual({
      Action: 'iam:PassRole',
      Effect: 'Allow',
      Resource: [
        arn('AWS::IAM::Role', 'CacheCleanupSchedule'),
        arn('AWS::IAM::Role', 'RatingSyncSchedule'),
        arn('AWS::IAM::Role', 'SkillSyncSchedule'),
      ],
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  });
});
