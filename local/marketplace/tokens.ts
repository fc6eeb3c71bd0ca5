/** The tokens that the marketplace accepts. */
import { createRandom } from '#local/random.ts';
import { isoTime } from './http/wire.ts';

const TOKEN_LIFETIME_MS = 90 * 86_400_000;

/** A token as `POST /api/v1/tokens` answers it. */
type MintedToken = {
  readonly token: string;
  readonly instance_id: string;
  readonly created_at: string;
  readonly expires_at: string;
};

/** What a presented token is worth. */
type TokenState = 'valid' | 'expired' | 'unknown';

/** The tokens, as routes, tests and the control endpoint use them. */
export type Tokens = {
  state(token: string | undefined): TokenState;
  /** Makes a new token that works for 90 days (of the injected clock). The old ones go on working. */
  mint(instanceId?: string): MintedToken;
  /** Accepts a token of the caller's choice, as if somebody had put it into the secret store. */
  accept(token: string): void;
  /** A token stops working for good. False when it was not known. */
  revoke(token: string): boolean;
  /** Lets one token, or all, expire now. Answers how many did. */
  expire(token?: string): number;
  /** Lets all tokens expire and makes a new one. */
  rotate(): MintedToken;
  /** Tokens that work now. */
  list(): string[];
};

/** Makes the token list. `onEnd` hears of every token that stops working by a call. */
export function createTokens(options: {
  accepted: readonly string[];
  seed: number;
  now: () => number;
  onEnd: (token: string) => void;
}): Tokens {
  const expiresAtMs = new Map<string, number>();
  const random = createRandom(options.seed, 0x70_6b);
  const accept = (token: string) => expiresAtMs.set(token, Number.POSITIVE_INFINITY);
  for (const token of options.accepted) accept(token);

  const state = (token: string | undefined): TokenState => {
    const expiryMs = token === undefined ? undefined : expiresAtMs.get(token);
    if (expiryMs === undefined) return 'unknown';
    return expiryMs > options.now() ? 'valid' : 'expired';
  };

  const tokens: Tokens = {
    state,
    accept,
    mint: (instanceId = 'local') => {
      const nowMs = options.now();
      const secret = [1, 2, 3, 4].map(() => random.bits().toString(16).padStart(8, '0')).join('');
      const token = `atom_${secret}`;
      expiresAtMs.set(token, nowMs + TOKEN_LIFETIME_MS);
      return {
        token,
        instance_id: instanceId,
        created_at: isoTime(nowMs),
        expires_at: isoTime(nowMs + TOKEN_LIFETIME_MS),
      };
    },
    revoke: (token) => {
      const known = expiresAtMs.delete(token);
      if (known) options.onEnd(token);
      return known;
    },
    expire: (token) => {
      const ended = tokens.list().filter((each) => token === undefined || each === token);
      for (const each of ended) {
        expiresAtMs.set(each, Number.NEGATIVE_INFINITY);
        options.onEnd(each);
      }
      return ended.length;
    },
    rotate: () => {
      tokens.expire();
      return tokens.mint();
    },
    list: () => [...expiresAtMs.keys()].filter((token) => state(token) === 'valid'),
  };
  return tokens;
}
