import { MeasurementError } from '#bench/report/errors.ts';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { median } from '#bench/report/statistics.ts';
import { type ChildService, startChildService } from '#bench/services/child-service.ts';
import { type Load, load } from '#bench/services/load.ts';
import { startDynamodbProcess } from '#bench/services/services.ts';
import { readQueries } from './relevance.ts';
import type { SearchServerFacts } from './search-server.ts';

const CONNECTIONS = 10;
const LIMIT = 10;
const MAX_P99_MS = 25;
const MIN_TIMES_OF_FILTER = 10;
const MAX_BUILDING_SEARCHES = 60;
/** The filter takes a third of a second and more under load: in less time there would be too few to count. */
const FILTER_SECONDS = 8;

type Measured = Load & { readonly cpuMs: number };

/** One round: the same API asked for a skill, and then for skills by queries. */
type Round = { readonly single: Measured; readonly search: Measured };

/**
 * A search that is warm beside a single skill, and beside the filter that it took the place of; and one that is cold. In
 * processes of their own: the handler with its gateway, DynamoDB, and this one, which asks.
 */
export async function benchSearchLoad({ loadSeconds, rounds }: BenchOptions): Promise<Line[]> {
  const engine = await startDynamodbProcess();
  const env = { ENGINE_URL: engine.facts.endpoint };
  try {
    const warm = await withServer(env, (server) => measureWarm(server, loadSeconds, rounds));
    // The warm one has left a snapshot.
    const cold = await withServer({ ...env, IS_FILLED: 'yes' }, measureCold);
    return [...warm, ...cold];
  } finally {
    await engine.stop();
  }
}

async function withServer<T>(
  env: Readonly<Record<string, string>>,
  use: (facts: SearchServerFacts) => Promise<T>,
): Promise<T> {
  const module = new URL('./search-server.ts', import.meta.url);
  const server: ChildService<SearchServerFacts> = await startChildService(module, env);
  try {
    return await use(server.facts);
  } finally {
    await server.stop();
  }
}

async function measureWarm(server: SearchServerFacts, seconds: number, rounds: number): Promise<Line[]> {
  await untilBuilt(server);
  const measure = async (urls: readonly string[], forSeconds: number) => {
    const before = await usageOf(server);
    const options = { token: server.token, connections: CONNECTIONS, seconds: forSeconds, warmUpSeconds: 0 };
    const measured = await load(urls, options);
    return { ...measured, cpuMs: ((await usageOf(server)) - before) / measured.answers };
  };
  const skill = [`${server.url}/api/skills/${server.skillId}`];
  const searches = searchesAt(server.url);
  // Once without counting: what is measured is a warm search.
  for (const urls of [skill, searches]) await measure(urls, seconds);
  const taken: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    taken.push({ single: await measure(skill, seconds), search: await measure(searches, seconds) });
  }
  return linesOf(taken, await measure(searchesAt(server.filterUrl), FILTER_SECONDS));
}

function linesOf(rounds: readonly Round[], filter: Measured): Line[] {
  const middle = (of: (round: Round) => number) => median(rounds.map(of));
  const p99Ms = middle(({ search }) => search.p99Ms);
  const rate = middle(({ search }) => search.perSecond);
  const what = `GET /api/skills?query=…&limit=${LIMIT} of the real catalogue, ${CONNECTIONS} connections`;
  if (filter.answers === 0) throw new MeasurementError('The filter by text answered nothing in its time.');
  const times = rate / filter.perSecond;
  return [
    {
      what: `${what}: p99`,
      measured: `${p99Ms} ms`,
      floor: `${middle(({ single }) => single.p99Ms)} ms, a single skill`,
      ratio: middle(({ single, search }) => search.p99Ms / single.p99Ms).toFixed(2),
      target: { shown: `≤ ${MAX_P99_MS} ms`, value: p99Ms, limit: MAX_P99_MS },
    },
    {
      what: `${what}: CPU of handler and gateway`,
      measured: `${middle(({ search }) => search.cpuMs).toFixed(2)} ms`,
      floor: `${middle(({ single }) => single.cpuMs).toFixed(2)} ms, a single skill`,
      ratio: middle(({ single, search }) => search.cpuMs / single.cpuMs).toFixed(2),
    },
    {
      what: `${what}: rate`,
      measured: `${rate.toFixed(0)} a second`,
      floor: `${filter.perSecond.toFixed(1)} a second, p99 ${filter.p99Ms} ms, filter by text`,
      ratio: `${times.toFixed(0)} times`,
      // A limit holds from above: the share of the search's rate that the filter has.
      target: { shown: `≥ ${MIN_TIMES_OF_FILTER} times`, value: 1 / times, limit: 1 / MIN_TIMES_OF_FILTER },
    },
  ];
}

async function measureCold(server: SearchServerFacts): Promise<Line[]> {
  const [search = ''] = searchesAt(server.url);
  await ask(server, `${server.url}/api/skills/${server.skillId}`);
  const before = await usageOf(server);
  const begin = performance.now();
  await ask(server, search);
  const seconds = (performance.now() - begin) / 1000;
  const cpuSeconds = ((await usageOf(server)) - before) / 1000;
  return [
    {
      what: 'first search of a cold function over the real catalogue',
      measured: `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU`,
    },
  ];
}

function searchesAt(host: string): string[] {
  const queries = [...readQueries('own'), ...readQueries('held-out')];
  return queries.map(({ query }) => `${host}/api/skills?query=${encodeURIComponent(query)}&limit=${LIMIT}`);
}

async function usageOf({ usageUrl }: SearchServerFacts): Promise<number> {
  return Number(await (await fetch(usageUrl)).text());
}

async function ask({ token }: SearchServerFacts, url: string): Promise<{ readonly partial?: boolean }> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new MeasurementError(`${url} answered ${response.status}.`);
  return (await response.json()) as { readonly partial?: boolean };
}

/** Searches until the index is complete: without a snapshot its first searches read every skill. */
async function untilBuilt(server: SearchServerFacts): Promise<void> {
  for (let tries = 0; tries < MAX_BUILDING_SEARCHES; tries += 1) {
    const { partial } = await ask(server, searchesAt(server.url)[0] ?? '');
    if (partial === undefined) return;
  }
  throw new MeasurementError('The index of the search was not complete in time.');
}
