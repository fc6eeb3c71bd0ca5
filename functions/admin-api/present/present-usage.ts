import * as z from 'zod';
import { type BudgetLeft, type SpendLimits, totalUse, type UsageLine, usageOf } from '#core/tickets/spend.ts';
import { type SpendMonth, SpendPurpose, type SpendUse } from '#core/tickets/spend-ledger.ts';
import { isoFromMs } from '#core/time/instant.ts';
import { wireTokens } from './present-task-run.ts';
import { count, time, usd } from './wire-schemas.ts';

const use = z.object({ requests: count, cost_usd: usd, tokens: wireTokens });

const budget = z.object({
  limit_usd: usd,
  spent_usd: usd.meta({ description: 'Reserved for calls under way included.' }),
  left_usd: usd,
  resets_at: time,
});

export const wireUsage = z.object({
  month: z.string().meta({ examples: ['2026-11'] }),
  total: use,
  days: z
    .array(
      use.extend({
        date: z.iso.date().meta({ examples: ['2026-11-27'] }),
        model: z.string().meta({ examples: ['claude-haiku-5-5'] }),
        purpose: z.enum(SpendPurpose),
      }),
    )
    .meta({ description: 'What was used, by day, model and purpose.' }),
  budget: z
    .object({ day: budget, month: budget, run: z.object({ limit_usd: usd }) })
    .nullable()
    .meta({
      description: 'What is left now, whatever month was asked for. Null where no Zendesk is configured.',
    }),
});

type Wire = z.output<typeof wireUsage>;

/** What a month has cost. */
export function presentUsage(month: SpendMonth, left: Wire['budget']): Wire {
  const days = usageOf(month).map((line: UsageLine) => ({
    ...{ date: line.day, model: line.model, purpose: line.purpose },
    ...presentUse(line),
  }));
  return { month: month.month, total: presentUse(totalUse(month)), days, budget: left };
}

export function presentBudget(left: BudgetLeft, limits: SpendLimits): NonNullable<Wire['budget']> {
  const period = (name: 'day' | 'month', limit: number) => ({
    limit_usd: toUsd(limit),
    spent_usd: toUsd(left[name].spent),
    left_usd: toUsd(left[name].left),
    resets_at: isoFromMs(left[name].resetsAt),
  });
  return {
    day: period('day', limits.perDay),
    month: period('month', limits.perMonth),
    run: { limit_usd: toUsd(limits.perRun) },
  };
}

function presentUse({ requests, costMicroUsd, inputTokens, outputTokens, cacheReadTokens }: SpendUse) {
  return {
    requests,
    cost_usd: toUsd(costMicroUsd),
    tokens: { in: inputTokens, out: outputTokens, cache_read: cacheReadTokens },
  };
}

function toUsd(microUsd: number): number {
  return microUsd / 1_000_000;
}
