/** What a message costs. A price in dollars per million tokens is one in millionths of a dollar per token. */

/** Prices of one model, micro-dollars a token. */
export type Price = {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
  /** What a batch costs of the direct price. */
  readonly batch: number;
  /** A prompt of more tokens than `above` costs `times` as much. */
  readonly longPrompt?: { readonly above: number; readonly times: number };
};

/** Tokens that are paid for. */
export type PaidTokens = {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly cache_creation: {
    readonly ephemeral_5m_input_tokens: number;
    readonly ephemeral_1h_input_tokens: number;
  };
};

type PricedModel = { readonly id: string; readonly line: string };

function price(input: number, output: number, cache: Partial<Price> = {}): Price {
  return {
    input,
    output,
    cacheWrite5m: input * 1.25,
    cacheWrite1h: input * 2,
    cacheRead: input / 10,
    batch: 0.5,
    ...cache,
  };
}

const HAIKU_5_5 = price(0.1, 0.5, { longPrompt: { above: 100_000, times: 5 } });
const SONNET_5_5 = price(2, 10, { cacheRead: 0.1 });
const OPUS_5_5 = price(4, 20);
const HAIKU_4_5 = price(1, 5);

/** Of the other models no price is known here: they cost what the newest of the next line does. */
const BY_LINE: Readonly<Record<string, Price>> = { haiku: HAIKU_4_5, sonnet: SONNET_5_5 };
const BY_ID: Readonly<Record<string, Price>> = { 'claude-haiku-5-5': HAIKU_5_5 };

/** The prices of a model. */
export function priceOf({ id, line }: PricedModel): Price {
  return BY_ID[id] ?? BY_LINE[line] ?? OPUS_5_5;
}

/** What a message costs, micro-dollars. */
export function costMicroUsd(model: PricedModel, tokens: PaidTokens, tier: 'standard' | 'batch'): number {
  const prices = priceOf(model);
  const { ephemeral_5m_input_tokens: written5m, ephemeral_1h_input_tokens: written1h } =
    tokens.cache_creation;
  const prompt = tokens.input_tokens + tokens.cache_read_input_tokens + written5m + written1h;
  const { longPrompt } = prices;
  const times = longPrompt && prompt > longPrompt.above ? longPrompt.times : 1;
  const sum =
    tokens.input_tokens * prices.input +
    tokens.output_tokens * prices.output +
    tokens.cache_read_input_tokens * prices.cacheRead +
    written5m * prices.cacheWrite5m +
    written1h * prices.cacheWrite1h;
  return sum * times * (tier === 'batch' ? prices.batch : 1);
}
