import { describe, expect, it } from 'vitest';
import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import type { Run } from '#core/runs/run.ts';
import { unrecorded } from '#test/functions/core/runs/begun-run.ts';
import { createEmitter, readLine } from './emitted-lines.ts';

const ended = (over: Partial<Run>): Run => ({
  ...unrecorded('daily_sync', 'r').begun,
  status: 'success',
  ...over,
});
const error = { code: 'claude_auth', message: '', retryable: false };
const handedOn = { status: 'interrupted', stage: 'assign' } as const;
const exhausted = { stage: 'analyse', code: 'budget_exhausted', message: '' };

describe('Function: publishAnalyses', () => {
  it.each([
    [
      'what was analysed and what failed',
      { counts: { analysed: 7, failed: 2 } },
      { TicketsAnalysed: 7, TicketAnalysesFailed: 2 },
    ],
    ['a budget that is used up', { notes: [exhausted] }, { TicketBudgetExhausted: 1 }],
    [
      'a failed run as one failure at least',
      { status: 'failed' as const, error },
      { TicketAnalysesFailed: 1 },
    ],
    [
      'what failed before the run goes on with the issues',
      { ...handedOn, counts: { analysed: 7, failed: 1 } },
      { TicketsAnalysed: 7, TicketAnalysesFailed: 1 },
    ],
    [
      'a failure of the analysis, though the run goes on',
      { ...handedOn, error },
      { TicketAnalysesFailed: 1 },
    ],
  ])('says %s', (_what, over, values) => {
    const { metrics, lines } = createEmitter('ticket-analysis');

    publishAnalyses(metrics, ended(over));

    expect(lines.map(readLine)).toEqual([{ dimensions: ['service'], values }]);
  });

  it.each([
    ['had nothing to analyse', {}],
    ['failed at none', { counts: { analysed: 7 } }],
    ['has no money for labels alone', { notes: [{ ...exhausted, stage: 'label' }] }],
    ['goes on', { status: 'interrupted' as const, counts: { analysed: 7 } }],
    ['never began', { status: 'skipped' as const, counts: { failed: 7 } }],
  ])('says nothing of a run that %s', (_what, over) => {
    const { metrics, lines } = createEmitter('ticket-analysis');

    publishAnalyses(metrics, ended(over));

    expect(lines).toEqual([]);
  });
});
