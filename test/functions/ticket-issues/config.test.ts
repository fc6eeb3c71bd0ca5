import { describe, expect, it } from 'vitest';
import { parseEnvironment } from '#core/environment.ts';
import { envSchema, issueSettings, labelSettings } from '#functions/ticket-issues/config.ts';

const ENV = {
  TABLE_NAME: 'table',
  AWS_LAMBDA_FUNCTION_NAME: 'atom-sync-TicketIssues',
  ANTHROPIC_SECRET_ID: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:x',
  ANTHROPIC_BASE_URL: 'https://api.anthropic.com',
  TICKETS_ENABLED: 'true',
  ZENDESK_SUBDOMAIN: 'acme',
  CLAUDE_LABEL_MODEL: 'claude-sonnet-5-5',
  CLAUDE_EFFORT: 'low',
  CLAUDE_BUDGET_USD_PER_DAY: '2',
  CLAUDE_BUDGET_USD_PER_MONTH: '20',
  CLAUDE_BUDGET_USD_PER_RUN: '0.5',
  TICKET_CLUSTER_RESOLUTION: '2.5',
  TICKET_MIN_CLUSTER_REQUESTERS: '3',
};

describe('The environment of ticket-issues', () => {
  it('is read into settings, with money in millionths of a dollar', () => {
    const env = parseEnvironment(envSchema, ENV);
    expect(issueSettings(env)).toEqual({ subdomain: 'acme', resolution: 2.5, minRequesters: 3 });
    expect(labelSettings(env)).toEqual({
      ...{ model: 'claude-sonnet-5-5', effort: 'low' },
      limits: { perDay: 2_000_000, perMonth: 20_000_000, perRun: 500_000 },
    });
  });

  it.each([
    ['TICKET_CLUSTER_RESOLUTION', '9'],
    ['TICKET_MIN_CLUSTER_REQUESTERS', '0'],
    ['CLAUDE_EFFORT', 'much'],
    ['ANTHROPIC_BASE_URL', 'api.anthropic.com'],
  ])('is refused with a bad %s', (name, value) => {
    expect(() => parseEnvironment(envSchema, { ...ENV, [name]: value })).toThrow(name);
  });
});
