import { describe, expect, it } from 'vitest';
import { MAX_DELIVERIES } from '#core/tickets/webhook/delivery-limits.ts';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

describe('TicketWebhook', () => {
  const url = 'https://hooks.example.com/atom';
  const template = testTemplate({ ZENDESK_SUBDOMAIN: 'acme', TICKET_WEBHOOK_URL: url });
  const arnOf = (prefix: string) => ({ 'Fn::GetAtt': [idOf(template, 'AWS::SQS::Queue', prefix), 'Arn'] });
  const queue = arnOf('TicketsWebhookWebhooks');
  const deadLetters = arnOf('TicketsWebhookDeadLetters');

  it('is there only where there is a webhook', () => {
    const without = Object.keys(testTemplate({ ZENDESK_SUBDOMAIN: 'acme' }).toJSON().Resources);
    expect(without.filter((id) => /webhook/i.test(id))).toEqual([]);
  });

  it('tells its function the address, the queue and the key, and gives it no table', () => {
    const fn =
      template.toJSON().Resources[idOf(template, 'AWS::Lambda::Function', 'TicketsWebhook')].Properties;
    expect(fn.Environment.Variables).toMatchObject({
      TICKET_WEBHOOK_URL: url,
      WEBHOOKS_QUEUE_URL: { Ref: idOf(template, 'AWS::SQS::Queue', 'TicketsWebhookWebhooks') },
      WEBHOOK_KEY_SECRET_ID: {
        Ref: idOf(template, 'AWS::SecretsManager::Secret', 'TicketsSecretsWebhookKey'),
      },
    });
    expect(JSON.stringify(statements(template, 'TicketsWebhook'))).not.toContain('dynamodb');
  });

  it('keeps events encrypted, for six times the function’s timeout, and gives up after the last delivery', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 180,
      RedrivePolicy: { deadLetterTargetArn: deadLetters, maxReceiveCount: MAX_DELIVERIES },
    });
  });

  it('delivers one at a time, and works dead letters off only when somebody switches that on', () => {
    for (const [EventSourceArn, Enabled] of [
      [queue, true],
      [deadLetters, false],
    ]) {
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        EventSourceArn,
        Enabled,
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
    }
  });
});
