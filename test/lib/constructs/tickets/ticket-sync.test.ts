import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

const ZENDESK = { ZENDESK_SUBDOMAIN: 'acme' };
const schedules = (env: Record<string, string>) =>
  Object.fromEntries(
    Object.values(testTemplate({ ...ZENDESK, ...env }).findResources('AWS::Scheduler::Schedule'))
      .map(({ Properties }) => [Properties.Name, Properties] as const)
      .filter(([name]) => name === 'ticket_sync' || name === 'daily_sync'),
  );

describe('TicketSync', () => {
  const template = testTemplate({
    ...ZENDESK,
    TICKET_BRANDS: '1,2',
    TICKET_EXCLUDE_TAGS: 'spam',
    TICKET_WEBHOOK_URL: 'https://hooks.example.com',
  });
  const fn = template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', 'TicketsSync')].Properties;
  const secret = (name: string) => ({
    Ref: idOf(template, 'AWS::SecretsManager::Secret', `TicketsSecrets${name}`),
  });

  it('tells its function what it needs', () => {
    expect(fn).toMatchObject({ Timeout: 600, MemorySize: 512 });
    const own = Object.entries(fn.Environment.Variables).filter(([name]) => !name.startsWith('POWERTOOLS_'));
    expect(Object.fromEntries(own)).toEqual({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      ZENDESK_SECRET_ID: secret('Zendesk'),
      REQUESTER_KEY_SECRET_ID: secret('RequesterKey'),
      TICKET_ANALYSIS_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'TicketsAnalysis') },
      TICKET_ISSUES_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'TicketsIssues') },
      WEBHOOKS_QUEUE_URL: { Ref: idOf(template, 'AWS::SQS::Queue', 'TicketsWebhookWebhooks') },
      TICKETS_ENABLED: 'true',
      ZENDESK_SUBDOMAIN: 'acme',
      ZENDESK_API_URL: 'https://acme.zendesk.com',
      ZENDESK_AUTH: 'oauth',
      ZENDESK_REQUESTS_PER_MINUTE: '9',
      ZENDESK_PAGE_SIZE: '1000',
      TICKET_BACKFILL_DAYS: '30',
      TICKET_BRANDS: '1,2',
      TICKET_FORMS: '',
      TICKET_EXCLUDE_TAGS: 'spam',
      TICKET_RAW_RETENTION_DAYS: '90',
      TICKET_TEXT: 'first',
    });
  });

  it('may read its secrets, invoke itself and what goes on after it, and nothing of Claude’s', () => {
    const own = [
      ...statements(template, 'TicketsSyncFunctionRole'),
      ...statements(template, 'TicketsSyncContinuation'),
    ];
    const invoked = own
      .filter(({ Action }) => Action === 'lambda:InvokeFunction')
      .flatMap(({ Resource }) => Resource);
    expect(invoked).toEqual([
      { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function', 'TicketsAnalysis'), 'Arn'] },
      { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function', 'TicketsIssues'), 'Arn'] },
      { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function', 'TicketsSync'), 'Arn'] },
    ]);
    const read = own.filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
    expect(read.flatMap(({ Resource }) => Resource)).toEqual([secret('RequesterKey'), secret('Zendesk')]);
    const actions = own.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /scheduler|iam/.test(action))).toEqual([]);
  });

  it('runs each hour and at two at night, each with its task', () => {
    const { ticket_sync: hourly, daily_sync: nightly } = schedules({});
    expect(hourly).toMatchObject({
      ScheduleExpression: 'rate(60 minutes)',
      State: 'ENABLED',
      Target: {
        Input: '{"trigger":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>","task":"sync"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600 },
      },
    });
    expect(nightly).toMatchObject({
      Description: 'Daily Zendesk Sync',
      ScheduleExpression: 'cron(0 2 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      Target: {
        Input: '{"trigger":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>","task":"pipeline"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600 },
      },
    });
  });

  it('runs as often as the setting says, or only at night', () => {
    const quarterly = schedules({ TICKET_SYNC_INTERVAL_MINUTES: '15' });
    expect(quarterly.ticket_sync).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 900 } },
    });
    expect(Object.keys(schedules({ TICKET_SYNC_INTERVAL_MINUTES: '0' }))).toEqual(['daily_sync']);
  });

  it('has its schedules made disabled where nothing may start by itself, and lets the API change them', () => {
    for (const { State } of Object.values<{ State: string }>(schedules({ ENABLE_SCHEDULER: 'false' })))
      expect(State).toBe('DISABLED');
    const ids = ['TicketsSyncSchedule', 'TicketsSyncNightly'].map((prefix) =>
      idOf(template, 'AWS::Scheduler::Schedule', prefix),
    );
    const api = JSON.stringify(statements(template, 'AdminApiFunctionRole'));
    for (const id of ids) expect(api).toContain(id);
    const fn = template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', 'AdminApi')].Properties;
    expect(JSON.stringify(fn.Environment.Variables.SCHEDULED_JOBS)).toMatch(
      new RegExp(`CacheCleanup.*${ids.join('.*')}`),
    );
  });
});
