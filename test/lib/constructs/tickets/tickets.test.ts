import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { idOf, testStack, testTemplate } from '#test/lib/test-stack.ts';

const ZENDESK = { ZENDESK_SUBDOMAIN: 'acme' };
const OURS = /ticket|zendesk|anthropic|claude/i;

/** The template but for the output that tells all settings, whatever they are for. */
function partsOf(template: Template): object {
  const { Outputs, ...others } = template.toJSON();
  return { ...others, Outputs: { ...Outputs, Settings: undefined } };
}

describe('Tickets', () => {
  const without = testTemplate();
  const template = testTemplate(ZENDESK);
  const variables = (owner: string, from = template) =>
    from.toJSON().Resources[idOf(from, 'AWS::Lambda::Function', owner)].Properties.Environment.Variables;

  it('are not in the template where no Zendesk is configured, not even as an index', () => {
    expect(JSON.stringify(partsOf(without))).not.toMatch(OURS);
  });

  it('leave the template as it is where they are switched off, or have settings but no Zendesk', () => {
    for (const env of [
      { ...ZENDESK, TICKETS_ENABLED: 'false' },
      { CLAUDE_BUDGET_USD_PER_DAY: '100', TICKET_WEBHOOK_URL: 'https://hooks.example.com' },
    ]) {
      expect(partsOf(testTemplate(env))).toEqual(partsOf(without));
    }
  });

  it('change nothing that others are allowed to do', () => {
    const before = without.toJSON().Resources;
    const after = template.toJSON().Resources;
    const changed = Object.keys(before).filter(
      (id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]),
    );
    expect(changed.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'SyncTable',
      'AdminApiFunctionRoleDefaultPolicy',
      'AdminApiFunction',
      'AdminApiStage',
    ]);
  });

  it('have an index by the month and the time of creation', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: Match.arrayWith([
        Match.objectLike({
          IndexName: 'tickets',
          KeySchema: [
            { AttributeName: 'ticketMonth', KeyType: 'HASH' },
            { AttributeName: 'createdAt', KeyType: 'RANGE' },
          ],
        }),
      ]),
    });
  });

  it('say where their secrets and queues are', () => {
    const outputs = (env: Record<string, string>) =>
      Object.keys(testTemplate(env).toJSON().Outputs).filter((name) => !(name in without.toJSON().Outputs));
    expect(outputs(ZENDESK)).toEqual(['ZendeskSecretArn', 'AnthropicSecretArn']);
    expect(outputs({ ...ZENDESK, TICKET_WEBHOOK_URL: 'https://hooks.example.com' })).toEqual([
      'ZendeskSecretArn',
      'AnthropicSecretArn',
      'WebhookKeySecretArn',
      'WebhooksQueueUrl',
      'WebhookDeadLettersQueueUrl',
    ]);
  });

  it('tell the API what it answers of them', () => {
    expect(variables('AdminApi')).toMatchObject({
      TICKET_SYNC_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'TicketsSync') },
      TICKET_ANALYSIS_FUNCTION_NAME: { Ref: idOf(template, 'AWS::Lambda::Function', 'TicketsAnalysis') },
      TICKETS_ENABLED: 'true',
      ZENDESK_SUBDOMAIN: 'acme',
      ZENDESK_API_URL: 'https://acme.zendesk.com',
      CLAUDE_ANALYSIS_MODEL: 'claude-haiku-5-5',
      CLAUDE_BUDGET_USD_PER_DAY: '2',
      CLAUDE_BUDGET_USD_PER_MONTH: '20',
      CLAUDE_BUDGET_USD_PER_RUN: '2',
      TICKET_PRODUCT_AREAS: '',
      TICKET_DIRECT_MAX: '200',
    });
    expect(Object.keys(variables('AdminApi', without)).join()).not.toMatch(OURS);
  });

  it('have the triggers by hand throttled to ten a minute', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    for (const task of ['sync', 'analyze', 'pipeline', 'consolidate', 'retention']) {
      expect(stage!.Properties.RouteSettings[`POST /api/tasks/${task}`]).toEqual({
        ThrottlingRateLimit: 10 / 60,
        ThrottlingBurstLimit: 10,
      });
    }
  });

  it('warn of the end of API tokens where one is used, and of nothing otherwise', () => {
    const warnings = (env: Record<string, string>) =>
      Annotations.fromStack(testStack({ ...ZENDESK, ...env }).stack).findWarning('*', Match.anyValue());
    expect(warnings({})).toEqual([]);
    expect(warnings({ ZENDESK_AUTH: 'token' }).map(({ entry }) => String(entry.data))).toEqual([
      expect.stringContaining('2027-04-30'),
    ]);
  });

  it.each([
    'ZENDESK_OAUTH_CLIENT_ID',
    'ZENDESK_OAUTH_CLIENT_SECRET',
    'ZENDESK_API_TOKEN',
    'ZENDESK_EMAIL',
    'ANTHROPIC_API_KEY',
  ])('know no %s', (name) => {
    const credentials = {
      ZENDESK_OAUTH_CLIENT_ID: 'hunter2',
      ZENDESK_OAUTH_CLIENT_SECRET: 'hunter2',
      ZENDESK_EMAIL: 'hunter2@example.com',
      ZENDESK_API_TOKEN: 'hunter2',
      ANTHROPIC_API_KEY: 'hunter2',
    };
    const text = JSON.stringify(testTemplate({ ...ZENDESK, ...credentials }).toJSON());
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(name);
  });
});
