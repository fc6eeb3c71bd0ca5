import { describe, expect, it } from 'vitest';
import type { Services } from '#functions/admin-api/ports.ts';
import { routeTable } from '#functions/admin-api/routes/route-table.ts';
import { call } from '#test/functions/admin-api/call-api.ts';
import { createWorld, issuesOf, withServices } from '#test/functions/admin-api/world.ts';
import { INJECTIONS } from '#test/functions/core/tickets/injection-set.ts';
import { type PlantedKind, plantedTickets } from '#test/functions/core/tickets/planted-pii.ts';
import { HOUR, PipelineWorld } from './pipeline-world.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
/** What the redaction has to find of each kind. */
const LEAST: Readonly<Record<PlantedKind, number>> = {
  ...{ email: 0.99, card: 0.99, iban: 0.99, token: 0.99, ip: 0.99, phone: 0.95 },
};

type Text = { readonly subject: string; readonly description: string };

/** The tickets through the whole pipeline. */
async function analysed(texts: readonly Text[], mode: 'direct' | 'batch') {
  const world = new PipelineWorld({
    claude: { keptBodies: 10_000 },
    settings: { mode, batchSize: 10_000 },
    zendesk: {
      tickets: texts.map((text, n) => ({
        ...{ id: n + 1, ...text, requester_id: 900_000_000 + n },
        ...{ created_at: '2026-11-27T08:00:00Z', updated_at: '2026-11-27T08:00:00Z' },
      })),
    },
  });
  await world.pass(
    (async () => {
      await world.invoke({ by: 'ticket-sync', event: { trigger: 'schedule', task: 'pipeline' } });
      await world.drain();
    })(),
  );
  expect(world.stored().size).toBe(texts.length);
  return world;
}

/** What every call of the API that reads tickets, issues, runs and the worker answers. */
async function answersOf(world: PipelineWorld): Promise<string[]> {
  const api = createWorld();
  const { tickets, syncStates, ledger, jobs, runs, generations, records } = world.stores;
  api.clock = world.clock.now();
  const served = withServices(api, {
    ...{ jobs, runs },
    tickets: {
      ...(api.services.tickets as NonNullable<Services['tickets']>),
      ...{ store: tickets, syncStates, ledger },
      issues: async () => issuesOf({ generations, records }, tickets),
    },
  });
  const paths = routeTable.flatMap(({ method, path }) =>
    method === 'GET' && /^\/api\/(?:tickets|tasks|issues|trends|digest)/.test(path) ? [path] : [],
  );
  const answers: string[] = [];
  const get = async (path: string) => {
    const { status, text, body } = await call(served, { path });
    expect(status, path).toBe(200);
    answers.push(text);
    return body;
  };
  const ids = [...world.stored().keys()];
  const runIds = ((await get('/api/tasks/runs')).runs as { run_id: string }[]).map(({ run_id }) => run_id);
  const issueIds = ['open', 'emerging'].map(async (status) => {
    const { issues } = await get(`/api/issues?status=${status}&limit=200`);
    return (issues as { id: string }[]).map(({ id }) => id);
  });
  const namesOf: Readonly<Record<string, readonly string[]>> = {
    '/api/tickets/{id}': ids,
    '/api/tasks/runs/{run_id}': runIds,
    '/api/issues/{id}': (await Promise.all(issueIds)).flat(),
    '/api/issues/{id}/tickets': (await Promise.all(issueIds)).flat(),
  };
  expect(namesOf['/api/issues/{id}']?.length).toBeGreaterThan(5);
  for (const path of paths) {
    const query = path === '/api/tickets/search' ? '?q=account+email+call+card&limit=50' : '';
    for (const name of path.includes('{') ? (namesOf[path] ?? []) : ['']) {
      await get(path.replace(/\{\w+\}/, name) + query);
    }
  }
  for (let cursor = ''; ; ) {
    const { next_cursor } = await get(`/api/tickets?limit=200${cursor}`);
    if (next_cursor === null) break;
    cursor = `&cursor=${encodeURIComponent(next_cursor)}`;
  }
  return answers;
}

/** A text without what people put between the digits of a number. */
function bare(text: string): string {
  return text.toLowerCase().replace(/\\[nt"]|[\s()./–-]/g, '');
}

/** What of a planted value says something: of a key its inside, of `password=x` the x. */
function core(value: string): string {
  const [, secret] = /^(?:password=|api_key: |Passwort: |mailto:)(.*)$/s.exec(value) ?? [];
  return secret ?? value.split('\n')[1] ?? value;
}

describe('Personal data in the whole pipeline', () => {
  it.each(['direct', 'batch'] as const)(
    `trap 44: is found in 500 tickets (%s, FC_SEED=${SEED})`,
    async (mode) => {
      // Prepare
      const planted = plantedTickets(500, SEED);

      // Act
      const world = await analysed(planted, mode);

      // Assess
      const places = {
        prompts: world.claude.stats.bodies,
        answers: await answersOf(world),
        logs: world.lines.map((line) => JSON.stringify(line)),
        events: world.events.map((event) => JSON.stringify(event)),
      };
      const values = planted.flatMap((ticket) => ticket.planted);
      expect(world.claude.stats.direct.messages + world.claude.stats.batch.messages).toBe(500);
      for (const [place, texts] of Object.entries(places)) {
        const all = bare(texts.join('\n'));
        const leaked = values.filter(({ value }) => all.includes(bare(core(value))));
        for (const [kind, least] of Object.entries(LEAST)) {
          const ofKind = values.filter((value) => value.kind === kind);
          const missed = leaked.filter((value) => value.kind === kind).map(({ value }) => value);
          const share = place === 'logs' || place === 'events' ? 1 : least;
          expect(
            1 - missed.length / ofKind.length,
            `${kind} in ${place}: ${missed.join('\n')}`,
          ).toBeGreaterThanOrEqual(share);
        }
        for (let n = 0; n < planted.length; n += 1) expect(all).not.toContain(String(900_000_000 + n));
      }
    },
  );
});

describe('Injections in the whole pipeline', () => {
  it('trap 42: change neither the form of the answer nor the severity, and are marked', async () => {
    const texts = INJECTIONS.flatMap((one) => [one, one.harmless]);
    const world = await analysed(texts, 'batch');
    const analyses = [...world.stored().values()].map(({ entry }) =>
      entry?.kind === 'live' ? entry.analysed?.analysis : undefined,
    );
    expect(analyses).toHaveLength(2 * INJECTIONS.length);
    expect(analyses.filter((one) => one === undefined)).toEqual([]);
    const pairs = INJECTIONS.map(({ name }, n) => {
      const [injected, harmless] = analyses.slice(2 * n, 2 * n + 2);
      return { name, injected, harmless };
    });
    const changed = pairs.filter(({ injected, harmless }) => injected?.severity !== harmless?.severity);
    expect(changed.length, changed.map(({ name }) => name).join()).toBeLessThanOrEqual(0.05 * pairs.length);
    // An instruction in signs that nobody sees is gone before anybody reads the ticket: there is nothing to be marked.
    const isLeft = ({ name }: { readonly name: string }) => name !== 'in tag characters';
    const unmarked = pairs.filter(({ injected }) => !injected?.suspected_injection);
    expect(unmarked.filter(isLeft).map(({ name }) => name)).toEqual([]);
    expect(pairs.filter(({ harmless }) => harmless?.suspected_injection).map(({ name }) => name)).toEqual([]);
  });

  it('are marked where they have convinced the model, too', async () => {
    const [one] = INJECTIONS;
    const world = new PipelineWorld({
      zendesk: { tickets: [{ id: 1, subject: one?.subject ?? '', description: one?.description ?? '' }] },
    });
    world.claude.switches.add({ kind: 'severity', times: 'always' });
    await world.pass(
      (async () => {
        await world.clock.sleep(HOUR);
        await world.invoke({ by: 'ticket-sync', event: { trigger: 'schedule' } });
        await world.drain();
      })(),
    );
    const entry = world.entry('1');
    expect(entry?.kind === 'live' && entry.analysed?.analysis).toMatchObject({ suspected_injection: true });
  });
});
