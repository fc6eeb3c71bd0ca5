import { copyAgeMs } from '#core/tickets/copy-age.ts';
import { TICKET_WORKER } from '#core/tickets/ticket-event.ts';
import type { Services } from '#functions/admin-api/ports.ts';

/** How old our copy of the tickets is, in seconds; undefined where no export was whole yet. */
export async function readCursorAge({
  tickets,
  jobs,
  now,
}: Pick<Services, 'tickets' | 'now'> & {
  readonly jobs: Pick<Services['jobs'], 'state'>;
}): Promise<number | undefined> {
  if (tickets === undefined) return undefined;
  const [state, worker] = await Promise.all([
    tickets.syncStates.read(tickets.settings.subdomain),
    jobs.state(TICKET_WORKER),
  ]);
  const age = copyAgeMs(state, worker, now());
  return age === undefined ? undefined : Math.floor(age / 1_000);
}
