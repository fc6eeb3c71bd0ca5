import { describe, expect, it } from 'vitest';
import { testTemplate } from '#test/lib/test-stack.ts';

const ZENDESK = { ZENDESK_SUBDOMAIN: 'acme' };

function secretsOf(env: Record<string, string>) {
  const found = testTemplate({ ...ZENDESK, ...env }).findResources('AWS::SecretsManager::Secret');
  return Object.entries(found)
    .filter(([id]) => id.startsWith('TicketsSecrets'))
    .map(([id, { Properties, DeletionPolicy }]) => ({
      id: id.replace(/^TicketsSecrets|Secret[0-9A-F]{8}$/g, ''),
      generated: Properties.GenerateSecretString,
      kept: DeletionPolicy === 'RetainExceptOnCreate',
    }));
}

describe('TicketSecrets', () => {
  it('makes those of others empty, and keys of 64 letters and digits', () => {
    const key = {
      SecretStringTemplate: '{}',
      GenerateStringKey: 'key',
      PasswordLength: 64,
      ExcludePunctuation: true,
    };
    expect(secretsOf({ TICKET_WEBHOOK_URL: 'https://hooks.example.com' })).toEqual([
      {
        id: 'Zendesk',
        generated: {
          SecretStringTemplate: '{"client_id":"","client_secret":"","email":"","api_token":""}',
          GenerateStringKey: 'placeholder',
        },
        kept: false,
      },
      {
        id: 'Anthropic',
        generated: { SecretStringTemplate: '{"api_key":""}', GenerateStringKey: 'placeholder' },
        kept: false,
      },
      { id: 'RequesterKey', generated: key, kept: true },
      { id: 'WebhookKey', generated: key, kept: false },
    ]);
  });

  it('makes no key for webhooks where there is no webhook', () => {
    expect(secretsOf({}).map(({ id }) => id)).toEqual(['Zendesk', 'Anthropic', 'RequesterKey']);
  });
});
