import { describe, expect, it } from 'vitest';
import { createTokens } from '#local/marketplace/tokens.ts';

const DAY_MS = 86_400_000;

function prepare(...accepted: string[]) {
  const clock = { now: 0 };
  const ended: string[] = [];
  const tokens = createTokens({
    accepted,
    seed: 1,
    now: () => clock.now,
    onEnd: (token) => ended.push(token),
  });
  return { tokens, clock, ended };
}

describe('Function: createTokens', () => {
  it('knows valid, expired and unknown tokens apart', () => {
    const { tokens, clock } = prepare('given');
    const { token } = tokens.mint();
    clock.now = 90 * DAY_MS;
    expect(['given', token, 'other', undefined].map((one) => tokens.state(one))).toEqual([
      'valid',
      'expired',
      'unknown',
      'unknown',
    ]);
  });

  it('mints different tokens that say when they end', () => {
    const { tokens } = prepare();
    const [first, second] = [tokens.mint('one'), tokens.mint()];
    expect(first.token).not.toBe(second.token);
    expect(first).toMatchObject({
      instance_id: 'one',
      created_at: '1970-01-01T00:00:00.000Z',
      expires_at: '1970-04-01T00:00:00.000Z',
    });
    expect(tokens.list()).toEqual([first.token, second.token]);
  });

  it('tells of each token that a call ends, once', () => {
    const { tokens, ended } = prepare('a', 'b', 'c');
    expect([tokens.revoke('a'), tokens.revoke('a'), tokens.expire('b'), tokens.expire()]).toEqual([
      true,
      false,
      1,
      1,
    ]);
    expect(ended).toEqual(['a', 'b', 'c']);
    expect(['a', 'b'].map((one) => tokens.state(one))).toEqual(['unknown', 'expired']);
  });

  it('rotates: the old ones expire, a new one works', () => {
    const { tokens } = prepare('old');
    const { token } = tokens.rotate();
    expect(tokens.list()).toEqual([token]);
  });
});
