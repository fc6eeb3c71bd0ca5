/** A plain client of the simulator, for its own tests. */
import { type Claude, createClaude } from '#local/claude/claude.ts';
import type { ClaudeOptions } from '#local/claude/options.ts';

/** What a request needs of a Claude. */
export type Reached = Pick<Claude, 'apiKey' | 'fetch'>;

/** A clock that stands still until it is told otherwise. */
type Clock = { ms: number; readonly now: () => number };

/** A Claude whose clock and waits are in the test's hands. */
export type TestClaude = Claude & { readonly clock: Clock; readonly waits: number[] };

/** 2026-11-01, noon. */
export const NOON = Date.UTC(2026, 10, 1, 12);

/** Makes a Claude in memory. */
export function claudeForTest(options: ClaudeOptions = {}): TestClaude {
  const clock: Clock = { ms: NOON, now: () => clock.ms };
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  return { ...createClaude({ now: clock.now, sleep, ...options }), clock, waits };
}

const text = { type: 'string' };
const flag = { type: 'boolean' };
const maybe = { anyOf: [{ type: 'string' }, { type: 'null' }] };
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
const kind = oneOf(
  'bug',
  'outage',
  'feature_request',
  'how_to',
  'billing',
  'account_access',
  'data_privacy',
  'complaint',
  'praise',
  'spam',
  'other',
);

/** An object of which every property is required. */
export function objectOf(properties: Record<string, unknown>) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** The schema of a ticket's analysis. */
export const ANALYSIS = objectOf({
  statement: text,
  summary: text,
  kind,
  product_area: oneOf('export', 'login', 'billing', 'mobile', 'other'),
  component_hint: maybe,
  severity: oneOf('critical', 'high', 'medium', 'low'),
  scope: oneOf('one_user', 'team', 'many', 'unknown'),
  blocked: flag,
  sentiment: oneOf('very_negative', 'negative', 'neutral', 'positive', 'very_positive'),
  churn_risk: flag,
  root_cause_guess: maybe,
  reproduction: maybe,
  reasons: { type: 'array', items: objectOf({ statement: text, kind }) },
  language: text,
  contains_pii: flag,
  suspected_injection: flag,
  confidence: oneOf('high', 'medium', 'low'),
});

/** The user's message for a ticket, as the pipeline wraps it. */
export function wrapped(ticket: string): string {
  return `<ticket>${JSON.stringify(ticket).replaceAll('<', '\\u003c')}</ticket>`;
}

/** Parameters of a message about a ticket. */
export function ticketParams(ticket: string) {
  return {
    model: 'claude-haiku-5-5',
    max_tokens: 1000,
    system: 'You analyse support tickets.',
    messages: [{ role: 'user' as const, content: wrapped(ticket) }],
    output_config: {
      effort: 'low' as const,
      format: { type: 'json_schema' as const, schema: ANALYSIS as Record<string, unknown> },
    },
  };
}

/** An answer: its status, its headers, and its body parsed. */
export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests take answers apart as they come
  readonly body: any;
};

/** Sends one request with the key; `json` makes it a POST. */
export async function ask(
  claude: Reached,
  path: string,
  { json, method, headers = {} }: { json?: unknown; method?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const response = await claude.fetch(`http://claude.test${path}`, {
    method: method ?? (json === undefined ? 'GET' : 'POST'),
    headers: {
      'x-api-key': claude.apiKey,
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
      ...headers,
    },
    body: typeof json === 'string' ? json : JSON.stringify(json),
  });
  const content = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? JSON.parse(content) : content,
  };
}

/** Sends a message about a ticket. */
export function askAbout(claude: Reached, ticket: string, changes: object = {}): Promise<Answered> {
  return ask(claude, '/v1/messages', { json: { ...ticketParams(ticket), ...changes } });
}

/** The analysis in an answer. */
export function analysisIn({ body }: Answered): Record<string, unknown> {
  return JSON.parse(body.content[0].text);
}

/** Creates a batch of tickets, `t-0`, `t-1`, …; answers its id. */
export async function createBatch(claude: Reached, ...tickets: string[]): Promise<string> {
  const requests = tickets.map((ticket, index) => ({
    custom_id: `t-${index}`,
    params: ticketParams(ticket),
  }));
  const { body } = await ask(claude, '/v1/messages/batches', { json: { requests } });
  return body.id;
}

/** The lines of a batch's results, parsed. */
export async function resultsOf(claude: Reached, id: string): Promise<Answered['body'][]> {
  const { body } = await ask(claude, `/v1/messages/batches/${id}/results`);
  return String(body)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
