import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

describe('TicketAnalysis', () => {
  const template = testTemplate({ ZENDESK_SUBDOMAIN: 'acme', TICKET_PRODUCT_AREAS: 'billing: invoices' });
  const id = idOf(template, 'AWS::Lambda::Function', 'TicketsAnalysis');
  const fn = template.toJSON().Resources[id].Properties;
  const arnOf = (type: string, prefix: string) => ({ 'Fn::GetAtt': [idOf(template, type, prefix), 'Arn'] });
  const role = arnOf('AWS::IAM::Role', 'TicketsAnalysisBatchPollRole');
  const missed = arnOf('AWS::SQS::Queue', 'MissedInvocations');
  const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', 'TicketsSecretsAnthropic') };

  it('tells its function what it needs', () => {
    expect(fn).toMatchObject({ Timeout: 900, MemorySize: 512 });
    const own = Object.entries(fn.Environment.Variables).filter(([name]) => !name.startsWith('POWERTOOLS_'));
    expect(Object.fromEntries(own)).toEqual({
      TABLE_NAME: { Ref: idOf(template, 'AWS::DynamoDB::Table', '') },
      ANTHROPIC_SECRET_ID: secret,
      TICKETS_ENABLED: 'true',
      ZENDESK_SUBDOMAIN: 'acme',
      ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
      CLAUDE_ANALYSIS_MODEL: 'claude-haiku-5-5',
      CLAUDE_EFFORT: 'low',
      CLAUDE_MODE: 'auto',
      CLAUDE_BUDGET_USD_PER_DAY: '2',
      CLAUDE_BUDGET_USD_PER_MONTH: '20',
      CLAUDE_BUDGET_USD_PER_RUN: '2',
      TICKET_PRODUCT_AREAS: 'billing: invoices',
      TICKET_ANALYZE_BATCH_SIZE: '500',
      TICKET_DIRECT_MAX: '200',
      SCHEDULE_GROUP: 'atom-sync',
      TICKET_ISSUES_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'TicketsIssues') },
      BATCH_POLL_ROLE_ARN: role,
      BATCH_POLL_DEAD_LETTERS_ARN: missed,
    });
  });

  it('may make and delete the one schedule that asks after a batch, and hand over its role', () => {
    const own = statements(template, 'TicketsAnalysisFunctionRole');
    const scheduler = own.filter(({ Action }) => JSON.stringify(Action).includes('scheduler:'));
    expect(scheduler).toEqual([
      {
        Effect: 'Allow',
        Action: ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'scheduler:GetSchedule'],
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:',
              { Ref: 'AWS::Partition' },
              ':scheduler:',
              { Ref: 'AWS::Region' },
              ':',
              { Ref: 'AWS::AccountId' },
              ':schedule/atom-sync/ticket-batch-poll',
            ],
          ],
        },
      },
    ]);
    expect(own).toContainEqual({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: role,
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  });

  it('gives the schedule’s role its function and the queue of what it missed, and nothing else', () => {
    expect(statements(template, 'TicketsAnalysisBatchPollRole')).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [id, 'Arn'] } },
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: missed },
    ]);
  });

  it('may read Claude’s key, and neither Zendesk’s credentials nor the key of the requesters', () => {
    const read = statements(template, 'TicketsAnalysisFunctionRole').filter(
      ({ Action }) => Action === 'secretsmanager:GetSecretValue',
    );
    expect(read.map(({ Resource }) => Resource)).toEqual([secret]);
  });
});
