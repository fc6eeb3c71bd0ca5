/**
 * A Claude to be asked, on this computer: the Messages API with its batches, over HTTP or as a `fetch`, deterministic
 * from one seed, and able to misbehave in every way. A rule-based analyser answers in place of a model, and says so.
 * `README.md` beside this file shows the control endpoint with curl.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startLoopbackServer } from '#local/guard/loopback-server.ts';
import { isControlPath } from '#local/http/control-endpoint.ts';
import { createRandom } from '#local/random.ts';
import { createIssueFinder } from './analyser/known-issues.ts';
import { Batches } from './batches/batches.ts';
import { respondControl } from './control/control.ts';
import { respond } from './http/respond.ts';
import { createFetch } from './http/serve-fetch.ts';
import { serveHttp } from './http/serve-http.ts';
import type { ClaudeAnswer, ClaudeRequest } from './http/wire.ts';
import { createIds } from './ids.ts';
import { Models } from './models.ts';
import { type ClaudeOptions, type ClaudeSettings, DEFAULT_API_KEY, initialSettings } from './options.ts';
import { RateLimits } from './rate-limits.ts';
import { openFileState } from './state/file-state.ts';
import { createMemoryState } from './state/state.ts';
import { Recorder, type Stats } from './stats.ts';
import { Switches } from './switches/switches.ts';
import type { World } from './world.ts';

/** A Claude in memory. */
export type Claude = {
  /** The key that it accepts. */
  readonly apiKey: string;
  /** Answers one request; the control endpoint's too. */
  respond(request: ClaudeRequest): Promise<ClaudeAnswer>;
  /** Reaches it without a socket, whatever host is asked for. */
  readonly fetch: typeof fetch;
  readonly switches: Switches;
  readonly models: Models;
  readonly batches: Batches;
  /** May be changed while it runs. */
  readonly settings: ClaudeSettings;
  readonly stats: Stats;
};

/** A Claude that listens. */
export type ServedClaude = Claude & {
  /** Base URL, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Ends every connection, hanging ones too. May be called twice. */
  close(): Promise<void>;
};

/**
 * Makes a Claude without a server.
 *
 * @example
 * const claude = createClaude({ now: () => clock.ms });
 * const client = new Anthropic({ apiKey: claude.apiKey, fetch: claude.fetch });
 * claude.switches.add({ kind: 'overloaded', times: 2 });
 */
export function createClaude(options: ClaudeOptions = {}): Claude {
  const world = createWorld(options);
  const answer = (request: ClaudeRequest) =>
    isControlPath(request.path) ? respondControl(world, request) : respond(world, request);
  const { apiKey, switches, models, batches, settings, recorder } = world;
  return {
    apiKey,
    respond: answer,
    fetch: createFetch(answer),
    switches,
    models,
    batches,
    settings,
    stats: recorder,
  };
}

/**
 * Starts a Claude on 127.0.0.1. Rejects with a PortUnavailableError when the port cannot be had.
 *
 * @param options `port` 0 (default) for any free one
 */
export async function startClaude({
  port = 0,
  ...options
}: ClaudeOptions & { readonly port?: number } = {}): Promise<ServedClaude> {
  const claude = createClaude(options);
  const server = await startLoopbackServer(
    (request, response) => serveHttp(claude.respond, request, response),
    { port, guard: { rules: () => ({ contentTypes: ['application/json'] }) } },
  );
  return { ...claude, url: server.url, close: () => server.close(0) };
}

function createWorld(options: ClaudeOptions): World {
  const { apiKey = DEFAULT_API_KEY, seed = 1, now = Date.now, sleep = wait, keptBodies = 200 } = options;
  const settings = initialSettings(options);
  const state = options.statePath === undefined ? createMemoryState() : openFileState(options.statePath);
  const recorder = new Recorder(state, keptBodies);
  // A restart with the same seed must not give the ids of the last time again.
  const known = recorder.direct.messages + recorder.batch.messages + state.batches().length;
  const random = createRandom(seed, Math.trunc(now()) + known);
  const ids = createIds(random);
  const models = new Models(now);
  const switches = new Switches();
  const findIssue = createIssueFinder(options.knownIssues ?? []);
  const batches = new Batches({ now, random, ids, models, switches, settings, state, recorder, findIssue });
  const limits = new RateLimits(settings, now);
  return { apiKey, now, sleep, settings, ids, models, switches, limits, recorder, batches, findIssue };
}

function wait(ms: number): Promise<void> {
  return delay(ms, undefined, { ref: false });
}
