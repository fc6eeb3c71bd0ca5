import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchableSkill } from '#core/skills/search/searchable-skill.ts';
import { createSkillIndex, readSkillIndex, type SkillIndex } from '#core/skills/search/skill-index.ts';
import { aSkill } from './a-skill.ts';

const NOW = 1_000;
const PARAMETERS = { seed: Number(process.env.FC_SEED ?? Date.now() % 2 ** 31), numRuns: 60 };

/** Few words, so that skills have them in common; with errors in them, other scripts and signs. */
const word = fc.constantFrom(
  ...[
    'cron',
    'crons',
    'corn',
    'retry',
    'retries',
    'spotify',
    'spotfy',
    'search',
    'serach',
    'web-search',
    'webSearch',
  ],
  ...[
    '天气',
    '天气预报',
    '東京',
    '날씨',
    'café',
    'Cafe',
    'x402',
    'the',
    'who',
    '🔥',
    '.*',
    'חיפוש',
    'constructor',
  ],
);
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
const name = fc.oneof(
  fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' ')),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter((one) => /\S/.test(one)),
);
const skill = fc
  .record({
    id: fc.integer({ min: 0, max: 30 }).map(String),
    name,
    tags: fc.array(word, { maxLength: 3 }),
    category: fc.constantFrom('', 'Coding', 'Weather'),
    description: text,
  })
  .map(({ id, name: ownName, ...more }): SearchableSkill => aSkill(id, ownName, more));
const skills = fc.uniqueArray(skill, { selector: ({ id }) => id, maxLength: 25 });
const query = fc.oneof(text, name);

const search = (index: SkillIndex, asked: string) => index.search(asked, {}, NOW);
const isFound = (index: SkillIndex, asked: string, id: string) =>
  search(index, asked).some((hit) => hit.id === id);

describe('The index of skills, whatever is in it', () => {
  it('puts a skill of a unique name first when asked for that name', () => {
    fc.assert(
      fc.property(skills, (all) => {
        const index = createSkillIndex(all);
        for (const { id, name: own } of all) {
          const isUnique = all.filter((other) => other.name.trim() === own.trim()).length === 1;
          if (isUnique) expect(search(index, own)[0]?.id).toBe(id);
        }
      }),
      PARAMETERS,
    );
  });

  it('finds a skill by its name and by each of its words whatever is added', () => {
    fc.assert(
      fc.property(skills, skills, (all, more) => {
        const index = createSkillIndex(all);
        const added = more.filter(({ id }) => !all.some((one) => one.id === id));
        const queries = all.flatMap((one) => {
          const asked = [one.name, ...one.name.split(' '), ...one.tags, ...one.description.split(' ')];
          return asked.filter((own) => isFound(index, own, one.id)).map((own) => [own, one.id] as const);
        });
        for (const one of added) index.put(one);
        for (const [own, id] of queries) expect(isFound(index, own, id)).toBe(true);
      }),
      PARAMETERS,
    );
  });

  it('does not find what was removed', () => {
    fc.assert(
      fc.property(skills, query, (all, asked) => {
        const index = createSkillIndex(all);
        const removed = all.filter((_, n) => n % 2 === 0);
        for (const { id } of removed) index.remove(id);
        for (const { id, name: own } of removed) {
          expect(isFound(index, own, id)).toBe(false);
          expect(isFound(index, asked, id)).toBe(false);
          expect(index.suggest(own, 50, NOW)).not.toContainEqual(expect.objectContaining({ skillId: id }));
        }
      }),
      PARAMETERS,
    );
  });

  it('orders by score and id, whatever the order of what was put', () => {
    fc.assert(
      fc.property(skills, query, (all, asked) => {
        const hits = search(createSkillIndex(all), asked);
        const sorted = [...hits].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
        expect(hits).toEqual(sorted);
        expect(search(createSkillIndex([...all].reverse()), asked)).toEqual(hits);
      }),
      PARAMETERS,
    );
  });

  it('is the same after changes, from a snapshot, and made anew', () => {
    const change = fc.oneof(
      skill.map((put) => ({ put })),
      fc.integer({ min: 0, max: 30 }).map((id) => ({ remove: String(id) })),
    );
    fc.assert(
      fc.property(skills, fc.array(change, { maxLength: 40 }), query, (all, changes, asked) => {
        const index = createSkillIndex(all);
        const kept = new Map(all.map((one) => [one.id, one]));
        for (const one of changes) {
          if ('put' in one) {
            index.put(one.put);
            kept.set(one.put.id, one.put);
          } else {
            index.remove(one.remove);
            kept.delete(one.remove);
          }
        }
        const anew = createSkillIndex(kept.values());
        const read = readSkillIndex(JSON.parse(JSON.stringify(index.toSnapshot())));
        expect(search(index, asked)).toEqual(search(anew, asked));
        expect(search(read, asked)).toEqual(search(anew, asked));
        expect(index.suggest(asked, 20, NOW)).toEqual(anew.suggest(asked, 20, NOW));
        expect(read.suggest(asked, 20, NOW)).toEqual(anew.suggest(asked, 20, NOW));
        expect([index.size, read.size]).toEqual([kept.size, kept.size]);
      }),
      { ...PARAMETERS, numRuns: 150 },
    );
  });
});
