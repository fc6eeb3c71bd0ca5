import { describe, expect, it } from 'vitest';
import { latestStart, type StartOptions, startExport } from '#functions/ticket-sync/start-export.ts';

const NOW = Date.parse('2026-11-27T10:00:00Z');
const DAY = 86_400_000;
const OPTIONS: StartOptions = {
  subdomain: 'atom',
  backfillMs: 30 * DAY,
  pageSize: 1_000,
  text: 'first',
  now: NOW,
  backfillDays: undefined,
  hasPages: false,
  isFirst: true,
};
const STORED = {
  subdomain: 'atom',
  cursor: 'abc',
  startTime: 1,
  lastGeneratedAt: NOW - DAY,
  completedAt: NOW - DAY,
  requestTimes: [NOW - 5],
  failedTickets: [{ id: '1', code: 'x', message: 'x' }],
  pageSize: 250,
};

describe('startExport', () => {
  it('begins as many days back as the setting says where there is no copy', () => {
    expect(startExport(undefined, OPTIONS)).toEqual({
      subdomain: 'atom',
      cursor: undefined,
      startTime: NOW - 30 * DAY,
      completeSince: NOW - 30 * DAY,
      requestTimes: [],
      failedTickets: [],
      pageSize: 1_000,
    });
  });

  it('goes on where the last run stopped, with whole pages', () => {
    expect(startExport(STORED, OPTIONS)).toEqual({ ...STORED, pageSize: 1_000 });
  });

  it('keeps to the pages that Zendesk could manage within a run', () => {
    expect(startExport(STORED, { ...OPTIONS, isFirst: false }).pageSize).toBe(250);
    expect(startExport({ ...STORED, pageSize: undefined }, { ...OPTIONS, isFirst: false }).pageSize).toBe(
      1_000,
    );
  });

  it('begins anew where the call asks for it, and remembers everything but the cursor', () => {
    const state = startExport(STORED, { ...OPTIONS, backfillDays: 90 });
    const from = { startTime: NOW - 90 * DAY, completeSince: NOW - 90 * DAY };
    expect(state).toEqual({ ...STORED, ...from, cursor: undefined, pageSize: 1_000 });
  });

  it('has everything since the longest backfill', () => {
    const stored = { ...STORED, completeSince: NOW - 60 * DAY };
    expect(startExport(stored, OPTIONS).completeSince).toBe(NOW - 60 * DAY);
    expect(startExport(stored, { ...OPTIONS, backfillDays: 7 }).completeSince).toBe(NOW - 60 * DAY);
    expect(startExport(stored, { ...OPTIONS, backfillDays: 90 }).completeSince).toBe(NOW - 90 * DAY);
  });

  it('does so once: a run that has pages goes on', () => {
    const options = { ...OPTIONS, backfillDays: 90, hasPages: true, isFirst: false };
    expect(startExport(STORED, options)).toEqual(STORED);
  });

  it('reads small pages where each ticket costs a call', () => {
    expect(startExport(undefined, { ...OPTIONS, text: 'public' }).pageSize).toBe(100);
    expect(startExport(STORED, { ...OPTIONS, text: 'public', isFirst: false }).pageSize).toBe(100);
  });
});

describe('latestStart', () => {
  it.each([
    [NOW, NOW - 120_000],
    [NOW - 119_000, NOW - 120_000],
    [NOW - 121_000, NOW - 121_000],
    [-5, 0],
  ])('makes of %i %i', (wanted, start) => {
    expect(latestStart(wanted, NOW)).toBe(start);
  });
});
