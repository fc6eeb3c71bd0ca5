import type { TicketEnvVars } from '#functions/admin-api/config.ts';

/** What is there where the tickets are deployed. */
export const TICKET_VARIABLES: TicketEnvVars = {
  TICKET_SYNC_FUNCTION_NAME: 'ticket-sync',
  TICKET_ANALYSIS_FUNCTION_NAME: 'ticket-analysis',
  TICKET_ISSUES_FUNCTION_NAME: 'ticket-issues',
  TICKETS_ENABLED: 'true',
  ZENDESK_SUBDOMAIN: 'acme',
  ZENDESK_API_URL: 'https://acme.zendesk.com',
  CLAUDE_ANALYSIS_MODEL: 'claude-haiku-5-5',
  CLAUDE_BUDGET_USD_PER_DAY: '2',
  CLAUDE_BUDGET_USD_PER_MONTH: '20',
  CLAUDE_BUDGET_USD_PER_RUN: '0.5',
  TICKET_PRODUCT_AREAS: 'billing: Invoices and payments.',
  TICKET_DIRECT_MAX: '200',
  TICKET_MIN_CLUSTER_REQUESTERS: '3',
};
