import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createClaude } from '#adapters/claude/client.ts';
import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { Effort } from '#core/tickets/analysis/claude-request.ts';
import type { Claude } from '#core/tickets/claude.ts';
import { productAreasOf } from '#core/tickets/product-areas.ts';
import { createClaude as createStandIn } from '#local/claude/claude.ts';
import { askGolden, estimateGolden, type GoldenSettings } from './ask-golden.ts';
import { agreements, renderAgreements } from './golden-report.ts';
import { GOLDEN_AREAS, type GoldenTicket, readCorrections, readGoldenSet } from './golden-set.ts';
import { injectionAgreements, injectionTickets } from './injection-pairs.ts';

/** What is asked about, and whom. */
export type GoldenOptions = {
  /** A file of corrected tickets in place of the golden set. */
  readonly corrections?: string;
  /** Asks the stand-in, which answers by rules. */
  readonly simulator?: boolean;
  /** In US dollars. Default 1. */
  readonly budget?: number;
};

const DEFAULT_BUDGET_USD = 1;
const NOBODY = `No ANTHROPIC_API_KEY is set, so nobody was asked. With --simulator the stand-in of this repository is: it
answers by rules, so what it says shows that harness, form and redaction work, and nothing of how well Claude reads.`;

/** The settings of the deployment, by the names that they have there. */
const envSchema = z.object({
  ANTHROPIC_API_KEY: z.string().trim().default(''),
  ANTHROPIC_BASE_URL: z.url().default('https://api.anthropic.com'),
  CLAUDE_ANALYSIS_MODEL: z.string().min(1).default('claude-haiku-5-5'),
  CLAUDE_EFFORT: z.enum(Effort).default('low'),
  TICKET_PRODUCT_AREAS: z.string().optional(),
});
type Env = z.output<typeof envSchema>;

/**
 * Asks about the golden set and the injection set, or about what operators put right, and says how far the answers are
 * what people say.
 *
 * @param tell is told what it will cost, before anything is asked
 * @throws EvalInputError where there is nobody to ask, the budget is too small, or a file or setting cannot be used
 */
export async function measureGolden(
  options: GoldenOptions,
  environment: NodeJS.ProcessEnv,
  tell: (line: string) => void,
): Promise<string[]> {
  const env = readEnvironment(environment);
  const isCorrected = options.corrections !== undefined;
  const tickets = isCorrected ? readCorrections(options.corrections) : readGoldenSet();
  const injected = isCorrected ? [] : injectionTickets();
  const settings: GoldenSettings = {
    model: env.CLAUDE_ANALYSIS_MODEL,
    effort: env.CLAUDE_EFFORT,
    areas: isCorrected ? areasOf(env, tickets) : GOLDEN_AREAS,
    budgetUsd: options.budget ?? DEFAULT_BUDGET_USD,
  };
  const { claude, name } = openClaude(options, env);
  const all = [...tickets, ...injected];
  const { requests, usd, mostUsd } = estimateGolden(all, settings);
  tell(`${requests} requests to ${name}: about $${usd.toFixed(3)}, at most $${mostUsd.toFixed(2)}`);
  const { answers, costUsd } = await askGolden(
    { ask: (request) => claude.ask(request), sleep: wait },
    all,
    settings,
  );
  const found = agreements(tickets, answers.slice(0, tickets.length));
  const ofInjections = isCorrected ? [] : injectionAgreements(answers.slice(tickets.length));
  return [
    `${all.length} tickets, answered by ${name} for $${costUsd.toFixed(4)}.`,
    '',
    ...renderAgreements([...found, ...ofInjections]),
  ];
}

const wait = (ms: number) => delay(ms);

function readEnvironment(environment: NodeJS.ProcessEnv): Env {
  const env = envSchema.safeParse(environment);
  if (env.success) return env.data;
  throw new EvalInputError(`${env.error.issues.map(({ path }) => path.join('.')).join(', ')} cannot be used`);
}

function openClaude(
  { simulator }: GoldenOptions,
  env: Env,
): { readonly claude: Claude; readonly name: string } {
  const clock = {
    now: Date.now,
    sleep: wait,
    remainingMs: () => Number.POSITIVE_INFINITY,
  };
  if (simulator === true) {
    const standIn = createStandIn();
    const reached = { apiKey: standIn.apiKey, fetch: standIn.fetch, baseUrl: 'http://127.0.0.1' };
    return { claude: createClaude({ ...clock, ...reached }), name: 'the stand-in, which answers by rules' };
  }
  if (env.ANTHROPIC_API_KEY === '') throw new EvalInputError(NOBODY);
  const reached = { apiKey: env.ANTHROPIC_API_KEY, fetch, baseUrl: env.ANTHROPIC_BASE_URL };
  const name = `${env.CLAUDE_ANALYSIS_MODEL}, effort ${env.CLAUDE_EFFORT}`;
  return { claude: createClaude({ ...clock, ...reached }), name };
}

/** Operators correct by their own areas: without the setting there are those that they used. */
function areasOf({ TICKET_PRODUCT_AREAS: text }: Env, tickets: readonly GoldenTicket[]) {
  const set = text === undefined ? undefined : productAreasOf(text);
  if (text !== undefined && set === undefined)
    throw new EvalInputError('TICKET_PRODUCT_AREAS cannot be read');
  const used = new Set(tickets.flatMap(({ expected }) => expected.product_area ?? []));
  return set ?? [...used].map((name) => ({ name, definition: name }));
}
