import { describe, expect, it } from 'vitest';
import { issueScore } from '#core/issues/trends/issue-score.ts';

const STEADY = { ratio: 1, low: 0.7, high: 1.5 };
const NONE = { critical: 0, high: 0, medium: 0, low: 0 };
const issue = { severityMix: NONE, requesters7d: 10, growth: STEADY, isBursting: false };

describe('issueScore', () => {
  it('is the mean severity times requesters, 2 where there is no analysis', () => {
    expect(issueScore(issue)).toBe(20);
    expect(issueScore({ ...issue, severityMix: { ...NONE, critical: 1, low: 1 } })).toBe(45);
  });

  it('grows and falls with what is certain of its growth, within bounds', () => {
    expect(issueScore({ ...issue, growth: { ratio: 3, low: 2, high: 5 } })).toBe(40);
    expect(issueScore({ ...issue, growth: { ratio: 90, low: 50, high: 99 } })).toBe(80);
    expect(issueScore({ ...issue, growth: { ratio: 0.1, low: 0, high: 0.2 } })).toBe(10);
  });

  it('puts what bursts on top', () => {
    expect(issueScore({ ...issue, isBursting: true })).toBe(80);
  });

  it('is 0 and never NaN for odd numbers', () => {
    expect(issueScore({ ...issue, requesters7d: Number.NaN })).toBe(0);
    expect(issueScore({ ...issue, requesters7d: -4 })).toBe(0);
    expect(issueScore({ ...issue, severityMix: { ...NONE, low: Number.NaN } })).toBe(20);
  });
});
