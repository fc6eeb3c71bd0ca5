import { describe, expect, it } from 'vitest';
import { createMemorySecretVersions } from '#adapters/secrets-manager/memory-secret-versions.ts';
import { MarketplaceUnavailableError } from '#core/errors.ts';
import { writeToken } from '#core/marketplace/marketplace-token.ts';
import { RotationRefusedError } from '#functions/token-rotation/errors.ts';
import type { RotationStep } from '#functions/token-rotation/rotation-event.ts';
import { carryOutStep } from '#functions/token-rotation/rotation-step.ts';
import { createTokenMarket, DAY } from './rotation-harness.ts';

const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:token';
const VERSION = 'b4b4c6de-1111-4222-8333-944445555666';

function create() {
  const versions = createMemorySecretVersions(writeToken('first-token'));
  versions.begin(VERSION);
  const market = createTokenMarket('first-token');
  const published: string[] = [];
  const errors: unknown[] = [];
  const step = (Step: RotationStep, ClientRequestToken: string, SecretId = SECRET) =>
    carryOutStep(
      {
        ...{ versions, tokens: market, instanceId: 'atom-test', rotationMs: 90 * DAY, secretId: SECRET },
        ...{ now: () => 0, sleep: async () => undefined },
        log: { debug() {}, info() {}, warn() {}, error: (_message, facts) => void errors.push(facts) },
        reportFailure: () => void published.push('failed'),
      },
      { Step, SecretId, ClientRequestToken },
    );
  return { market, published, errors, step };
}

describe('Function: carryOutStep', () => {
  it('reports nothing of steps that succeed', async () => {
    const { published, step } = create();
    for (const name of ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const) {
      await step(name, VERSION);
    }
    expect(published).toEqual([]);
  });

  it('reports the failure of any step, logs its code, and fails the step with it', async () => {
    const { market, published, errors, step } = create();
    market.down = true;
    await expect(step('createSecret', VERSION)).rejects.toThrow(MarketplaceUnavailableError);
    expect(published).toEqual(['failed']);
    expect(errors).toEqual([{ code: 'marketplace_unavailable', reason: 'it is down' }]);
  });

  it('refuses an event about another secret', async () => {
    const { published, step } = create();
    await expect(step('createSecret', VERSION, 'another')).rejects.toThrow(RotationRefusedError);
    expect(published).toEqual(['failed']);
  });
});
