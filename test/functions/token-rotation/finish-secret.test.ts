import { describe, expect, it } from 'vitest';
import { MarketplaceAuthError, MarketplaceUnavailableError } from '#core/errors.ts';
import { ROTATION_STEPS } from '#functions/token-rotation/rotation-event.ts';
import { comeTo, createRotationHarness, ONE, TWO } from './rotation-harness.ts';

describe('finishSecret', () => {
  /** The second rotation, with `first-token` as the one to be revoked, has come to its last step. */
  async function beforeSecondEnd() {
    const harness = await comeTo('finishSecret');
    await harness.step('finishSecret', ONE);
    harness.versions.begin(TWO);
    for (const step of ROTATION_STEPS.slice(0, 3)) await harness.step(step, TWO);
    return harness;
  }

  it('goes on where the marketplace does not allow it to revoke, and says so', async () => {
    const { market, step, token, lines } = await beforeSecondEnd();
    market.canRevoke = false;
    await step('finishSecret', TWO);
    expect(await token('AWSCURRENT')).toBe('issued-2');
    expect(lines.some(({ message }) => /could not be revoked/.test(message))).toBe(true);
  });

  const said = (lines: { level: string; message: string }[]) =>
    lines.filter(({ message }) => message.includes('no longer needed'));

  it.each([
    ['proven', []],
    ['silent', []],
    ['late', [5000]],
  ] as const)('says that the old token was revoked when that is %s', async (revocation, slept) => {
    const harness = await beforeSecondEnd();
    harness.market.revocation = revocation;
    await harness.step('finishSecret', TWO);
    expect(harness.market.valid).not.toContain('first-token');
    expect(said(harness.lines)).toEqual([
      expect.objectContaining({ level: 'info', message: 'a token that is no longer needed was revoked' }),
    ]);
    expect(harness.slept).toEqual(slept);
    expect(await harness.token('AWSCURRENT')).toBe('issued-2');
  });

  it('never says that a token was revoked that still works, and goes on', async () => {
    const harness = await beforeSecondEnd();
    harness.market.revocation = 'claimed';
    await harness.step('finishSecret', TWO);
    expect(harness.market.valid).toContain('first-token');
    expect(said(harness.lines)).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringContaining('still works') }),
    ]);
    expect(await harness.token('AWSCURRENT')).toBe('issued-2');
  });

  it('waits with the end while the marketplace can not be had', async () => {
    const { market, step, token } = await beforeSecondEnd();
    market.down = true;
    await expect(step('finishSecret', TWO)).rejects.toThrow(MarketplaceUnavailableError);
    expect(await token('AWSCURRENT')).toBe('issued-1');
    market.down = false;
    await step('finishSecret', TWO);
    expect([...market.valid]).toEqual(['issued-1', 'issued-2']);
  });

  it('does not make current a token that stopped working after it was tested', async () => {
    const { market, step, token } = await beforeSecondEnd();
    market.valid.delete('issued-2');
    await expect(step('finishSecret', TWO)).rejects.toThrow(MarketplaceAuthError);
    expect(await token('AWSCURRENT')).toBe('issued-1');
  });

  it('never revokes a token that is in use again', async () => {
    const { versions, market, step } = await comeTo('finishSecret');
    await step('finishSecret', ONE);
    // Somebody went back by hand: the same token in two versions.
    versions.put('by-hand', '{"token":"first-token"}');
    versions.put('by-hand-again', '{"token":"first-token"}');
    versions.begin(TWO);
    for (const name of ROTATION_STEPS) await step(name, TWO);
    expect(market.valid.has('first-token')).toBe(true);
  });

  it('revokes nothing when the previous version was the empty one of a new stack', async () => {
    const harness = createRotationHarness('');
    harness.versions.put('by-hand', '{"token":"first-token"}');
    harness.market.valid.add('first-token');
    harness.versions.begin(ONE);
    await harness.rotate(ONE);
    expect(await harness.token('AWSPREVIOUS')).toBe('first-token');
    expect(harness.market.valid.has('first-token')).toBe(true);
  });
});
