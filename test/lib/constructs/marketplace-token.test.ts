import { describe, expect, it } from 'vitest';
import { idOf, statements, testTemplate } from '#test/lib/test-stack.ts';

describe('MarketplaceToken', () => {
  const template = testTemplate({ ATOM_SAAS_API_TOKEN: 'atom-token-5f2c' });

  it('keeps the secret, unless the deployment that makes it fails, and makes it without a token', () => {
    template.hasResource('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
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

  it('lets its readers read it and only it, and the rotation alone change it', () => {
    const secret = { Ref: idOf(template, 'AWS::SecretsManager::Secret', '') };
    const touching = (prefix: string) =>
      statements(template, prefix).filter((one) => JSON.stringify(one.Action).includes('secretsmanager:'));
    for (const statement of touching(''))
      expect(statement).toMatchObject({ Effect: 'Allow', Resource: secret });
    const [changes, reads] = [touching('TokenRotation'), touching('SkillSync')];
    expect(reads).toEqual([{ Action: 'secretsmanager:GetSecretValue', Effect: 'Allow', Resource: secret }]);
    const isMore = ({ Action }: (typeof reads)[number]) => Action !== 'secretsmanager:GetSecretValue';
    expect(touching('').filter(isMore)).toEqual(changes.filter(isMore));
  });
});
