import { describe, expect, it } from 'vitest';
import { areAlike, comparedAlert, groupAlerts } from '#core/issues/trends/group-alerts.ts';
import { alertOf, evidenceTicket, vectorOf } from './evidence.ts';

const words = (texts: readonly string[]) => [...new Set(texts.join(' ').split(' '))];
const compared = (key: string, ids: readonly string[], text: string, vector = vectorOf(key.length)) =>
  comparedAlert(
    alertOf(
      key,
      ids.map((id) => evidenceTicket(id, text, { vector })),
    ),
    words,
  );

describe('areAlike', () => {
  it('is so for bursts with half of the smaller one’s tickets in common', () => {
    const total = compared('total#', ['1', '2', '3', '4', '5', '6'], 'a');
    expect(areAlike(total, compared('issue#i1', ['1', '2', '8', '9'], 'b'))).toBe(true);
    expect(areAlike(total, compared('issue#i1', ['1', '2', '7', '8', '9'], 'b'))).toBe(false);
    expect(areAlike(total, compared('issue#i1', ['1'], 'b'))).toBe(false);
  });

  it('is so for issues with two telling terms in common', () => {
    expect(
      areAlike(compared('issue#i', ['1'], 'whatsapp web'), compared('issue#long', ['2'], 'web whatsapp')),
    ).toBe(true);
    expect(
      areAlike(compared('issue#i', ['1'], 'whatsapp web'), compared('issue#long', ['2'], 'web mail')),
    ).toBe(false);
  });

  it('is so for issues whose texts point the same way, from a cosine of .2', () => {
    const one = compared('issue#i', ['1'], 'a', vectorOf(1, 2, 3, 4));
    expect(areAlike(one, compared('issue#j', ['2'], 'b', vectorOf(4, 5, 6, 7)))).toBe(true);
    expect(areAlike(one, compared('issue#j', ['2'], 'b', vectorOf(4, 5, 6, 7, 8, 9, 10)))).toBe(false);
  });

  it('does not take the words of all tickets for those of one thing', () => {
    expect(
      areAlike(compared('product_area#web', ['1'], 'web mail'), compared('issue#i', ['2'], 'web mail')),
    ).toBe(false);
  });
});

describe('groupAlerts', () => {
  it('makes one group of a chain, whatever its order', () => {
    const chain = [
      compared('issue#i', ['1'], 'a', vectorOf(1, 2)),
      compared('issue#j', ['2'], 'b', vectorOf(3, 4)),
      compared('issue#k', ['3'], 'c', vectorOf(2, 3)),
    ];
    for (const order of [chain, [...chain].reverse()]) {
      expect(groupAlerts(order).map((group) => group.map(({ key }) => key))).toEqual([
        ['issue#i', 'issue#j', 'issue#k'],
      ]);
    }
  });

  it('begins each group with its least likely issue', () => {
    const [group] = groupAlerts([
      { ...compared('total#', ['1', '2'], 'a'), p: 1e-9 },
      { ...compared('issue#i', ['1', '2'], 'b'), p: 1e-4 },
    ]);
    expect(group?.map(({ key }) => key)).toEqual(['issue#i', 'total#']);
  });

  it('is empty for no alerts', () => {
    expect(groupAlerts([])).toEqual([]);
  });
});
