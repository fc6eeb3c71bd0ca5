import * as z from 'zod';
import { emptyMonth, monthOf } from '#core/tickets/spend.ts';
import { Level } from '#functions/admin-api/http/governance.ts';
import { defineRoute, type Route } from '#functions/admin-api/http/route.ts';
import { presentBudget, presentUsage, wireUsage } from '#functions/admin-api/present/present-usage.ts';
import { failure, runId, success } from '#functions/admin-api/present/wire-schemas.ts';

const getUsage = defineRoute({
  method: 'GET',
  path: '/api/tickets/usage',
  level: Level.supervised,
  operationId: 'getTicketUsage',
  summary: 'What Claude has cost in a month, by day, model and purpose, and what is left of the budget.',
  tag: 'tickets',
  query: z.strictObject({
    month: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month, such as 2026-11')
      .optional()
      .meta({ description: 'In UTC. Default: the one that it is.', examples: ['2026-11'] }),
  }),
  responses: {
    200: { description: 'The month. One without any use is empty.', schema: wireUsage.extend({ success }) },
  },
  async handle({ query }, services) {
    const { tickets, now } = services;
    const month = query.month ?? monthOf(now());
    if (tickets === undefined) {
      return { status: 200, body: { success: true, ...presentUsage(emptyMonth(month), null) } };
    }
    const { readBudget } = await import('#functions/admin-api/tickets/budget.ts');
    const [used, left] = await Promise.all([tickets.ledger.read(month), readBudget(services, tickets)]);
    const budget = presentBudget(left, tickets.settings.limits);
    return { status: 200, body: { success: true, ...presentUsage(used, budget) } };
  },
});

const resetAccount = defineRoute({
  method: 'POST',
  path: '/api/tickets/reset',
  level: Level.autonomous,
  operationId: 'resetTickets',
  summary: 'Forgets the Zendesk account that the copy belongs to: the next sync begins anew.',
  description:
    'For another account, where a sync fails with `subdomain_changed`. Tickets of the other account stay where they ' +
    'are and are not shown.',
  tag: 'tickets',
  body: z
    .strictObject({
      confirm: z
        .string()
        .min(1)
        .max(63)
        .meta({
          description: 'The subdomain, as it is set or as it was.',
          pattern: '^[\\w.-]+$',
          examples: ['acme'],
        }),
    })
    .meta({ examples: [{ confirm: 'acme' }] }),
  responses: {
    200: {
      description: 'It is forgotten.',
      schema: z.object({
        success,
        forgotten: z
          .string()
          .nullable()
          .meta({ description: 'The subdomain that the copy belonged to.', examples: ['acme-sandbox'] }),
      }),
    },
    409: {
      description: '`run_in_progress` with its `run_id`, or `tickets_disabled`.',
      schema: failure.extend({ run_id: runId.optional() }),
    },
  },
  async handle({ body }, services) {
    const { resetTickets } = await import('#functions/admin-api/tickets/reset-tickets.ts');
    const forgotten = (await resetTickets(services, body.confirm)) ?? null;
    return { status: 200, body: { success: true, forgotten } };
  },
});

export const ticketAccountRoutes: readonly Route[] = [getUsage, resetAccount];
