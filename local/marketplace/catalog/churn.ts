/** A marketplace that lives: every now and then skills are edited, added and removed. */

import { createRandom } from '#local/random.ts';
import type { Catalog } from './catalog.ts';
import { editSkill } from './edit-skill.ts';
import { generateSkill } from './generate-catalog.ts';

/** What happened to one skill. */
type ChurnChange = {
  readonly kind: 'edited' | 'added' | 'removed';
  readonly id: string;
};

/**
 * Makes `changes` changes (default 5): 80 % edits, 10 % new skills, 10 % removals, so that the size
 * stays about the same. The same seed and the same calls make the same changes.
 */
export type Churn = (changes?: number, options?: { quiet?: boolean }) => ChurnChange[];

/** Makes the churn of one catalogue. New skills continue the generated ones after `firstNewIndex`. */
export function createChurn(options: {
  catalog: Catalog;
  seed: number;
  firstNewIndex: number;
  now: () => number;
  defaultChanges: number;
}): Churn {
  const { catalog } = options;
  const random = createRandom(options.seed, 0xc4_09);
  let nextIndex = options.firstNewIndex;

  const addSkill = (quiet: boolean | undefined): ChurnChange => {
    const { updated_at, ...skill } = generateSkill(options.seed, nextIndex);
    nextIndex += 1;
    const created_at = new Date(options.now()).toISOString();
    catalog.upsertSkill({ ...skill, created_at }, { quiet });
    return { kind: 'added', id: skill.skill_id };
  };

  return (changes = options.defaultChanges, { quiet } = {}) => {
    const ids = catalog.ids();
    const done: ChurnChange[] = [];
    for (let left = changes; left > 0; left -= 1) {
      const share = random.next();
      if (share < 0.1 || ids.length === 0) {
        done.push(addSkill(quiet));
        continue;
      }
      const id = random.pick(ids);
      if (share < 0.2 && catalog.removeSkill(id, { quiet })) done.push({ kind: 'removed', id });
      else if (editSkill(catalog, id, { quiet })) done.push({ kind: 'edited', id });
    }
    return done;
  };
}
