import { describe, expect, it } from 'vitest';
import type { LocalProcess } from './local-process.ts';
import { listedTickets, runTask, startTicketServers, until, workerOf } from './ticket-system.ts';

const TICKETS = 350;
const DIRECTLY = { CLAUDE_MODE: 'direct', TICKET_ANALYZE_BATCH_SIZE: '1000' };
const IN_BATCHES = { CLAUDE_MODE: 'batch', TICKET_ANALYZE_BATCH_SIZE: '1000' };
/** As many requests are under way at once at most. */
const AT_ONCE = 50;

describe('npm start with tickets', () => {
  it('is killed in each stage, and has all tickets once in the end, each paid once', async () => {
    // Prepare
    const { zendesk, claude, start } = await startTicketServers(TICKETS);

    // Act: in the sync, between two pages
    zendesk.settings.latencyMs = 400;
    const first = await start(DIRECTLY);
    expect(first.session()).toMatchObject({ zendesk: zendesk.url, claude: claude.url });
    await until(() => (zendesk.stats.byRoute.incremental_tickets ?? 0) >= 3, 'the third page is asked for');
    expect(await workerOf(first)).toMatchObject({ status: 'running', progress: { stage: 'sync' } });
    await kill(first);
    zendesk.settings.latencyMs = 0;

    // In the direct analyses
    claude.settings.latencyMs = 300;
    const second = await start(DIRECTLY);
    await until(() => claude.stats.direct.messages >= 100, 'a hundred are analysed');
    expect(await workerOf(second)).toMatchObject({ status: 'running', progress: { stage: 'analyse' } });
    await kill(second);
    claude.settings.latencyMs = 0;
    const calls = zendesk.stats.byRoute.incremental_tickets ?? 0;

    // While a batch is waited for
    claude.settings.batchSeconds = 25;
    const third = await start(IN_BATCHES);
    await until(() => (claude.stats.byRoute.batch ?? 0) > 0, 'a batch is asked for, and waited for');
    await kill(third);
    const last = await start(IN_BATCHES);
    const waiting = async () => (await listedTickets(last, '&analysis=pending')).length;
    await until(
      async () => (await workerOf(last)).status === 'completed' && (await waiting()) === 0,
      'all is done',
    );

    // Assess
    expect(calls).toBeLessThanOrEqual(7);
    expect(claude.batches.list()).toHaveLength(1);
    const listed = await listedTickets(last);
    const live = zendesk.tickets().filter(({ status }) => status !== 'deleted');
    expect(listed.map(({ id }) => id).toSorted()).toEqual(live.map(({ id }) => String(id)).toSorted());
    const analysed = await listedTickets(last, '&analysis=done');
    expect(analysed.length).toBeGreaterThanOrEqual(listed.length - 10);
    // Only what was under way when the second process was killed is paid a second time.
    const { direct, batch } = claude.stats;
    const labels = await labelled(last);
    expect(direct.messages + batch.messages - analysed.length - labels).toBeLessThanOrEqual(AT_ONCE);
    expect(claude.batches.list()[0]?.counts.succeeded).toBe(batch.messages);
    await shownAtWork(last, zendesk);
    last.kill('SIGTERM');
    expect(await last.exited).toBe(0);
  });

  it('says in one sentence what is wrong, and loses nothing by it', async () => {
    // Prepare
    const { zendesk, claude, start } = await startTicketServers(30);
    const system = await start({ CLAUDE_MODE: 'direct' });
    await until(async () => (await workerOf(system)).status === 'completed', 'the first run is completed');
    expect(await listedTickets(system, '&analysis=done')).not.toEqual([]);
    const fails = async (task: 'sync' | 'pipeline', code: string, sentence: RegExp) => {
      const run = await runTask(system, task);
      expect(run).toMatchObject({ errors: [{ code, message: expect.stringMatching(sentence) }] });
      expect((await workerOf(system)).last_error).toMatch(sentence);
      return run.status;
    };

    // Act and assess
    zendesk.settings.role = 'agent';
    expect(await fails('sync', 'zendesk_forbidden', /needs an admin/)).toBe('failed');
    zendesk.settings.role = 'admin';
    zendesk.expireTokens();
    zendesk.faults.add({
      kind: 'status',
      status: 401,
      body: { error: 'invalid_client' },
      route: 'oauth_token',
      times: 'always',
    });
    expect(await fails('sync', 'zendesk_auth', /secret/)).toBe('failed');
    zendesk.faults.clear();
    zendesk.faults.add({
      kind: 'status',
      status: 404,
      body: '<html>No such account</html>',
      times: 'always',
    });
    expect(await fails('sync', 'zendesk_not_found', /ZENDESK_SUBDOMAIN|ZENDESK_API_URL/)).toBe('failed');
    zendesk.faults.clear();
    for (const n of [1, 2, 3])
      zendesk.operate({ op: 'create', ticket: { description: `The export ${n} is empty.` } });
    claude.models.setLifecycle('claude-haiku-5-5', 'retired');
    expect(await fails('pipeline', 'claude_model_unavailable', /CLAUDE_ANALYSIS_MODEL/)).toBe('failed');
    claude.models.setLifecycle('claude-haiku-5-5', 'active');
    claude.switches.add({ kind: 'spend_limit', route: 'messages', times: 'always' });
    expect(await fails('pipeline', 'budget_exhausted', /spend limit/)).toBe('completed');
    claude.switches.clear();
    expect((await listedTickets(system, '&analysis=pending')).length).toBe(3);
    expect(await runTask(system, 'pipeline')).toMatchObject({ status: 'completed', counts: { analysed: 3 } });
    expect(claude.stats.paidTwice()).toEqual([]);
    system.kill('SIGTERM');
    expect(await system.exited).toBe(0);
  });
});

/** How many issues the runs had Claude name. */
async function labelled(system: LocalProcess): Promise<number> {
  const { body } = await system.call('/api/tasks/runs', 'SUPERVISED');
  const { runs } = body as { runs: readonly { counts: { labelled: number } }[] };
  return runs.reduce((sum, { counts }) => sum + counts.labelled, 0);
}

async function kill(system: LocalProcess): Promise<void> {
  system.kill('SIGKILL');
  await system.exited;
}

/** What an operator sees of a run that he starts. */
async function shownAtWork(
  system: LocalProcess,
  zendesk: Awaited<ReturnType<typeof startTicketServers>>['zendesk'],
): Promise<void> {
  const text = 'The app crashes with an error when I open the board. It is a bug.';
  zendesk.operate({ op: 'create', ticket: { id: 77_001, subject: 'Crash', description: text } });
  zendesk.settings.latencyMs = 300;
  const before = await workerOf(system);
  expect(before).toMatchObject({ status: 'completed', is_running: false });
  const { body } = await system.call('/api/tasks/pipeline', 'AUTONOMOUS', { method: 'POST' });
  expect(body).toMatchObject({ success: true, status: 'started', run_id: expect.any(String) });
  expect(await workerOf(system)).toMatchObject({ status: 'running', is_running: true });
  expect(await system.call('/api/tasks/pipeline', 'AUTONOMOUS', { method: 'POST' })).toMatchObject({
    status: 409,
  });
  await until(async () => (await workerOf(system)).status === 'completed', 'the run is completed');
  expect(await workerOf(system)).toMatchObject({
    progress: { percent: 100 },
    last_result: { new: 1, pending: 0 },
    last_error: null,
  });
  const bugs = await listedTickets(system, '&kind=bug');
  expect(bugs.map(({ id }) => id)).toContain('77001');
  for (const { analysis } of bugs) expect(analysis).toMatchObject({ kind: 'bug' });
}
