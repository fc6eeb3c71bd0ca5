import { describe, expect, it } from 'vitest';
import { type Skill, versionOf } from '#core/skills/skill.ts';
import { answerFound } from '#functions/admin-api/skills/answer-found.ts';

const REQUEST = { query: 'x', filter: {}, limit: 10 };

/** A search that finds these skills, however few are asked for at once. */
const finding = (skills: readonly Skill[], score = 1, partial?: string) => ({
  async search({ limit, cursor = '0' }: { readonly limit: number; readonly cursor?: string }) {
    const [from, to] = [Number(cursor), Number(cursor) + limit];
    const hits = skills.slice(from, to).map((skill) => ({
      id: skill.skill_id,
      score,
      skill: { remote: versionOf(skill), observedAt: 0, expiresAt: new Date(1) },
    }));
    return { hits, cursor: to < skills.length ? String(to) : undefined, ...(partial && { partial }) };
  },
});

/** The answer, with its body as a caller reads it. */
async function answered(...args: Parameters<typeof answerFound>) {
  const { status, body } = await answerFound(...args);
  return { status, body: JSON.parse(String(body)) };
}

describe('answerFound', () => {
  it('puts the score into the skill, above a field of that name', async () => {
    const search = finding([{ skill_id: 'a', name: 'A', score: 'mine' }], 12.345678);

    expect(await answered(search, REQUEST)).toEqual({
      status: 200,
      body: { success: true, skills: [{ skill_id: 'a', name: 'A', score: 12.3457 }], next_cursor: null },
    });
  });

  it('writes what a strict reader takes: numbers as they came, no half of a surrogate pair', async () => {
    const skill = { skill_id: 'a', name: 'A \ud800', size: JSON.rawJSON('9007199254740993') as unknown };

    const { body } = await answerFound(finding([skill]), REQUEST);

    expect(String(body)).toBe(
      '{"success":true,"skills":[{"skill_id":"a","name":"A \\ufffd","size":9007199254740993,"score":1}],' +
        '"next_cursor":null}',
    );
  });

  it('says that not all was searched, and why', async () => {
    const { body } = await answered(finding([], 1, 'There are more skills than fit.'), REQUEST);

    expect(body).toMatchObject({ partial: true, partial_reason: 'There are more skills than fit.' });
  });

  it('answers fewer where skills are large, with the cursor behind them', async () => {
    const skills = ['a', 'b', 'c'].map((id) => ({ skill_id: id, name: id, code: '"'.repeat(700_000) }));

    const { body } = await answered(finding(skills), REQUEST);

    expect(body).toMatchObject({ skills: [{ skill_id: 'a' }, { skill_id: 'b' }], next_cursor: '2' });
  });

  it('shows of a skill that fills an answer its id, name and score', async () => {
    const { body } = await answered(
      finding([{ skill_id: 'a', name: 'A', code: '"'.repeat(3_100_000) }], 2),
      REQUEST,
    );

    const note = expect.stringMatching(/Too large/);
    expect(body).toMatchObject({ skills: [{ skill_id: 'a', name: 'A', score: 2, note }] });
  });
});
