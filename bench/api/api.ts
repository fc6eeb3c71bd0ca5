import autocannon from 'autocannon';
import { sleep } from '#adapters/clock/sleep.ts';
import { createSkillEntries } from '#adapters/dynamodb/skills/skill-entries.ts';
import type { Table } from '#adapters/dynamodb/table/table.ts';
import { MeasurementError } from '#bench/report/errors.ts';
import type { Line } from '#bench/report/line.ts';
import type { BenchOptions } from '#bench/report/options.ts';
import { filterBySubstring, storeFilteredText } from '#bench/search/substring-filter.ts';
import { inParallel } from '#core/in-parallel.ts';
import { versionOf } from '#core/skills/skill.ts';
import { createSkillStore } from '#core/skills/skill-store.ts';
import { startHttpGateway } from '#local/api/http-gateway.ts';
import { generateSkills } from '#local/marketplace/catalog/generate-catalog.ts';
import { ADJECTIVES, NOUNS } from '#local/marketplace/catalog/words.ts';
import { SILENT } from '#test/engines/test-stores.ts';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';

const CONNECTIONS = 10;
/** As many as the real catalogue has. */
const SKILLS = 5_000;
const PUTS_AT_ONCE = 16;
/** Two words that stand apart in the texts, as they are typed, and other ones each time: nothing that was found is kept. */
const QUERIES = NOUNS.slice(0, 80).map((noun, at) => `${ADJECTIVES[at % ADJECTIVES.length]} ${noun}`);
const SEARCH_LIMIT = 10;
const MAX_SEARCH_P99_MS = 25;
const MIN_SEARCH_RATE = 10;
const MAX_BUILDING_SEARCHES = 60;
const QUERIES_END_MS = 1_000;
/** The filter takes a second and more under load: in less time there would be too few to count. */
const FILTER_SECONDS = 15;
const UNTHROTTLED = { $default: { ratePerSecond: 1e9, burst: 1e9 } };

/** The API, and who asks it how long. */
type Served = { readonly url: string; readonly token: string; readonly loadSeconds: number };

type Measured = { readonly p99Ms: number; readonly perSecond: number };

/**
 * The HTTP API under load, beside a handler that does nothing, behind the same gateway in the same process. Each
 * request is verified (JWT), routed, validated and answered from dynalite.
 */
export async function benchApi({ loadSeconds }: BenchOptions): Promise<Line[]> {
  // The handler runs in this process: its line per request would drown the table.
  process.env.POWERTOOLS_LOG_LEVEL = 'WARN';
  const api = await serveApi({ routeThrottles: UNTHROTTLED });
  const empty = await serveEmptyHandler();
  try {
    const table = { ...api.deployed.table, log: SILENT };
    const id = await fill(table);
    const token = api.tokens.AUTONOMOUS;
    const measure = (url: string) => load([url], token, loadSeconds);
    const floor = await measure(`${empty.url}/nothing`);
    const routes = [`/api/skills/${id}`, '/api/admin/sync/status', '/api/skills?limit=50'];
    const lines: Line[] = [];
    for (const route of routes)
      lines.push(compare(route.replace(id, '{id}'), await measure(api.url + route), floor));
    return [...lines, ...(await benchSearch(table, { url: api.url, token, loadSeconds }))];
  } finally {
    // The load ends in the middle of requests. Their queries go on, and one that meets a closed engine ends the process.
    await sleep(QUERIES_END_MS);
    await api.stop();
    await empty.close();
  }
}

/** Asks addresses of one host in turn. */
async function load(urls: readonly string[], token: string, duration: number): Promise<Measured> {
  const headers = { authorization: `Bearer ${token}` };
  const url = new URL(urls[0] ?? '').origin;
  const requests = urls.map((one) => ({ path: one.slice(url.length) }));
  const asked = { url, requests, connections: CONNECTIONS, headers };
  await autocannon({ ...asked, duration: 1 });
  const { requests: answered, latency, non2xx, errors } = await autocannon({ ...asked, duration });
  if (non2xx + errors > 0)
    throw new MeasurementError(`${urls[0]} failed ${non2xx + errors} times under load.`);
  return { p99Ms: latency.p99, perSecond: answered.average };
}

function compare(route: string, { p99Ms, perSecond }: Measured, floor: Measured): Line {
  return {
    what: `GET ${route}, ${CONNECTIONS} connections`,
    measured: `${perSecond.toFixed(0)} a second, p99 ${p99Ms} ms`,
    floor: `${floor.perSecond.toFixed(0)} a second, p99 ${floor.p99Ms} ms, empty handler`,
    ratio: `${(perSecond / floor.perSecond).toFixed(2)} of the rate`,
  };
}

/** A search that is warm, beside the filter that it took the place of, which has no token to verify here. */
async function benchSearch(table: Table, { url, token, loadSeconds }: Served): Promise<Line[]> {
  const filter = await serveHandler(async (query) => ({
    success: true,
    skills: await filterBySubstring(table, query, SEARCH_LIMIT),
  }));
  const addresses = (host: string) =>
    QUERIES.map((query) => `${host}/api/skills?query=${encodeURIComponent(query)}&limit=${SEARCH_LIMIT}`);
  await untilBuilt(addresses(url)[0] ?? '', token);
  const search = await load(addresses(url), token, loadSeconds);
  const before = await load(addresses(filter.url), token, FILTER_SECONDS).finally(() => filter.close());
  if (before.perSecond === 0) throw new MeasurementError('The filter by text answered nothing in its time.');
  const times = search.perSecond / before.perSecond;
  const measured = `${search.perSecond.toFixed(0)} a second, p99 ${search.p99Ms} ms`;
  const what = `GET /api/skills?query=…&limit=${SEARCH_LIMIT} of ${SKILLS} skills, ${CONNECTIONS} connections`;
  return [
    {
      what: `${what}: p99`,
      measured,
      target: { shown: `≤ ${MAX_SEARCH_P99_MS} ms`, value: search.p99Ms, limit: MAX_SEARCH_P99_MS },
    },
    {
      what: `${what}: rate`,
      measured,
      floor: `${before.perSecond.toFixed(1)} a second, p99 ${before.p99Ms} ms, filter by text`,
      ratio: `${times.toFixed(0)} times`,
      // A limit holds from above: the share of the search's rate that the filter has.
      target: { shown: `≥ ${MIN_SEARCH_RATE} times`, value: 1 / times, limit: 1 / MIN_SEARCH_RATE },
    },
  ];
}

/** Searches until the index is complete: without a snapshot its first searches read every skill. */
async function untilBuilt(url: string, token: string): Promise<void> {
  for (let tries = 0; tries < MAX_BUILDING_SEARCHES; tries += 1) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const { partial } = (await response.json()) as { partial?: boolean };
    if (response.ok && partial === undefined) return;
  }
  throw new MeasurementError('The index of the search was not complete in time.');
}

function serveEmptyHandler() {
  return serveHandler(async () => ({}));
}

/** A handler that answers this body, behind a gateway as the API is. */
async function serveHandler(bodyOf: (query: string) => Promise<object>) {
  const gateway = await startHttpGateway({ port: 0 });
  const routes = [{ routeKey: '$default', functionName: 'handler' }];
  gateway.serve({ routes, routeThrottles: UNTHROTTLED }, async (_name, event) => ({
    requestId: 'handler',
    payload: JSON.stringify({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await bodyOf(queryOf(event))),
    }),
  }));
  return gateway;
}

function queryOf(event: string): string {
  const { rawQueryString } = JSON.parse(event) as { rawQueryString?: string };
  return new URLSearchParams(rawQueryString).get('query') ?? '';
}

/** Puts skills of the usual size into the cache and names one of them. */
async function fill(table: Table): Promise<string> {
  const store = createSkillStore(createSkillEntries(table), { strategy: 'remote_wins', random: Math.random });
  const now = new Date();
  const seen = {
    observedAt: now.getTime(),
    now,
    expiresAt: new Date(now.getTime() + 3_600_000),
    fence: undefined,
  };
  let last = '';
  await inParallel(
    generateSkills({ seed: 1, count: SKILLS }),
    PUTS_AT_ONCE,
    async ({ skill_id, ...fields }) => {
      const skill = { ...fields, skill_id: String(skill_id), name: String(fields.name) };
      await store.put(versionOf(skill), seen);
      await storeFilteredText(table, skill);
      last = skill.skill_id;
    },
  );
  return last;
}
