import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '#core/environment.ts';
import { analysisSettings, envSchema, pollOptions } from '#functions/ticket-analysis/config.ts';

const ENV = {
  TABLE_NAME: 'table',
  AWS_LAMBDA_FUNCTION_NAME: 'atom-sync-TicketAnalysis',
  TICKET_ISSUES_FUNCTION_NAME: 'issues',
  ANTHROPIC_SECRET_ID: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x',
  ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
  TICKETS_ENABLED: 'true',
  ZENDESK_SUBDOMAIN: 'acme',
  CLAUDE_ANALYSIS_MODEL: 'claude-haiku-5-5',
  CLAUDE_EFFORT: 'low',
  CLAUDE_MODE: 'auto',
  CLAUDE_BUDGET_USD_PER_DAY: '2',
  CLAUDE_BUDGET_USD_PER_MONTH: '20',
  CLAUDE_BUDGET_USD_PER_RUN: '0.5',
  TICKET_PRODUCT_AREAS: '',
  TICKET_ANALYZE_BATCH_SIZE: '500',
  TICKET_DIRECT_MAX: '200',
  SCHEDULE_GROUP: 'atom-sync',
  BATCH_POLL_ROLE_ARN: 'arn:aws:iam::123456789012:role/poll',
  BATCH_POLL_DEAD_LETTERS_ARN: 'arn:aws:sqs:eu-west-1:123456789012:missed',
};

describe('The environment of ticket-analysis', () => {
  it('is read into settings, with money in millionths of a dollar', () => {
    const env = parseEnvironment(envSchema, { ...ENV, TICKET_PRODUCT_AREAS: 'export: exports of data' });

    expect(analysisSettings(env)).toEqual({
      ...{ model: 'claude-haiku-5-5', effort: 'low', mode: 'auto', batchSize: 500, directMax: 200 },
      areas: [{ name: 'export', definition: 'exports of data' }],
      limits: { perDay: 2_000_000, perMonth: 20_000_000, perRun: 500_000 },
    });
    expect(pollOptions(env)).toEqual({
      ...{ group: 'atom-sync', functionName: 'atom-sync-TicketAnalysis' },
      roleArn: 'arn:aws:iam::123456789012:role/poll',
      deadLettersArn: 'arn:aws:sqs:eu-west-1:123456789012:missed',
    });
  });

  it.each([
    ['CLAUDE_MODE', 'sometimes'],
    ['CLAUDE_BUDGET_USD_PER_DAY', '-1'],
    ['CLAUDE_BUDGET_USD_PER_DAY', '10001'],
    ['TICKET_PRODUCT_AREAS', 'no definition'],
    ['BATCH_POLL_ROLE_ARN', 'poll'],
    ['ANTHROPIC_BASE_URL', 'api.anthropic.com'],
  ])('is refused with a bad %s', (name, value) => {
    expect(() => parseEnvironment(envSchema, { ...ENV, [name]: value })).toThrow(name);
  });
});
