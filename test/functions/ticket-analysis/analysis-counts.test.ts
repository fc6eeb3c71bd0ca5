import { describe, expect, it } from 'vitest';
import type { RunContext } from '#core/runs/job-run.ts';
import { NO_USE } from '#core/tickets/spend-ledger.ts';
import { AnalysisCounts } from '#functions/ticket-analysis/analysis-counts.ts';
import { unrecorded } from '#test/functions/core/runs/begun-run.ts';

function setUp(counts: Readonly<Record<string, number>> = {}) {
  const reports: Parameters<RunContext['report']>[] = [];
  const { begun } = unrecorded('ticket_analysis', 'r');
  let steps = 0;
  const context = {
    begun: { ...begun, counts },
    report: (...report: Parameters<RunContext['report']>) => void reports.push(report),
    advanced: () => {
      steps += 1;
    },
  };
  return { counts: new AnalysisCounts(context), reports, steps: () => steps };
}

describe('AnalysisCounts', () => {
  it('goes on from what earlier invocations have counted', () => {
    const { counts, reports } = setUp({ pages: 3, analysed: 5, cost_micro_usd: 100 });
    counts.add('analysed');
    counts.used({ ...NO_USE, costMicroUsd: 20, inputTokens: 7 });
    counts.waiting(2);

    expect(counts.done).toBe(6);
    expect(reports.at(-1)?.[1]).toMatchObject({
      ...{ pages: 3, analysed: 6, cost_micro_usd: 120, tokens_in: 7, pending: 2 },
    });
  });

  it('reports at every tenth ticket', () => {
    const { counts, reports, steps } = setUp();
    counts.expect(40);
    for (let n = 0; n < 25; n += 1) counts.add('analysed');

    expect(reports.map(([progress]) => progress)).toEqual([
      { done: 0, total: 40, unit: 'tickets' },
      { done: 10, total: 40, unit: 'tickets' },
      { done: 20, total: 40, unit: 'tickets' },
    ]);
    expect(steps()).toBe(25);
  });

  it('counts no ticket that waits again, or has changed meanwhile', () => {
    const { counts } = setUp();
    for (const what of ['pending', undefined, 'refused', 'failed'] as const) counts.add(what);

    expect(counts.done).toBe(2);
  });
});
