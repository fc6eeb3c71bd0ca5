import { describe, expect, it } from 'vitest';
import { collapseLogs } from '#core/tickets/text/log-runs.ts';

const log = (count: number) =>
  Array.from({ length: count }, (_, at) => `2024-01-01 10:00:00 ERROR line ${at}`);

describe('Function: collapseLogs', () => {
  it('keeps the first 40 and the last 20 lines of a run, and says how many are left out', () => {
    // Prepare
    const lines = ['It fails:', ...log(500), 'Please help.'];

    // Act
    const { text, leftOut } = collapseLogs(lines.join('\n'));

    // Assess
    const kept = text.split('\n');
    expect(leftOut).toBe(440);
    expect(kept).toHaveLength(2 + 40 + 1 + 20);
    expect([kept[0], kept[40], kept[41], kept[42], kept.at(-2), kept.at(-1)]).toEqual([
      'It fails:',
      '2024-01-01 10:00:00 ERROR line 39',
      '[… 440 lines left out …]',
      '2024-01-01 10:00:00 ERROR line 480',
      '2024-01-01 10:00:00 ERROR line 499',
      'Please help.',
    ]);
  });

  it('leaves short runs and prose alone', () => {
    const short = log(60).join('\n');
    const prose = Array.from({ length: 200 }, () => 'This is a sentence of a long story').join('\n');
    expect(collapseLogs(short)).toEqual({ text: short, leftOut: 0 });
    expect(collapseLogs(prose)).toEqual({ text: prose, leftOut: 0 });
  });

  it('takes a stack trace with lines between as one run', () => {
    const trace = Array.from(
      { length: 100 },
      (_, at) => `    at com.example.Main.run(Main.java:${at})\ncaused somehow`,
    );
    expect(collapseLogs(trace.join('\n')).leftOut).toBe(139);
  });
});
