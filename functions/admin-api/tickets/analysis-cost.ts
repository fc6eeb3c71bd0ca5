import { stringify } from '#core/json/json.ts';
import type { ProductArea } from '#core/tickets/analysis/analysis.ts';
import { Effort } from '#core/tickets/analysis/claude-request.ts';
import {
  type CallMode,
  costMicroUsd,
  estimateTokens,
  worstCaseMicroUsd,
} from '#core/tickets/analysis/prices.ts';
import { ANSWER_TOKENS, analysisRequest, type TicketText } from '#core/tickets/analysis/prompt.ts';
import type { TicketApiSettings } from '#functions/admin-api/ports.ts';

/** What an answer has in the middle, thinking included. */
const OUTPUT_TOKENS = 350;

/** What the analysis of some tickets comes to. */
export type AnalysisCost = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly microUsd: number;
};

type CostSettings = Pick<TicketApiSettings, 'model' | 'areas'>;

/**
 * What it costs to analyse so many tickets, by the texts of some of them: rather too much than too little.
 *
 * @param sample texts of the tickets; without any, the prompt alone is counted
 */
export function analysisCost(
  tickets: number,
  sample: readonly TicketText[],
  { model, areas }: CostSettings,
  mode: CallMode,
): AnalysisCost {
  const texts = sample.length > 0 ? sample : [{ subject: '', body: '' }];
  const each = texts.reduce((sum, text) => sum + inputTokens(text, areas, model), 0) / texts.length;
  const usage = {
    input_tokens: Math.ceil(each * tickets),
    output_tokens: OUTPUT_TOKENS * tickets,
  };
  // By the ticket: a price that holds above a length is for one request, not for the sum of them.
  const one = costMicroUsd(model, { input_tokens: Math.ceil(each), output_tokens: OUTPUT_TOKENS }, mode);
  return { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens, microUsd: one * tickets };
}

/** The least that has to be left of a budget so that one ticket can be analysed, in millionths of a US dollar. */
export function leastMicroUsd({ model, areas }: CostSettings): number {
  return worstCaseMicroUsd(model, requestOf({ subject: '', body: '' }, areas, model), 'direct');
}

function inputTokens(text: TicketText, areas: readonly ProductArea[], model: string): number {
  const { system, messages, output_config } = requestOf(text, areas, model);
  const parts = [system, stringify(output_config), ...messages.map(({ content }) => content)];
  return parts.reduce((sum, part) => sum + estimateTokens(part), 0);
}

function requestOf(text: TicketText, areas: readonly ProductArea[], model: string) {
  return analysisRequest(text, { model, maxTokens: ANSWER_TOKENS, effort: Effort.low, areas });
}
