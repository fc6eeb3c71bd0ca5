import { createMemorySecretVersions } from '#adapters/secrets-manager/memory-secret-versions.ts';
import { MarketplaceAuthError, MarketplaceRefusedError, MarketplaceUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { writeToken } from '#core/marketplace/marketplace-token.ts';
import type { SecretVersions, TokenEndpoints } from '#core/marketplace/rotation-ports.ts';
import { type RotateTokenDeps, rotateToken } from '#functions/token-rotation/rotate-token.ts';
import { ROTATION_STEPS, type RotationStep } from '#functions/token-rotation/rotation-event.ts';

export const DAY = 86_400_000;
export const NOW = Date.parse('2026-02-19T10:30:00Z');

/** The token endpoints in memory. */
export type TokenMarket = TokenEndpoints & {
  /** Tokens that work. */
  readonly valid: Set<string>;
  /** What was asked for with each token that was issued. */
  readonly issued: { token: string; instanceId: string; description: string }[];
  /** An outage: every call fails. */
  down: boolean;
  /** Whether tokens may be revoked here. */
  canRevoke: boolean;
  /** What an order to revoke comes to: done and proven, done without a proof, done after a moment, or not done. */
  revocation: 'proven' | 'silent' | 'late' | 'claimed';
  lifetimeMs: number | undefined;
  /** When it says that a token was issued. */
  issuedAt: number | undefined;
};

export function createTokenMarket(...accepted: string[]): TokenMarket {
  const market: TokenMarket = {
    valid: new Set(accepted),
    issued: [],
    down: false,
    canRevoke: true,
    revocation: 'proven',
    lifetimeMs: 400 * DAY,
    issuedAt: undefined,
    issue: async ({ authenticatedBy, ...request }) => {
      answer(authenticatedBy);
      const token = `issued-${market.issued.length + 1}`;
      market.issued.push({ token, ...request });
      market.valid.add(token);
      return { token, issuedAt: market.issuedAt, expiresAt: market.lifetimeMs && NOW + market.lifetimeMs };
    },
    check: async (token) => {
      if (market.down) throw new MarketplaceUnavailableError('it is down');
      const isAccepted = market.valid.has(token);
      if (ending.delete(token)) market.valid.delete(token);
      return isAccepted ? 'accepted' : 'rejected';
    },
    revoke: async (token, authenticatedBy) => {
      answer(authenticatedBy);
      if (!market.canRevoke) throw new MarketplaceRefusedError('no', 405);
      if (market.revocation === 'claimed') return false;
      if (market.revocation === 'late') {
        ending.add(token);
        return false;
      }
      return market.valid.delete(token) && market.revocation === 'proven';
    },
  };
  /** Tokens that work once more. */
  const ending = new Set<string>();
  const answer = (token: string) => {
    if (market.down) throw new MarketplaceUnavailableError('it is down');
    if (!market.valid.has(token)) throw new MarketplaceAuthError('refused');
  };
  return market;
}

/** What a killed invocation ends with. */
export class Killed extends Error {}

type Later = () => Promise<void> | void;
/** Called before each call of a port, and what it gives after it: throws where the invocation is killed. */
export type Around = () => Promise<Later | undefined> | Later | undefined;

/** The port's calls with something around each of them. */
export function withAround<T extends object>(port: T, around: Around): T {
  const wrapped = Object.entries(port).map(([name, call]) => [
    name,
    typeof call !== 'function'
      ? call
      : async (...parameters: unknown[]) => {
          const after = await around();
          const result: unknown = await call(...parameters);
          await after?.();
          return result;
        },
  ]);
  return Object.fromEntries(wrapped) as T;
}

/** Kills at the n-th call of a port, before or after it did its work. */
export function killAt(n: number, moment: 'before' | 'after'): Around & { readonly struck: () => boolean } {
  let calls = 0;
  const kill = () => {
    throw new Killed();
  };
  const around: Around = () => {
    calls += 1;
    if (calls !== n) return undefined;
    return moment === 'before' ? kill() : kill;
  };
  return Object.assign(around, { struck: () => calls >= n });
}

/** One secret and one marketplace, and rotations of the one at the other. */
export function createRotationHarness(initial = 'first-token') {
  const versions = createMemorySecretVersions(writeToken(initial));
  const market = createTokenMarket(initial);
  const lines: { level: string; message: string; facts: unknown }[] = [];
  const write = (level: string) => (message: string, facts?: unknown) =>
    void lines.push({ level, message, facts });
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  const slept: number[] = [];
  const depsThrough = (ports: { versions: SecretVersions; tokens: TokenEndpoints }): RotateTokenDeps => ({
    ...ports,
    instanceId: 'atom-test',
    rotationMs: 90 * DAY,
    now: () => NOW,
    sleep: async (ms) => void slept.push(ms),
    log,
  });
  const step = (step: RotationStep, versionId: string, around: Around = () => undefined) => {
    const through = {
      versions: withAround<SecretVersions>(versions, around),
      tokens: withAround<TokenEndpoints>(market, around),
    };
    return rotateToken(depsThrough(through), { step, versionId });
  };
  return {
    versions,
    market,
    lines,
    slept,
    step,
    /** All four steps, as the service sends them. */
    rotate: async (versionId: string, around?: Around) => {
      for (const name of ROTATION_STEPS) await step(name, versionId, around);
    },
    /** The token under a label. */
    token: async (label: string): Promise<string | undefined> => {
      const holder = versions.holder(label);
      const text = holder === undefined ? undefined : await versions.read(holder);
      return text === undefined ? undefined : (JSON.parse(text) as { token: string }).token;
    },
  };
}

/** A version's id, as long as the service's. */
export const versionId = (n: number) => `version-${n}`.padEnd(32, '-');

export const ONE = versionId(1);
export const TWO = versionId(2);

/** A rotation to the version {@link ONE} that has come to the step named. */
export async function comeTo(step: RotationStep, initial?: string) {
  const harness = createRotationHarness(initial);
  harness.versions.begin(ONE);
  for (const earlier of ROTATION_STEPS.slice(0, ROTATION_STEPS.indexOf(step)))
    await harness.step(earlier, ONE);
  return harness;
}
