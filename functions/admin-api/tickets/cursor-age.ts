import type { Services } from '#functions/admin-api/ports.ts';

/** How old our copy of the tickets is, in seconds; undefined where no export was whole yet. */
export async function readCursorAge({
  tickets,
  now,
}: Pick<Services, 'tickets' | 'now'>): Promise<number | undefined> {
  if (tickets === undefined) return undefined;
  const state = await tickets.syncStates.read(tickets.settings.subdomain);
  if (state?.completedAt === undefined) return undefined;
  return Math.max(0, Math.floor((now() - state.completedAt) / 1_000));
}
