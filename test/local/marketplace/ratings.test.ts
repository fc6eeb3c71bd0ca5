import { describe, expect, it } from 'vitest';
import { Catalog } from '#local/marketplace/catalog/catalog.ts';
import { Ratings } from '#local/marketplace/ratings.ts';

function prepare() {
  const options = { now: () => 0, announce: () => undefined };
  const skills = [{ skill_id: 's', name: 'S' }];
  const catalog = new Catalog({ skills, categories: [], idField: 'skill_id', ...options });
  return { catalog, ratings: new Ratings({ catalog, ...options }) };
}

describe('the average of a skill', () => {
  it('stays exact over many ratings, though each answer is rounded', () => {
    const { catalog, ratings } = prepare();
    const given = Array.from({ length: 300 }, (_, index) => (index % 7 === 0 ? 1 : 4));

    for (const [index, rating] of given.entries())
      ratings.add({ skill_id: 's', user_id: `u${index}`, rating });

    const exact = given.reduce((sum, rating) => sum + rating, 0) / given.length;
    expect(catalog.get('s')).toMatchObject({
      average_rating: Math.round(exact * 100) / 100,
      rating_count: 300,
    });
  });

  it('starts anew from figures that somebody else has set', () => {
    const { catalog, ratings } = prepare();
    ratings.add({ skill_id: 's', user_id: 'u1', rating: 5 });
    catalog.upsertSkill({ skill_id: 's', average_rating: 2, rating_count: 1 });

    ratings.add({ skill_id: 's', user_id: 'u2', rating: 4 });

    expect(catalog.get('s')).toMatchObject({ average_rating: 3, rating_count: 2 });
  });

  it('is left alone by ratings of skills that are gone', () => {
    const { catalog, ratings } = prepare();
    const answer = ratings.add({ skill_id: 's', user_id: 'u', rating: 5 });
    catalog.removeSkill('s');

    expect(ratings.add({ skill_id: 's', user_id: 'v', rating: 5 })).toBe('not_found');
    expect(ratings.update(typeof answer === 'string' ? '' : answer.rating_id, { rating: 1 })).toBeUndefined();
  });
});
