import { describe, expect, it } from 'vitest';
import { MarketplaceAuthError, MarketplaceUnavailableError, TokenUnavailableError } from '#core/errors.ts';
import {
  NewTokenRefusedError,
  PendingTokenMissingError,
  RotationRefusedError,
} from '#functions/token-rotation/errors.ts';
import { ROTATION_STEPS } from '#functions/token-rotation/rotation-event.ts';
import { comeTo, createRotationHarness, DAY, NOW, ONE, TWO, versionId } from './rotation-harness.ts';

describe('a rotation', () => {
  it('makes a new token current and keeps the old one working as the previous one', async () => {
    const { versions, market, rotate, token } = createRotationHarness();
    versions.begin(ONE);

    await rotate(ONE);

    expect(await token('AWSCURRENT')).toBe('issued-1');
    expect(await token('AWSPREVIOUS')).toBe('first-token');
    expect(versions.holder('AWSPENDING')).toBeUndefined();
    expect([...market.valid]).toEqual(['first-token', 'issued-1']);
  });

  it('revokes a token at the rotation after the one that replaced it', async () => {
    const { versions, market, rotate, token } = createRotationHarness();
    for (const id of [ONE, TWO]) {
      versions.begin(id);
      await rotate(id);
    }
    expect([...market.valid]).toEqual(['issued-1', 'issued-2']);
    expect(await token('AWSPREVIOUS')).toBe('issued-1');
  });

  it('asks for the token in the name of this instance and of this rotation', async () => {
    const { market } = await comeTo('setSecret');
    expect(market.issued).toEqual([
      { token: 'issued-1', instanceId: 'atom-test', description: `atom-sync rotation ${ONE}` },
    ]);
  });

  it('changes nothing and asks nobody when any of its steps comes again after the end', async () => {
    const { versions, market, rotate, step, token } = createRotationHarness();
    versions.begin(ONE);
    await rotate(ONE);
    market.down = true;
    for (const name of ROTATION_STEPS) await step(name, ONE);
    expect(market.issued).toHaveLength(1);
    expect(await token('AWSCURRENT')).toBe('issued-1');
    expect([...market.valid]).toEqual(['first-token', 'issued-1']);
  });

  it('logs no token', async () => {
    const { versions, market, lines, rotate } = createRotationHarness();
    for (const id of [ONE, TWO, versionId(3)]) {
      versions.begin(id);
      await rotate(id);
    }
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of ['first-token', ...market.issued.map(({ token }) => token)])
      expect(JSON.stringify(lines)).not.toContain(secret);
  });
});

describe('every step', () => {
  it.each(ROTATION_STEPS)('%s is refused when rotation is off', async (step) => {
    const harness = await comeTo(step);
    harness.versions.rotationEnabled = false;
    await expect(harness.step(step, ONE)).rejects.toThrow(RotationRefusedError);
    expect(await harness.token('AWSCURRENT')).toBe('first-token');
  });

  it.each(ROTATION_STEPS)('%s is refused for a version that the secret does not know', async (step) => {
    const harness = await comeTo(step);
    await expect(harness.step(step, TWO)).rejects.toThrow(/is not known to the secret/);
  });

  it.each(ROTATION_STEPS)('%s is refused for a version that is neither pending nor current', async (step) => {
    const harness = createRotationHarness();
    for (const id of [ONE, TWO]) {
      harness.versions.begin(id);
      await harness.rotate(id);
    }
    // ONE is the previous one now: to make it current again would be a rotation backwards.
    await expect(harness.step(step, ONE)).rejects.toThrow(/is not pending/);
    expect(await harness.token('AWSCURRENT')).toBe('issued-2');
    expect(harness.market.issued).toHaveLength(2);
  });

  it('goes by the version it was asked for when AWSPENDING strayed to another', async () => {
    const harness = await comeTo('testSecret');
    harness.versions.begin(TWO);
    await expect(harness.step('testSecret', ONE)).rejects.toThrow(RotationRefusedError);
    await harness.rotate(TWO);
    expect(harness.versions.holder('AWSCURRENT')).toBe(TWO);
  });
});

describe('createSecret', () => {
  it('asks for one token only, however often it is repeated', async () => {
    const { market, step } = await comeTo('setSecret');
    await step('createSecret', ONE);
    expect(market.issued).toHaveLength(1);
  });

  it.each([
    ['an empty token', ''],
    ['a token that no header can carry', 'a b'],
  ])('says what to do when the current version holds %s', async (_, initial) => {
    const { market, step, versions } = await comeTo('createSecret', initial);
    const error = await step('createSecret', ONE).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect((error as Error).message).toContain('put-secret-value --secret-id <TokenSecretArn>');
    expect(market.issued).toEqual([]);
    expect(await versions.read(ONE)).toBeUndefined();
  });

  it('fails and leaves all as it is when the current token is refused', async () => {
    const { market, step, versions } = await comeTo('createSecret');
    market.valid.clear();
    await expect(step('createSecret', ONE)).rejects.toThrow(MarketplaceAuthError);
    expect(await versions.read(ONE)).toBeUndefined();
  });

  it('revokes its own token when another invocation was quicker', async () => {
    const { market, step, versions, token } = await comeTo('createSecret');
    let calls = 0;
    await step('createSecret', ONE, async () => {
      calls += 1;
      // describe, the version, the current one, issue: the fifth is our own put.
      if (calls === 5) await versions.putPending(ONE, '{"token":"quicker"}');
      return undefined;
    });
    expect(await token('AWSPENDING')).toBe('quicker');
    expect([...market.valid]).toEqual(['first-token']);
  });

  it.each([
    ['as the marketplace says', NOW - 2 * DAY, 400 * DAY, '2026-02-17T10:30:00.000Z'],
    ['now, where it does not', undefined, 400 * DAY, '2026-02-19T10:30:00.000Z'],
    ['now, where it says nothing at all', undefined, undefined, '2026-02-19T10:30:00.000Z'],
  ])('keeps when the token was issued beside it: %s', async (_, issuedAt, lifetimeMs, written) => {
    const { market, step, versions } = await comeTo('createSecret');
    Object.assign(market, { issuedAt, lifetimeMs });
    await step('createSecret', ONE);
    expect(JSON.parse((await versions.read(ONE)) ?? '')).toEqual({
      token: 'issued-1',
      issued_at: written,
      ...(lifetimeMs && { expires_at: new Date(NOW + lifetimeMs).toISOString() }),
    });
  });

  it.each([
    ['warns', 90 * DAY, 1],
    ['does not warn', 91 * DAY, 0],
    ['does not warn without knowing', undefined, 0],
  ])('%s of a token that lives for %s ms, in 90 days of use', async (_, lifetimeMs, warnings) => {
    const { market, step, lines } = await comeTo('createSecret');
    market.lifetimeMs = lifetimeMs;
    await step('createSecret', ONE);
    expect(lines.filter(({ message }) => /ATOM_SYNC_TOKEN_ROTATION_DAYS/.test(message))).toHaveLength(
      warnings,
    );
  });
});

describe('setSecret', () => {
  it('looks again for a value that is not to be seen yet, and gives up after 3.5 s', async () => {
    const { step, slept } = await comeTo('createSecret');
    await expect(step('setSecret', ONE)).rejects.toThrow(PendingTokenMissingError);
    expect(slept).toEqual([500, 1000, 2000]);
  });

  it('refuses a value without a token', async () => {
    const { step, versions } = await comeTo('createSecret');
    await versions.putPending(ONE, '{"token":""}');
    await expect(step('setSecret', ONE)).rejects.toThrow(PendingTokenMissingError);
  });
});

describe('testSecret', () => {
  it('fails in an outage, and keeps the pending token for the next try', async () => {
    const { market, step, versions, rotate } = await comeTo('testSecret');
    market.down = true;
    await expect(step('testSecret', ONE)).rejects.toThrow(MarketplaceUnavailableError);
    expect(versions.holder('AWSPENDING')).toBe(ONE);

    market.down = false;
    await rotate(ONE);
    expect(versions.holder('AWSCURRENT')).toBe(ONE);
    expect(market.issued).toHaveLength(1);
  });

  it('drops a token that is refused twice, so that the next rotation can begin', async () => {
    const { market, step, versions, rotate, token, slept } = await comeTo('testSecret');
    market.valid.delete('issued-1');
    await expect(step('testSecret', ONE)).rejects.toThrow(NewTokenRefusedError);
    expect(slept).toEqual([5000]);
    expect(versions.holder('AWSPENDING')).toBeUndefined();
    expect(await token('AWSCURRENT')).toBe('first-token');

    versions.begin(TWO);
    await rotate(TWO);
    expect(await token('AWSCURRENT')).toBe('issued-2');
  });

  it('accepts a token that the marketplace knows a moment later', async () => {
    const { market, step } = await comeTo('testSecret');
    market.valid.delete('issued-1');
    let calls = 0;
    await step('testSecret', ONE, () => {
      calls += 1;
      // The sixth is the second check.
      if (calls === 6) market.valid.add('issued-1');
      return undefined;
    });
    expect(calls).toBe(6);
  });

  it('lets the trial of a new stack pass, whose secret holds no token yet', async () => {
    const harness = createRotationHarness('');
    harness.versions.begin(ONE);
    await harness.versions.putPending(ONE, '{"token":""}');
    await harness.step('testSecret', ONE);
    expect(harness.lines).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('put-secret-value') }),
    ]);
    await expect(harness.step('finishSecret', ONE)).rejects.toThrow(PendingTokenMissingError);
  });

  it('makes a real call in the trial of a stack whose secret holds a token', async () => {
    const harness = createRotationHarness();
    harness.versions.begin(ONE);
    await harness.versions.putPending(ONE, '{"token":"first-token"}');
    await harness.step('testSecret', ONE);
    harness.market.down = true;
    await expect(harness.step('testSecret', ONE)).rejects.toThrow(MarketplaceUnavailableError);
  });
});
