import type { Account } from '#local/zendesk/account.ts';
import { renderTicket } from '#local/zendesk/tickets/render-ticket.ts';
import type { StoredTicket } from '#local/zendesk/tickets/stored-ticket.ts';
import { renderUser } from './users.ts';

/** What `include` may bring along; other names are ignored, `last_audits` too. */
const LOADERS: Readonly<Record<string, (account: Account, tickets: readonly StoredTicket[]) => unknown[]>> = {
  users: (account, tickets) =>
    unique(tickets.map(({ requesterId }) => requesterId)).map((id) => renderUser(account, id)),
  groups: ({ base }, tickets) =>
    unique(tickets.map((ticket) => renderTicket(ticket, base).group_id)).map((id) => ({
      id,
      url: `${base}/api/v2/groups/${id}.json`,
      name: 'Support',
      deleted: false,
    })),
  organizations: ({ base }, tickets) =>
    unique(tickets.map((ticket) => renderTicket(ticket, base).organization_id)).map((id) => ({
      id,
      url: `${base}/api/v2/organizations/${id}.json`,
      name: `Organization ${id}`,
    })),
  metric_sets: ({ base }, tickets) =>
    tickets.map((ticket) => ({
      id: ticket.id + 1_000_000,
      url: `${base}/api/v2/ticket_metrics/${ticket.id + 1_000_000}.json`,
      ticket_id: ticket.id,
      replies: ticket.audits.filter(({ comment }) => comment?.public !== false).length,
      reopens: 0,
      created_at: ticket.createdAt,
      updated_at: ticket.updatedAt,
      solved_at: ['solved', 'closed'].includes(ticket.status) ? ticket.updatedAt : null,
    })),
};

/** The arrays that a page carries beside its tickets. */
export function sideLoads(
  account: Account,
  include: string | null,
  tickets: readonly StoredTicket[],
): Record<string, unknown[]> {
  const wanted = (include ?? '').split(',').map((name) => name.trim());
  const loads = wanted.flatMap((name) => {
    const loader = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
    return loader ? [[name, loader(account, tickets)] as const] : [];
  });
  return Object.fromEntries(loads);
}

function unique(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids)].filter((id) => id !== null);
}
