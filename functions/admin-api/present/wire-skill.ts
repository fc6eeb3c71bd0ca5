import * as z from 'zod';

/** A skill on the wire. */
export const wireSkill = z.looseObject({ skill_id: z.string(), name: z.string() }).meta({
  description:
    'A skill as agents use it: the local edit where there is one, else what the marketplace last said.',
  examples: [
    { skill_id: 'csv-cleaner', name: 'CSV cleaner', version: '1.2.0', category: 'data', tags: ['csv'] },
  ],
});

/** The same in a list. A skill may have a field `score` of its own, which a search hides. */
export const listedSkill = wireSkill.extend({
  score: z.unknown().optional().meta({
    description: 'With `query`: how well it fits, a number; scores of different queries are not comparable.',
  }),
});

/** What the answer to a search says of the search itself. */
export const searchPartial = {
  partial: z.literal(true).optional().meta({ description: 'There where not every skill could be searched.' }),
  partial_reason: z.string().optional().meta({ description: 'Why not.' }),
};
