import { describe, expect, it } from 'vitest';
import { createDelivery, type DeliveryFaults } from '#local/marketplace/feed/delivery.ts';
import { createRandom } from '#local/random.ts';

const FRAMES = Array.from({ length: 200 }, (_, index) => `frame ${index}`);

function deliver(faults: DeliveryFaults) {
  const delivery = createDelivery(createRandom(5));
  delivery.set(faults);
  return [...FRAMES.flatMap((frame) => delivery.pass(frame)), ...delivery.flush()];
}

describe('createDelivery', () => {
  it('passes frames as they come when nothing is set', () => {
    expect(deliver({})).toEqual(FRAMES);
  });

  it('sends duplicates late and loses nothing', () => {
    const sent = deliver({ duplicateRate: 0.5 });

    expect(new Set(sent)).toEqual(new Set(FRAMES));
    expect(sent.length).toBeGreaterThan(250);
    expect(sent).toEqual(deliver({ duplicateRate: 0.5 }));
  });

  it('reorders within its window and loses nothing', () => {
    const sent = deliver({ reorderWindow: 20 });

    expect(sent).not.toEqual(FRAMES);
    expect([...sent].sort()).toEqual([...FRAMES].sort());
  });

  it('drops the share that it is told to', () => {
    expect(deliver({ dropRate: 1 })).toEqual([]);
    expect(deliver({ dropRate: 0.5 }).length).toBeLessThan(150);
  });
});
