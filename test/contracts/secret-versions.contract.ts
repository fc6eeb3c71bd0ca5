import { beforeEach, describe, expect, it } from 'vitest';
import {
  SecretStoreError,
  type SecretVersions,
  VersionTakenError,
} from '#core/marketplace/rotation-ports.ts';

/** A secret whose current version is `firstId` with the text `first`, its rotation set up. */
export type SecretSubject = {
  readonly versions: SecretVersions;
  readonly firstId: string;
  /** Begins a rotation as the service does: an empty version with AWSPENDING. */
  begin(versionId: string): Promise<void>;
};

export type SecretContractOptions = {
  /** Whether a pending version refuses another text, as the service documents; moto puts it over the first. */
  readonly refusesOtherText: boolean;
};

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

/** What every `SecretVersions` does. */
export function secretVersionsContract(
  open: () => Promise<SecretSubject>,
  { refusesOtherText }: SecretContractOptions = { refusesOtherText: true },
): void {
  describe('SecretVersions', () => {
    let subject: SecretSubject;
    let versions: SecretVersions;
    beforeEach(async () => {
      subject = await open();
      versions = subject.versions;
    });
    const labels = async () => {
      const { labels: found } = await versions.describe();
      return Object.fromEntries([...found].map(([id, on]) => [id, [...on].sort()]));
    };
    const rotate = async (versionId: string, text: string, from: string) => {
      await subject.begin(versionId);
      await versions.putPending(versionId, text);
      await versions.makeCurrent(versionId, from);
      await versions.dropPending(versionId);
    };

    it('tells that rotation is on, and the labels of an empty version too', async () => {
      await subject.begin(A);
      expect((await versions.describe()).rotationEnabled).toBe(true);
      expect(await labels()).toEqual({ [subject.firstId]: ['AWSCURRENT'], [A]: ['AWSPENDING'] });
    });

    it('reads the text of a version; an empty one and an unknown one have none', async () => {
      await subject.begin(A);
      expect(await versions.read(subject.firstId)).toBe('first');
      expect(await versions.read(A)).toBeUndefined();
      expect(await versions.read(B)).toBeUndefined();
    });

    it('fills the pending version, and leaves the current one alone', async () => {
      await subject.begin(A);
      await versions.putPending(A, 'second');
      expect(await versions.read(A)).toBe('second');
      expect(await versions.read(subject.firstId)).toBe('first');
      expect(await labels()).toEqual({ [subject.firstId]: ['AWSCURRENT'], [A]: ['AWSPENDING'] });
    });

    it('takes the same text again', async () => {
      await subject.begin(A);
      await versions.putPending(A, 'second');
      await versions.putPending(A, 'second');
      expect(await versions.read(A)).toBe('second');
      expect(await labels()).toMatchObject({ [A]: ['AWSPENDING'] });
    });

    if (refusesOtherText) {
      it('refuses another text for a version that has one', async () => {
        await subject.begin(A);
        await versions.putPending(A, 'second');
        await expect(versions.putPending(A, 'third')).rejects.toBeInstanceOf(VersionTakenError);
        expect(await versions.read(A)).toBe('second');
      });
    }

    it('moves AWSCURRENT, and AWSPREVIOUS to where it came from', async () => {
      await subject.begin(A);
      await versions.putPending(A, 'second');
      await versions.makeCurrent(A, subject.firstId);
      expect(await labels()).toEqual({
        [A]: ['AWSCURRENT', 'AWSPENDING'],
        [subject.firstId]: ['AWSPREVIOUS'],
      });
    });

    it('refuses to move AWSCURRENT from where it is not', async () => {
      await rotate(A, 'second', subject.firstId);
      await subject.begin(B);
      await versions.putPending(B, 'third');
      await expect(versions.makeCurrent(B, subject.firstId)).rejects.toBeInstanceOf(SecretStoreError);
      expect(await labels()).toEqual({
        [A]: ['AWSCURRENT'],
        [subject.firstId]: ['AWSPREVIOUS'],
        [B]: ['AWSPENDING'],
      });
    });

    it('takes AWSPENDING away: a version that has no label left is not listed any more', async () => {
      await subject.begin(A);
      await versions.putPending(A, 'second');
      await versions.dropPending(A);
      expect(await labels()).toEqual({ [subject.firstId]: ['AWSCURRENT'] });
    });

    it('keeps one version back, over several rotations', async () => {
      await rotate(A, 'second', subject.firstId);
      await rotate(B, 'third', A);
      expect(await labels()).toEqual({ [B]: ['AWSCURRENT'], [A]: ['AWSPREVIOUS'] });
      expect(await versions.read(A)).toBe('second');
      expect(await versions.read(B)).toBe('third');
    });
  });
}
