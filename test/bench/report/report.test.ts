import { describe, expect, it } from 'vitest';
import { isMissed, verdict } from '#bench/report/line.ts';
import { renderMarkdown, renderText, replaceBetweenMarkers } from '#bench/report/render.ts';

const LINE = { what: 'sync', measured: '1 s' };
const target = (value: number, limit: number) => ({ shown: `≤ ${limit}`, value, limit });

describe('verdict', () => {
  it.each([
    [target(0.7, 1.4), 'met, at 50 % of it', false],
    [target(1.4, 1.4), 'met, at 100 % of it', false],
    [target(1.54, 1.4), 'missed by 10 %', true],
    [target(0, 0), 'met', false],
    [target(3, 0), 'missed by 3', true],
    [target(Number.NaN, 1), 'missed by NaN %', true],
  ])('of %o is "%s"', (wanted, text, missed) => {
    expect(verdict({ ...LINE, target: wanted })).toBe(text);
    expect(isMissed({ target: wanted })).toBe(missed);
  });

  it('is empty without a target, and gives the reason of what was skipped', () => {
    expect(verdict(LINE)).toBe('');
    expect(verdict({ ...LINE, skipped: 'no Java' })).toBe('skipped: no Java');
    expect(isMissed({})).toBe(false);
  });
});

describe('renderText', () => {
  it('aligns the columns', () => {
    const text = renderText([{ ...LINE, floor: 'bare', ratio: '2', target: target(1, 2) }]);
    expect(text.split('\n')).toEqual([
      'what  measured  floor  ratio  target  verdict',
      '----  --------  -----  -----  ------  ------------------',
      'sync  1 s       bare   2      ≤ 2     met, at 50 % of it',
    ]);
  });
});

describe('renderMarkdown', () => {
  it('makes a table whose cells hold no bare pipe', () => {
    const [, , row] = renderMarkdown([{ ...LINE, floor: 'a|b' }]).split('\n');
    expect(row).toBe('| sync | 1 s | a\\|b |  |  |  |');
  });
});

describe('replaceBetweenMarkers', () => {
  it('refuses a document without markers', () => {
    expect(() => replaceBetweenMarkers('text', 'table')).toThrow(/lacks the markers/);
  });
});
