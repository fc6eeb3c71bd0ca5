/** How frames get lost, doubled and out of order on their way, from one seed. */
import type { SeededRandom } from '#local/random.ts';

/** How disorderly delivery is. All off by default. */
export type DeliveryFaults = {
  /** Share of frames (0–1) that are sent twice; the second one follows up to 20 frames later. */
  readonly duplicateRate?: number;
  /** So many frames are held and sent in random order. 1 = in order. */
  readonly reorderWindow?: number;
  /** Share of frames (0–1) that are lost. */
  readonly dropRate?: number;
};

const LATEST_COPY = 20;

/** The delivery of frames. */
export type Delivery = {
  set(faults: DeliveryFaults): void;
  /** Takes a frame; answers what is to be sent now, in that order. */
  pass(frame: string): string[];
  /** Answers everything that is still held. */
  flush(): string[];
};

/** Makes an orderly delivery. */
export function createDelivery(random: SeededRandom): Delivery {
  let faults: Required<DeliveryFaults> = { duplicateRate: 0, reorderWindow: 1, dropRate: 0 };
  let held: string[] = [];
  let copies: { frame: string; wait: number }[] = [];

  const takeShuffled = (): string[] => {
    const frames = held;
    held = [];
    for (let last = frames.length - 1; last > 0; last -= 1) {
      const other = random.below(last + 1);
      [frames[last], frames[other]] = [frames[other] ?? '', frames[last] ?? ''];
    }
    return frames;
  };

  const takeDueCopies = (): string[] => {
    for (const copy of copies) copy.wait -= 1;
    const due = copies.filter((copy) => copy.wait <= 0);
    copies = copies.filter((copy) => copy.wait > 0);
    return due.map((copy) => copy.frame);
  };

  return {
    set: (wanted) => {
      faults = { duplicateRate: 0, reorderWindow: 1, dropRate: 0, ...wanted };
    },
    pass: (frame) => {
      const { duplicateRate, reorderWindow, dropRate } = faults;
      if (dropRate > 0 && random.chance(dropRate)) return takeDueCopies();
      held.push(frame);
      if (duplicateRate > 0 && random.chance(duplicateRate)) {
        copies.push({ frame, wait: random.between(1, LATEST_COPY) });
      }
      const ready = held.length >= reorderWindow ? takeShuffled() : [];
      return [...ready, ...takeDueCopies()];
    },
    flush: () => {
      const rest = [...takeShuffled(), ...copies.map((copy) => copy.frame)];
      copies = [];
      return rest;
    },
  };
}
