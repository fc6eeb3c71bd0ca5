import { AtomSyncError } from '#core/errors.ts';

/** A secret that is rotated: whether it is, and which of its versions bear which labels (those without are absent). */
type SecretState = {
  readonly rotationEnabled: boolean;
  readonly labels: ReadonlyMap<string, readonly string[]>;
};

/**
 * The versions of one secret. Reads may be a moment behind the writes: the service is eventually consistent.
 * Each call throws SecretStoreError when the service refuses or can't be had.
 */
export type SecretVersions = {
  describe(): Promise<SecretState>;
  /** The version's text; undefined where it has none (yet): a rotation begins with an empty one. */
  read(versionId: string): Promise<string | undefined>;
  /**
   * Gives the version its text and the label AWSPENDING. The same once more changes nothing.
   * @throws VersionTakenError when the version has another text already
   */
  putPending(versionId: string, text: string): Promise<void>;
  /**
   * Moves AWSCURRENT from one version to another; AWSPREVIOUS follows to where it came from.
   * @throws SecretStoreError when AWSCURRENT is not where it is said to be
   */
  makeCurrent(versionId: string, currentId: string): Promise<void>;
  /** Takes AWSPENDING from the version that bears it. */
  dropPending(versionId: string): Promise<void>;
};

/** A token as the marketplace issues it. */
type IssuedToken = {
  readonly token: string;
  /** Milliseconds since 1970; undefined where the marketplace doesn't say. */
  readonly issuedAt?: number | undefined;
  /** Milliseconds since 1970; undefined where the marketplace doesn't say. */
  readonly expiresAt: number | undefined;
};

/**
 * The marketplace's token endpoints. Each call says by which token it is authenticated, and fails as those of
 * `Marketplace` do.
 */
export type TokenEndpoints = {
  /**
   * Called again when its answer was lost; the token of the lost answer then belongs to nobody, and expires.
   *
   * @throws MalformedAnswerError when the answer brings no token, one for another instance, or the one that asked
   */
  issue(request: {
    readonly authenticatedBy: string;
    readonly instanceId: string;
    readonly description: string;
  }): Promise<IssuedToken>;
  /** Makes a real call with the token. An outage is neither answer: it throws. */
  check(token: string): Promise<'accepted' | 'rejected'>;
  /** @returns whether the answer proves that it was revoked; where it does not, only a call with it can tell */
  revoke(token: string, authenticatedBy: string): Promise<boolean>;
};

/** The secret's versions could not be read or written. */
export class SecretStoreError extends AtomSyncError {
  override readonly name = 'SecretStoreError';
  readonly code = 'secret_store';
  readonly retryable = true;
}

/** The version has another text already: another invocation was quicker. */
export class VersionTakenError extends AtomSyncError {
  override readonly name = 'VersionTakenError';
  readonly code = 'version_taken';
  readonly retryable = true;
}
