import type { Analysis, ProductArea } from '#core/tickets/analysis/analysis.ts';
import type { ClaudeMessage } from '#core/tickets/analysis/claude-message.ts';

export const AREAS: readonly ProductArea[] = [
  { name: 'export', definition: 'CSV, PDF and other files that leave the product.' },
  { name: 'billing/invoices', definition: 'Invoices and their delivery.' },
];

export const ANALYSIS: Analysis = {
  statement: 'Export to CSV times out for large accounts',
  summary: 'The export does not end.',
  kind: 'bug',
  product_area: 'export',
  component_hint: 'CSV export',
  severity: 'high',
  scope: 'team',
  blocked: false,
  sentiment: 'negative',
  churn_risk: false,
  root_cause_guess: null,
  reproduction: 'Open the export and press start.',
  reasons: [{ statement: 'Export to CSV times out', kind: 'bug' }],
  language: 'en',
  contains_pii: false,
  suspected_injection: false,
  confidence: 'high',
};

/** An answer of Claude's with one text. */
export function answerOf(text: string, message: Partial<ClaudeMessage> = {}): ClaudeMessage {
  return {
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 1_000, output_tokens: 200 },
    ...message,
  };
}
