import { describe, expect, it } from 'vitest';
import {
  addPending,
  findVersion,
  holderOf,
  putVersion,
  type Secret,
  updateStage,
} from '#local/secrets/secret-versions.ts';

const newSecret = (): Secret => ({ name: 's', arn: 'arn:s', createdAt: 0, changedAt: 0, versions: {} });
const put = (secret: Secret, token: string, options: { stages?: string[]; now?: number } = {}) =>
  putVersion(secret, { secretString: `value of ${token}` }, { token, now: 1, ...options });
const holders = (secret: Secret) =>
  ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'].map((stage) => holderOf(secret, stage));

describe('Function: putVersion', () => {
  it('makes each version the current one, and the one before the previous', () => {
    const secret = newSecret();
    for (const token of ['a', 'b', 'c']) put(secret, token);
    expect(holders(secret)).toEqual(['c', 'b', undefined]);
  });

  it('gives the first version the current label, whatever was asked for', () => {
    const secret = newSecret();
    put(secret, 'a', { stages: ['AWSPENDING'] });
    expect(holders(secret)).toEqual(['a', undefined, 'a']);
  });

  it('changes nothing for the same token and value, and refuses the token for another value', () => {
    const secret = newSecret();
    put(secret, 'a');
    put(secret, 'b');
    expect(put(secret, 'a')).toEqual({ versionId: 'a', stages: ['AWSPREVIOUS'] });
    expect(() => putVersion(secret, { secretString: 'other' }, { token: 'a', now: 2 })).toThrow(
      expect.objectContaining({ code: 'ResourceExistsException' }),
    );
  });

  it('forgets the oldest of those without a label', () => {
    const secret = newSecret();
    for (let n = 0; n < 30; n += 1) put(secret, `v${n}`, { now: n });
    const ids = Object.keys(secret.versions);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([22, 'v8', 'v29']);
  });
});

describe('Function: findVersion', () => {
  it('finds by label, by id, or the current one', () => {
    const secret = newSecret();
    put(secret, 'a');
    put(secret, 'b');
    const found = [{}, { stage: 'AWSPREVIOUS' }, { versionId: 'a' }].map((wanted) => {
      const { versionId } = findVersion(secret, wanted);
      return versionId;
    });
    expect(found).toEqual(['b', 'a', 'a']);
  });

  it('does not find a version that has no value yet', () => {
    const secret = newSecret();
    addPending(secret, 'p', 1);
    for (const wanted of [{ versionId: 'p' }, { stage: 'AWSPENDING' }, {}]) {
      expect(() => findVersion(secret, wanted)).toThrow(
        expect.objectContaining({ code: 'ResourceNotFoundException' }),
      );
    }
  });

  it('refuses an id whose version does not bear the label', () => {
    const secret = newSecret();
    put(secret, 'a');
    expect(() => findVersion(secret, { versionId: 'a', stage: 'AWSPENDING' })).toThrow(
      expect.objectContaining({ code: 'InvalidRequestException' }),
    );
  });
});

describe('Function: updateStage', () => {
  function rotated(): Secret {
    const secret = newSecret();
    put(secret, 'old');
    put(secret, 'new', { stages: ['AWSPENDING'] });
    return secret;
  }

  it('moves the current label, and the previous one after it', () => {
    const secret = rotated();
    updateStage(secret, 'AWSCURRENT', { removeFrom: 'old', moveTo: 'new' });
    expect(holders(secret)).toEqual(['new', 'old', 'new']);
  });

  it('removes a label, but never the current one', () => {
    const secret = rotated();
    updateStage(secret, 'AWSPENDING', { removeFrom: 'new' });
    expect(holders(secret)).toEqual(['old', undefined, undefined]);
    expect(() => updateStage(secret, 'AWSCURRENT', { removeFrom: 'old' })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException' }),
    );
  });

  it('refuses a caller who believes the label elsewhere, and an unknown version', () => {
    expect(() => updateStage(rotated(), 'AWSCURRENT', { moveTo: 'new' })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException' }),
    );
    expect(() => updateStage(rotated(), 'AWSCURRENT', { removeFrom: 'gone' })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
  });
});
