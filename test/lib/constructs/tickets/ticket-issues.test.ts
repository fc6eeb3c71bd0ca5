import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

const ZENDESK = { ZENDESK_SUBDOMAIN: 'acme' };
const schedules = (env: Record<string, string>) =>
  Object.fromEntries(
    Object.values(testTemplate({ ...ZENDESK, ...env }).findResources('AWS::Scheduler::Schedule'))
      .map(({ Properties }) => [Properties.Name, Properties] as const)
      .filter(([name]) => name === 'ticket_consolidate' || name === 'ticket_retention'),
  );

describe('TicketIssues', () => {
  const template = testTemplate({
    ...ZENDESK,
    TICKET_CLUSTER_RESOLUTION: '2.5',
    TICKET_MIN_CLUSTER_REQUESTERS: '4',
    TICKET_WEBHOOK_URL: 'https://hooks.example.com',
  });
  const id = idOf(template, 'AWS::Lambda::Function', 'TicketsIssues');
  const fn = template.toJSON().Resources[id].Properties;
  const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', 'TicketsSecretsAnthropic') };

  it('tells its function what it needs', () => {
    expect(fn).toMatchObject({ Timeout: 900, MemorySize: 3_008 });
    const own = Object.entries(fn.Environment.Variables).filter(([name]) => !name.startsWith('POWERTOOLS_'));
    expect(Object.fromEntries(own)).toEqual({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      ANTHROPIC_SECRET_ID: secret,
      WEBHOOKS_QUEUE_URL: { Ref: idOf(template, 'AWS::SQS::Queue', 'TicketsWebhookWebhooks') },
      TICKETS_ENABLED: 'true',
      ZENDESK_SUBDOMAIN: 'acme',
      ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
      CLAUDE_LABEL_MODEL: 'claude-sonnet-5-5',
      CLAUDE_EFFORT: 'low',
      CLAUDE_BUDGET_USD_PER_DAY: '2',
      CLAUDE_BUDGET_USD_PER_MONTH: '20',
      CLAUDE_BUDGET_USD_PER_RUN: '2',
      TICKET_CLUSTER_RESOLUTION: '2.5',
      TICKET_MIN_CLUSTER_REQUESTERS: '4',
    });
  });

  it('may read Claude’s key and the lists of tickets, invoke itself, and nothing of Zendesk’s', () => {
    const own = [
      ...statements(template, 'TicketsIssuesFunctionRole'),
      ...statements(template, 'TicketsIssuesContinuation'),
    ];
    const of = (action: string) =>
      own.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) => Resource);
    expect(of('secretsmanager:GetSecretValue')).toEqual([secret]);
    expect(of('lambda:InvokeFunction')).toEqual([{ 'Fn::GetAtt': [id, 'Arn'] }]);
    expect(JSON.stringify(of('dynamodb:Query'))).toContain('/index/tickets');
    const actions = own.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /scheduler|iam|Scan/.test(action))).toEqual([]);
  });

  it('is invoked where a sync or an analysis ends, and by the API', () => {
    const name = { Ref: id };
    for (const owner of ['TicketsSync', 'TicketsAnalysis', 'AdminApi']) {
      const caller = template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', owner)].Properties;
      expect(caller.Environment.Variables.TICKET_ISSUES_FUNCTION_NAME).toEqual(name);
      const invoked = statements(template, `${owner}FunctionRole`).filter(
        ({ Action }) => Action === 'lambda:InvokeFunction',
      );
      expect(invoked.flatMap(({ Resource }) => Resource)).toContainEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    }
  });

  it('groups anew on Sundays at three and lets go of what is old each day at four, each with its task', () => {
    const { ticket_consolidate: weekly, ticket_retention: daily } = schedules({});
    expect(weekly).toMatchObject({
      ScheduleExpression: 'cron(0 3 ? * SUN *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      Target: {
        Input:
          '{"trigger":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>","task":"consolidate"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600 },
      },
    });
    expect(daily).toMatchObject({
      ScheduleExpression: 'cron(0 4 * * ? *)',
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      Target: {
        Input: '{"trigger":"schedule","scheduled_time":"<aws.scheduler.scheduled-time>","task":"retention"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3_600 },
      },
    });
  });

  it('has its schedules made disabled where nothing may start by itself, and lets the API change them', () => {
    const off = Object.values<{ State: string }>(schedules({ ENABLE_SCHEDULER: 'false' }));
    expect(off.map(({ State }) => State)).toEqual(['DISABLED', 'DISABLED']);
    const api = JSON.stringify(statements(template, 'AdminApiFunctionRole'));
    for (const prefix of ['TicketsIssuesConsolidate', 'TicketsIssuesRetention']) {
      expect(api).toContain(idOf(template, 'AWS::Scheduler::Schedule', prefix));
    }
  });
});
