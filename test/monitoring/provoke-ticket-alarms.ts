import { expect, it } from 'vitest';
import { publishAnalyses } from '#adapters/cloudwatch/analysis-metrics.ts';
import { publishIncidents } from '#adapters/cloudwatch/issue-metrics.ts';
import { publishTicketSync, type TicketSyncOutcome } from '#adapters/cloudwatch/ticket-metrics.ts';
import type { Run } from '#core/runs/run.ts';
import { failedRun, metricsOfService, RUN } from './emitters.ts';
import { MINUTE, sent, state } from './provoke.ts';

const at = RUN.startedAt;
const HOUR = 60 * MINUTE;

/** The cases of the alarms on what the functions of the tickets send, but for the analysis; to be called within a `describe`. */
export function provokeTicketAlarms(): void {
  /** A sync on a copy that was so old before it. */
  const sync = (complete: boolean, ageBeforeMs = 0, before = 0) => {
    const outcome: TicketSyncOutcome = { complete, cursorAgeMs: complete ? 0 : ageBeforeMs, ageBeforeMs };
    return sent(at - before, () => publishTicketSync(metricsOfService('ticket-sync'), outcome));
  };

  it('TicketSyncStale goes off three hours after the last sync that got to the end', async () => {
    const data = await sync(true);
    const failed = await sync(false, HOUR);
    expect(state('TicketSyncStale', data, at + 2 * HOUR)).toBe('OK');
    expect(state('TicketSyncStale', data, at + 3 * HOUR)).toBe('ALARM');
    expect(state('TicketSyncStale', failed, at)).toBe('ALARM');
  });

  it('TicketCursorOld goes off when the copy is older than a day and two hours, and stays until a sync', async () => {
    const limit = 26 * HOUR;
    expect(state('TicketCursorOld', await sync(true, limit), at)).toBe('as before');
    expect(state('TicketCursorOld', await sync(false, limit), at)).toBe('as before');
    const old = await sync(false, limit + 1_000, 3 * HOUR);
    expect(state('TicketCursorOld', old, at - 3 * HOUR)).toBe('ALARM');
    expect(state('TicketCursorOld', old, at)).toBe('as before');
    const mended = [...old, ...(await sync(true, limit + 1_000))];
    expect(state('TicketCursorOld', mended, at)).toBe('OK');
  });

  it('IncidentOpen goes off with the first incident, and stays while runs count one', async () => {
    const counted = (open: number) =>
      sent(at, () => publishIncidents(metricsOfService('ticket-issues'), open));
    expect(state('IncidentOpen', await counted(0), at)).toBe('OK');
    const open = await counted(2);
    expect(state('IncidentOpen', open, at)).toBe('ALARM');
    expect(state('IncidentOpen', open, at + 3 * HOUR - 1)).toBe('ALARM');
    expect(state('IncidentOpen', open, at + 3 * HOUR)).toBe('OK');
  });
}

/** The cases of the alarms on what the analysis sends; to be called within a `describe`. */
export function provokeAnalysisAlarms(): void {
  const analysis = (run: Partial<Run>, before = 0) =>
    sent(at - before, () =>
      publishAnalyses(metricsOfService('ticket-analysis'), { ...RUN, counts: {}, ...run }),
    );
  const counted = (analysed: number, failed: number) => ({ counts: { analysed, failed } });

  it('TicketAnalysesFailing goes off when a tenth fails in two of three hours, or a stage as a whole', async () => {
    const few = async () => [...(await analysis(counted(91, 9))), ...(await analysis(counted(91, 9), HOUR))];
    expect(state('TicketAnalysesFailing', await few(), at)).toBe('OK');
    const one = await analysis(counted(90, 10));
    expect(state('TicketAnalysesFailing', one, at)).toBe('OK');
    expect(
      state('TicketAnalysesFailing', [...one, ...(await analysis(failedRun('claude_auth'), HOUR))], at),
    ).toBe('ALARM');
    expect(state('TicketAnalysesFailing', [], at)).toBe('OK');
  });

  it.each([
    ['one of two', 1, 1, 'OK'],
    ['four of eight', 4, 4, 'OK'],
    ['five of ten', 5, 5, 'ALARM'],
    ['five of fifty-one', 46, 5, 'OK'],
    ['the only one', 0, 1, 'ALARM'],
    ['all four', 0, 4, 'ALARM'],
  ])(
    'TicketAnalysesFailing, when %s failed in each of two hours',
    async (_what, analysed, failed, expected) => {
      const hours = [0, HOUR];
      const data = await Promise.all(hours.map((before) => analysis(counted(analysed, failed), before)));
      expect(state('TicketAnalysesFailing', data.flat(), at)).toBe(expected);
    },
  );

  it('TicketAnalysesFailing is over two hours after the last failure, with nothing sent since', async () => {
    const data = [...(await analysis(counted(0, 9))), ...(await analysis(counted(0, 9), HOUR))];
    expect(state('TicketAnalysesFailing', data, at + HOUR)).toBe('ALARM');
    expect(state('TicketAnalysesFailing', data, at + 2 * HOUR)).toBe('OK');
  });

  it('TicketBudgetUsedUp goes off with the first run that a budget stops', async () => {
    expect(state('TicketBudgetUsedUp', await analysis(counted(5, 0)), at)).toBe('OK');
    const notes = [{ stage: 'analyse', code: 'budget_exhausted', message: 'It is used up.' }];
    expect(state('TicketBudgetUsedUp', await analysis({ notes }), at)).toBe('ALARM');
  });
}
