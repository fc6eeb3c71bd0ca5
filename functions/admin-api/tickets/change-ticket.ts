import { correctedBy, reanalyse } from '#core/tickets/analyse-ticket.ts';
import { OTHER_AREA } from '#core/tickets/analysis/analysis.ts';
import type { Correction } from '#core/tickets/analysis/correction.ts';
import { areaNames } from '#core/tickets/analysis/output-format.ts';
import type { LiveTicket } from '#core/tickets/ticket-entry.ts';
import { type ApiError, conflict, notFound, validationFailed } from '#functions/admin-api/http/errors.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';

/** An id as Zendesk gives it. What is none is not looked for. */
const TICKET_ID = /^\d{1,20}$/;

/** A ticket with where it is kept. @throws ApiError `ticket_not_found` (404), for one that was deleted too */
export async function findTicket(
  { tickets }: Pick<Services, 'tickets'>,
  id: string,
): Promise<{ readonly ticket: LiveTicket; readonly tickets: TicketServices }> {
  if (tickets === undefined || !TICKET_ID.test(id)) throw ticketNotFound();
  const ticket = await tickets.store.get(id);
  if (ticket?.kind !== 'live') throw ticketNotFound();
  return { ticket, tickets };
}

/**
 * Has a ticket wait for another analysis, or for the one that it was asked for in a batch.
 *
 * @throws ApiError `ticket_not_found` (404), `not_analysable` (409)
 */
export async function askForAnalysis(services: Services, id: string): Promise<void> {
  const { tickets } = await findTicket(services, id);
  const result = await tickets.store.change(id, (before) => reanalyse(before, services.now()));
  if (result === 'gone') throw ticketNotFound();
  if (result === 'excluded') {
    const reason = 'The ticket is not analysed: it is empty, scrubbed, merged, or left out by a setting.';
    throw conflict('not_analysable', reason);
  }
}

/**
 * Keeps what an operator knows better than the model.
 *
 * @throws ApiError `ticket_not_found` (404), `not_analysed` (409), `validation_failed` (400) for an area that is none
 */
export async function correctAnalysis(
  services: Services,
  id: string,
  correction: Correction,
): Promise<{ readonly ticket: LiveTicket; readonly tickets: TicketServices }> {
  const { tickets } = await findTicket(services, id);
  requireArea(correction.product_area, tickets);
  const result = await tickets.store.change(id, (before) => correctedBy(before, correction));
  if (result === 'gone') throw ticketNotFound();
  if (result === 'not_analysed') {
    throw conflict('not_analysed', 'The ticket has no analysis yet that could be corrected.');
  }
  return { ticket: result, tickets };
}

/** Another spelling would be an area of its own in every list and count. */
function requireArea(area: string | undefined, { settings }: TicketServices): void {
  const names = areaNames(settings.areas);
  if (area === undefined || names.includes(area)) return;
  const known = names.length > 1 ? `one of ${names.join(', ')}` : `"${OTHER_AREA}", for no areas are set`;
  const message = `must be ${known} (TICKET_PRODUCT_AREAS)`;
  throw validationFailed([{ in: 'body', field: 'product_area', message }]);
}

function ticketNotFound(): ApiError {
  return notFound('ticket_not_found', 'There is no such ticket, or it was deleted.');
}
