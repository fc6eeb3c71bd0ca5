import { describe, expect, it } from 'vitest';
import { isSameBasis, labelBasis } from '#core/issues/labels/label-basis.ts';

const EXPORT = [
  'Export to CSV times out for large accounts',
  'CSV export fails with a timeout',
  'Exporting data to CSV never finishes',
  'Large CSV exports time out',
];

describe('Function: labelBasis', () => {
  it('is the same in whatever order and however often the statements come', () => {
    expect(labelBasis([...EXPORT].reverse())).toBe(labelBasis(EXPORT));
  });

  it('holds no word of any statement', () => {
    expect(labelBasis(EXPORT)).toMatch(/^[\da-f]{6}(\.[\da-f]{6}){1,11}$/);
  });

  it('is empty for no statements, and for statements of small words', () => {
    expect(labelBasis([])).toBe('');
    expect(labelBasis(['It is'])).toBe('');
  });
});

describe('Function: isSameBasis', () => {
  it('takes other tickets about the same for the same', () => {
    const others = [
      'CSV exports of large accounts time out',
      'Export as CSV hangs and times out',
      EXPORT[0] ?? '',
    ];

    expect(isSameBasis(labelBasis(EXPORT), labelBasis(others))).toBe(true);
  });

  it('takes tickets about something else for others', () => {
    const others = ['Password reset email never arrives', 'No email to reset the password'];

    expect(isSameBasis(labelBasis(EXPORT), labelBasis(others))).toBe(false);
    expect(isSameBasis(labelBasis(EXPORT), '')).toBe(false);
    expect(isSameBasis('', '')).toBe(true);
  });
});
