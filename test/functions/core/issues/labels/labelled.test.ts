import { describe, expect, it } from 'vitest';
import { labelled } from '#core/issues/labels/labelled.ts';
import { NOW, someFacts } from './an-issue.ts';

const LABEL = { title: 'CSV export fails', description: 'D', model: 'm', labelledAt: NOW, basis: 'b' };

describe('Function: labelled', () => {
  it('keeps the label with its event, and all else as it was', () => {
    const before = someFacts('A', { title: 'Mine', owner: 'ann' });

    const { next, events, result } = labelled('A', before, { ...LABEL, insteadOf: null });

    expect(next).toEqual({ ...before, version: 2, label: LABEL });
    expect(result).toBe(next);
    expect(events).toEqual([
      {
        ...{ id: `label-${NOW}`, issueId: 'A', at: NOW, type: 'label', by: 'system' },
        data: { title: 'CSV export fails', model: 'm', instead_of: null },
      },
    ]);
  });

  it('begins the facts of an issue of which nothing is kept', () => {
    const { next } = labelled('A', undefined, { ...LABEL, insteadOf: 'filtered' });

    expect(next).toMatchObject({ id: 'A', version: 1, status: 'open', listedAt: null, label: LABEL });
    expect(next?.label).not.toHaveProperty('insteadOf');
  });

  it('writes nothing the second time, and nothing older', () => {
    const before = someFacts('A', { label: { ...LABEL, title: 'Newer' } });

    expect(labelled('A', before, { ...LABEL, insteadOf: null })).toEqual({ result: before });
    expect(labelled('A', before, { ...LABEL, labelledAt: NOW - 1, insteadOf: null })).toEqual({
      result: before,
    });
  });
});
