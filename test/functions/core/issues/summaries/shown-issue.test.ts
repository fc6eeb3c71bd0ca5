import { describe, expect, it } from 'vitest';
import { shownIssue, storedTitle } from '#core/issues/summaries/shown-issue.ts';
import { factsOf, NOW, summaryOf } from './grouped.ts';

const label = { title: 'Label', description: 'What it is.', model: 'm', labelledAt: NOW, basis: 'b' };

describe('shownIssue', () => {
  it('is called by the operator, then by the model, then by its tickets', () => {
    const summary = summaryOf('A');
    expect(shownIssue(summary, undefined)).toEqual({
      ...{ title: 'Title of A', description: null, status: 'open', owner: null, note: null, version: 0 },
    });
    expect(shownIssue(summary, factsOf('A', { label }))).toMatchObject({
      ...{ title: 'Label', description: 'What it is.', version: 1 },
    });
    expect(shownIssue(summary, factsOf('A', { label, title: 'Own' })).title).toBe('Own');
    expect(storedTitle(factsOf('A'))).toBeUndefined();
  });

  it('is emerging until it is listed, or an operator did something about it', () => {
    const summary = summaryOf('A', { isEmerging: true });
    expect(shownIssue(summary, undefined).status).toBe('emerging');
    expect(shownIssue(summary, factsOf('A', { title: 'x' })).status).toBe('emerging');
    expect(shownIssue(summary, factsOf('A', { status: 'acknowledged' })).status).toBe('acknowledged');
    expect(shownIssue(summary, factsOf('A', { listedAt: NOW })).status).toBe('open');
  });
});
