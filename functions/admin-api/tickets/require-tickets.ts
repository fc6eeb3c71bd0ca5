import { conflict } from '#functions/admin-api/http/errors.ts';
import type { Services, TicketServices } from '#functions/admin-api/ports.ts';

/** What to set where nothing of the tickets is deployed. */
const NOT_CONFIGURED =
  'No Zendesk is configured: set ZENDESK_SUBDOMAIN (or ZENDESK_API_URL), and deploy again.';
/** What to set where the tickets are deployed and switched off. */
const SWITCHED_OFF = 'The ticket pipeline is switched off: set TICKETS_ENABLED to true, and deploy again.';

/** Why no run of the tickets starts; undefined where they do. */
export function whyDisabled({ tickets }: Pick<Services, 'tickets'>): string | undefined {
  if (tickets === undefined) return NOT_CONFIGURED;
  return tickets.settings.enabled ? undefined : SWITCHED_OFF;
}

/** The tickets, be they switched off. @throws ApiError `tickets_disabled` (409) with what to set */
export function requireDeployed({ tickets }: Pick<Services, 'tickets'>): TicketServices {
  if (tickets === undefined) throw conflict('tickets_disabled', NOT_CONFIGURED);
  return tickets;
}

/** The tickets, where runs of them start. @throws ApiError `tickets_disabled` (409) with what to set */
export function requireEnabled(services: Pick<Services, 'tickets'>): TicketServices {
  const tickets = requireDeployed(services);
  if (!tickets.settings.enabled) throw conflict('tickets_disabled', SWITCHED_OFF);
  return tickets;
}
