import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type ServedClaude, startClaude } from '#local/claude/claude.ts';
import { startZendesk, type Zendesk } from '#local/zendesk/server.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';
import { WAIT } from '#test/wait-limit.ts';
import { type LocalProcess, startProcess } from './local-process.ts';

/** A Zendesk and a Claude in the test's own process, and what `npm start` needs to find them. */
export type TicketServers = {
  readonly zendesk: Zendesk;
  readonly claude: ServedClaude;
  /** Starts the system on the same data each time. */
  start(settings?: Readonly<Record<string, string>>): Promise<LocalProcess>;
};

/** Has both servers listen until the test ends. */
export async function startTicketServers(tickets: number): Promise<TicketServers> {
  const settings = { incrementalPerMinute: 'off', accountPerMinute: 'off', withholdSeconds: 0 } as const;
  const zendesk = await startZendesk({ tickets, settings });
  onTestFinished(() => zendesk.close());
  const claude = await startClaude();
  onTestFinished(() => claude.close());
  const directory = temporaryDirectory();
  const addresses = {
    ATOM_LOCAL_MARKETPLACE_SKILLS: '20',
    ATOM_LOCAL_MARKETPLACE_CHANGE_MS: '0',
    ATOM_SAAS_WS_ENABLED: 'false',
    ZENDESK_API_URL: zendesk.url,
    ZENDESK_SUBDOMAIN: zendesk.subdomain,
    ZENDESK_OAUTH_CLIENT_ID: zendesk.clientId,
    ZENDESK_OAUTH_CLIENT_SECRET: zendesk.clientSecret,
    ZENDESK_REQUESTS_PER_MINUTE: '30',
    ZENDESK_PAGE_SIZE: '100',
    TICKET_BACKFILL_DAYS: '365',
    ANTHROPIC_BASE_URL: claude.url,
    ANTHROPIC_API_KEY: claude.apiKey,
  };
  return {
    zendesk,
    claude,
    start: async (more = {}) => {
      const system = startProcess(directory, { ...addresses, ...more });
      await system.until(/^ready /m);
      return system;
    },
  };
}

/** Waits until something is so. @throws when it never is */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 3 * WAIT.timeout;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`It never came to this: ${what}.`);
    await delay(20);
  }
}

/** The worker as the API shows it. */
export async function workerOf(system: LocalProcess) {
  return (await system.call('/api/tasks/worker/status', 'SUPERVISED')).body;
}

/** Waits until no run is under way. */
async function untilIdle(system: LocalProcess): Promise<void> {
  await until(async () => (await workerOf(system)).is_running === false, 'no run is under way');
}

/** Every ticket that the API lists, over all pages. */
export async function listedTickets(system: LocalProcess, query = '') {
  const tickets: { readonly id: string; readonly analysis: unknown }[] = [];
  let cursor = '';
  do {
    const { body } = await system.call(`/api/tickets?limit=200${query}${cursor}`, 'SUPERVISED');
    tickets.push(...body.tickets);
    cursor = body.next_cursor === null ? '' : `&cursor=${encodeURIComponent(body.next_cursor)}`;
  } while (cursor !== '');
  return tickets;
}

/** Starts a task, and waits for the end of its run. Answers the run. */
export async function runTask(system: LocalProcess, task: 'sync' | 'analyze' | 'pipeline') {
  await untilIdle(system);
  const { status, body } = await system.call(`/api/tasks/${task}`, 'AUTONOMOUS', { method: 'POST' });
  if (status >= 300) throw new Error(`${task} was answered ${status}: ${JSON.stringify(body)}`);
  await untilIdle(system);
  return (await system.call(`/api/tasks/runs/${body.run_id}`, 'SUPERVISED')).body.run;
}
