import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '../test-stack.ts';

describe('MarketplaceToken', () => {
  const template = testTemplate({ ATOM_SAAS_API_TOKEN: 'atom-token-5f2c' });

  it('keeps the secret, and makes it without a token', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        GenerateSecretString: { SecretStringTemplate: '{"token":""}', GenerateStringKey: 'placeholder' },
      },
    });
  });

  it('never writes the token into the template', () => {
    expect(JSON.stringify(template.toJSON())).not.toContain('atom-token-5f2c');
    expect(JSON.stringify(template.toJSON())).not.toContain('ATOM_SAAS_API_TOKEN"');
  });

  it('lets its readers read it and only it', () => {
    const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', '') };
    const reads = statements(template, '').filter((one) => String(one.Action).startsWith('secretsmanager:'));
    expect(reads.length).toBeGreaterThanOrEqual(3);
    for (const read of reads) {
      expect(read).toEqual({ Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: secret });
    }
  });
});
