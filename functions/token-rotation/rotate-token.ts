import { MarketplaceAuthError, MarketplaceRefusedError, TokenUnavailableError } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { readToken, TOKEN_REMEDY, writeToken } from '#core/marketplace/marketplace-token.ts';
import {
  type SecretVersions,
  type TokenEndpoints,
  VersionTakenError,
} from '#core/marketplace/rotation-ports.ts';
import type { Now, Sleep } from '#core/time/clock.ts';
import { NewTokenRefusedError, PendingTokenMissingError, RotationRefusedError } from './errors.ts';
import type { RotationRequest, RotationStep } from './rotation-event.ts';

export type RotateTokenDeps = {
  readonly versions: SecretVersions;
  readonly tokens: TokenEndpoints;
  readonly instanceId: string;
  /** How long a token is in use until it is rotated. Milliseconds. */
  readonly rotationMs: number;
  readonly now: Now;
  readonly sleep: Sleep;
  readonly log: Log;
};

/** Where the secret stands, as far as one version's rotation is concerned. */
type Standing = {
  readonly versionId: string;
  readonly currentId: string;
  readonly previousId: string | undefined;
  readonly isCurrent: boolean;
  readonly isPending: boolean;
};

/** A value that was just put may not be there for a reader yet. Milliseconds before each further look. */
const LOOK_AGAIN_MS = [500, 1000, 2000];
/** A token that was just issued, or just revoked, may not be known everywhere at the marketplace yet. */
const CHECK_AGAIN_MS = 5000;

/**
 * Carries out one step of a rotation. Each may be repeated, and killed anywhere: it goes by what the secret and the
 * marketplace have, and leaves the current token alone until the new one was tested. What a kill at each point leaves
 * is in docs/token-rotation.md.
 *
 * @throws RotationRefusedError when the rotation is off, or the version is neither pending nor current
 * @throws TokenUnavailableError when there is no current token to ask for a new one with
 * @throws PendingTokenMissingError | NewTokenRefusedError | SecretStoreError and the marketplace's errors: the current
 *   token stays current
 */
export async function rotateToken(deps: RotateTokenDeps, request: RotationRequest): Promise<void> {
  const standing = await locate(deps, request.versionId);
  // A repetition that comes after the end. Only the last step may have something left to tidy up.
  if (standing.isCurrent && request.step !== 'finishSecret') return;
  await STEPS[request.step](deps, standing);
}

const STEPS: Record<RotationStep, (deps: RotateTokenDeps, standing: Standing) => Promise<void>> = {
  createSecret: createPending,
  // The marketplace issues tokens that work at once: there is nothing to set, but something to set must be there.
  setSecret: async (deps, { versionId }) => void (await readPending(deps, versionId)),
  testSecret: testPending,
  finishSecret: finish,
};

async function locate({ versions }: RotateTokenDeps, versionId: string): Promise<Standing> {
  const { rotationEnabled, labels } = await versions.describe();
  if (!rotationEnabled) throw new RotationRefusedError('Rotation is not enabled for the secret.');
  const holder = (label: string) => [...labels].find(([, on]) => on.includes(label))?.[0];
  const currentId = holder('AWSCURRENT');
  if (currentId === undefined) throw noToken('The secret has no current version.');
  const isCurrent = currentId === versionId;
  const isPending = holder('AWSPENDING') === versionId;
  if (isCurrent || isPending) {
    return { versionId, currentId, previousId: holder('AWSPREVIOUS'), isCurrent, isPending };
  }
  const fault = labels.has(versionId) ? 'is not pending' : 'is not known to the secret';
  throw new RotationRefusedError(
    `The version ${versionId} ${fault}. Start a new rotation with: aws secretsmanager rotate-secret --secret-id <TokenSecretArn>`,
  );
}

/**
 * Has a token issued and puts it into the pending version, unless one is in there. A kill between the two leaves a token
 * at the marketplace that nobody has: the next try asks for another, and the marketplace can tell it by its description.
 */
async function createPending(deps: RotateTokenDeps, standing: Standing): Promise<void> {
  const { versions, tokens, log } = deps;
  const { versionId, currentId } = standing;
  if ((await versions.read(versionId)) !== undefined) return;
  const current = readToken((await versions.read(currentId)) ?? '');
  if (current === undefined)
    throw noToken('The secret holds no token that a new one could be asked for with.');
  const askedAt = deps.now();
  const issued = await tokens.issue({
    authenticatedBy: current,
    instanceId: deps.instanceId,
    description: `atom-sync rotation ${versionId}`,
  });
  const { token, issuedAt = askedAt, expiresAt } = issued;
  warnOfEarlyExpiry(deps, expiresAt);
  try {
    await versions.putPending(versionId, writeToken(token, { issuedAt, endsAt: expiresAt }));
  } catch (error) {
    if (!(error instanceof VersionTakenError)) throw error;
    log.warn('another invocation has put a token; the one that came too late is revoked', { versionId });
    await revoke(deps, token, current);
  }
}

function warnOfEarlyExpiry({ now, rotationMs, log }: RotateTokenDeps, expiresAt: number | undefined): void {
  if (expiresAt === undefined || expiresAt > now() + rotationMs) return;
  log.warn('the new token expires before it is rotated; set ATOM_SYNC_TOKEN_ROTATION_DAYS to fewer days', {
    expires_at: new Date(expiresAt).toISOString(),
  });
}

/** @throws PendingTokenMissingError when it holds no token, also after further looks */
async function readPending({ versions, sleep }: RotateTokenDeps, versionId: string): Promise<string> {
  let text = await versions.read(versionId);
  for (const ms of LOOK_AGAIN_MS) {
    if (text !== undefined) break;
    await sleep(ms);
    text = await versions.read(versionId);
  }
  const token = text === undefined ? undefined : readToken(text);
  if (token !== undefined) return token;
  throw new PendingTokenMissingError(`The pending version ${versionId} of the secret holds no token.`);
}

/**
 * Makes a real call with the pending token. One that is refused loses its label: Secrets Manager would otherwise try
 * the same version again for ever, and start no other.
 */
async function testPending(deps: RotateTokenDeps, standing: Standing): Promise<void> {
  const { versions, tokens, sleep } = deps;
  if (await isTrialWithoutToken(deps, standing)) return;
  const token = await readPending(deps, standing.versionId);
  if ((await tokens.check(token)) === 'accepted') return;
  await sleep(CHECK_AGAIN_MS);
  if ((await tokens.check(token)) === 'accepted') return;
  await versions.dropPending(standing.versionId);
  throw new NewTokenRefusedError(
    'The marketplace refused the new token (401), so it was dropped and the current one stays. Start a new rotation with: aws secretsmanager rotate-secret --secret-id <TokenSecretArn>',
  );
}

/**
 * When the rotation is set up, Secrets Manager tries this step alone, on a copy of the current version. In a new stack
 * that has no token yet, which is not this function's fault and must not spoil the deployment.
 */
async function isTrialWithoutToken({ versions, log }: RotateTokenDeps, standing: Standing): Promise<boolean> {
  const [pending, current] = await Promise.all([
    versions.read(standing.versionId),
    versions.read(standing.currentId),
  ]);
  if (pending === undefined || pending !== current || readToken(pending) !== undefined) return false;
  log.warn(`the secret holds no token yet. ${TOKEN_REMEDY}`);
  return true;
}

/**
 * Makes the pending version current. Before that, the token that was current two rotations ago is revoked: it loses its
 * label by the move, and whoever is killed between the two would not find it again.
 */
async function finish(deps: RotateTokenDeps, standing: Standing): Promise<void> {
  const { versions, log } = deps;
  const { versionId, currentId } = standing;
  if (!standing.isCurrent) {
    const token = await readPending(deps, versionId);
    await revokePrevious(deps, standing, token);
    await versions.makeCurrent(versionId, currentId);
    log.info('the marketplace token was rotated', { versionId });
  }
  if (standing.isPending) await versions.dropPending(versionId);
}

async function revokePrevious(
  deps: RotateTokenDeps,
  { currentId, previousId }: Standing,
  token: string,
): Promise<void> {
  if (previousId === undefined) return;
  const [previous, current] = await Promise.all(
    [previousId, currentId].map(async (id) => readToken((await deps.versions.read(id)) ?? '')),
  );
  // Whoever went back to an earlier token has it in two versions.
  if (previous === undefined || previous === current || previous === token) return;
  await revoke(deps, previous, token);
}

/**
 * A marketplace that does not allow it must not stop the rotation: the token then lives until it expires. Where the
 * answer proves nothing (a 200 with an error in it, a 404 that may mean the call), the token itself is tried.
 */
async function revoke(deps: RotateTokenDeps, token: string, authenticatedBy: string): Promise<void> {
  try {
    const isProven = await deps.tokens.revoke(token, authenticatedBy);
    if (isProven || (await isRefused(deps, token))) {
      deps.log.info('a token that is no longer needed was revoked', { isProven });
      return;
    }
    deps.log.warn(
      'a token that is no longer needed still works although the marketplace was told to revoke it; have it revoked there, or it lives until it expires',
    );
  } catch (error) {
    if (!(await isForbidden(deps, error, authenticatedBy))) throw error;
    deps.log.warn('a token that is no longer needed could not be revoked; it lives until it expires');
  }
}

/** Whether a token has stopped working, now or in a moment: not every server does it at once. */
async function isRefused({ tokens, sleep }: RotateTokenDeps, token: string): Promise<boolean> {
  if ((await tokens.check(token)) === 'rejected') return true;
  await sleep(CHECK_AGAIN_MS);
  return (await tokens.check(token)) === 'rejected';
}

/** Not allowed, in contrast to: asked with a token that does not work (any more), which must not become current. */
async function isForbidden({ tokens }: RotateTokenDeps, error: unknown, token: string): Promise<boolean> {
  if (error instanceof MarketplaceRefusedError) return true;
  return error instanceof MarketplaceAuthError && (await tokens.check(token)) === 'accepted';
}

function noToken(fault: string): TokenUnavailableError {
  return new TokenUnavailableError(`${fault} ${TOKEN_REMEDY}`);
}
