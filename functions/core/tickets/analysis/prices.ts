import { stringify } from '#core/json/json.ts';
import type { Usage } from './claude-message.ts';
import type { ClaudeRequest } from './claude-request.ts';

/** How a request is made: a batch costs half. */
export type CallMode = 'direct' | 'batch';

/** Prices in micro-USD per million tokens, so that all of them are integers. */
export type ModelPrice = {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  /** Above so many input tokens the whole call costs `times` as much. */
  readonly long?: { readonly above: number; readonly times: number };
};

const USD = 1_000_000;
const MILLION = 1_000_000n;

/** By model; the id may have a date behind it. Published prices of 2026-10; cache prices of Opus 5.5 by its ratio. */
export const CLAUDE_PRICES: Readonly<Record<string, ModelPrice>> = {
  'claude-haiku-5-5': {
    ...priced(0.1, 0.5),
    long: { above: 100_000, times: 5 },
  },
  'claude-sonnet-5-5': { ...priced(2, 10), cacheRead: 0.1 * USD },
  'claude-opus-5-5': priced(4, 20),
  'claude-haiku-4-5': priced(1, 5),
};

function priced(input: number, output: number): ModelPrice {
  return {
    input: Math.round(input * USD),
    output: Math.round(output * USD),
    cacheWrite5m: Math.round(input * 1.25 * USD),
    cacheWrite1h: Math.round(input * 2 * USD),
    cacheRead: Math.round(input * 0.1 * USD),
  };
}

/** What a call cost, in micro-USD, rounded up. A model that is not known costs what the dearest known one does. */
export function costMicroUsd(model: string, usage: Usage, mode: CallMode): number {
  const price = priceOf(model);
  const kept = usage.cache_creation;
  const split = (kept?.ephemeral_5m_input_tokens ?? 0) + (kept?.ephemeral_1h_input_tokens ?? 0);
  const written = Math.max(usage.cache_creation_input_tokens ?? 0, split);
  const read = usage.cache_read_input_tokens ?? 0;
  const longer = Math.min(written, kept?.ephemeral_1h_input_tokens ?? 0);
  const sum =
    product(usage.input_tokens, price.input) +
    product(usage.output_tokens, price.output) +
    product(written - longer, price.cacheWrite5m) +
    product(longer, price.cacheWrite1h) +
    product(read, price.cacheRead);
  const isLong = price.long !== undefined && usage.input_tokens + written + read > price.long.above;
  const times = BigInt(isLong ? (price.long?.times ?? 1) : 1);
  const divisor = mode === 'batch' ? 2n * MILLION : MILLION;
  return Number((sum * times + divisor - 1n) / divisor);
}

/**
 * The most that a request can cost, in micro-USD: what is asked about at one token a byte, which no tokenizer exceeds, our own
 * texts by {@link estimateTokens}, the whole of `max_tokens` used, and all input written to the cache at the dearer
 * price. This is what a budget reserves.
 */
export function worstCaseMicroUsd(model: string, request: ClaudeRequest, mode: CallMode): number {
  const ticket = request.messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const ours = estimateTokens(request.system) + estimateTokens(stringify(request.output_config));
  const input = ticket + ours + REQUEST_OVERHEAD_TOKENS;
  const usage = {
    input_tokens: 0,
    output_tokens: request.max_tokens,
    cache_creation_input_tokens: input,
    cache_creation: { ephemeral_1h_input_tokens: input },
  };
  return costMicroUsd(model, usage, mode);
}

/** What stands around every request on the other side: roles, and the instruction for structured output. */
const REQUEST_OVERHEAD_TOKENS = 600;
/** A token of prose has four characters or more in Latin letters; the newer tokenizers make 30 % more of them. */
const LATIN_CHARACTERS_PER_TOKEN = 2.5;
/** Other scripts have up to three bytes a character, which may be tokens of their own. */
const OTHER_TOKENS_PER_CHARACTER = 1.5;
const LAST_LATIN = 0x24f;

/** An estimate of the tokens of prose that is rather too high. Random characters and digits may have more. */
export function estimateTokens(text: string): number {
  let latin = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) <= LAST_LATIN) latin += 1;
  const other = text.length - latin;
  return Math.ceil(latin / LATIN_CHARACTERS_PER_TOKEN + other * OTHER_TOKENS_PER_CHARACTER);
}

/** Of the known models, the one with the longest id that the given one begins with; else the dearest. */
function priceOf(model: string): ModelPrice {
  const known = Object.keys(CLAUDE_PRICES)
    .filter((id) => model === id || model.startsWith(`${id}-`))
    .sort((a, b) => b.length - a.length)[0];
  return (known === undefined ? undefined : CLAUDE_PRICES[known]) ?? dearest();
}

function dearest(): ModelPrice {
  return Object.values(CLAUDE_PRICES).reduce((most, price) => (price.output > most.output ? price : most));
}

function product(tokens: number, price: number): bigint {
  return BigInt(tokens) * BigInt(price);
}
