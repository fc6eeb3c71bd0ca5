import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFrame } from '#functions/realtime-feed/read-frame.ts';

const read = (value: unknown) => readText(typeof value === 'string' ? value : JSON.stringify(value));
const readText = (text: string) => readFrame({ text, isBinary: false, bytes: text.length });
const STAMP = '2026-02-19T10:30:00.500Z';

describe('readFrame', () => {
  it('reads each type', () => {
    expect(read({ type: 'skill_update', data: { id: 'a', name: 'A', odd: 1 } })).toMatchObject({
      update: { type: 'skill_update', version: { skill: { skill_id: 'a', odd: 1 } } },
    });
    expect(read({ type: 'category_update', data: { name: 'Tools' } })).toMatchObject({
      update: { type: 'category_update', version: { category: { name: 'Tools' } } },
    });
    const data = { skill_id: 'a', rating: 5, average_rating: 4.5, rating_count: 2, updated_at: STAMP };
    expect(read({ type: 'rating_update', data })).toEqual({
      kind: 'update',
      update: {
        type: 'rating_update',
        figures: { skillId: 'a', averageRating: 4.5, ratingCount: 2, stamp: STAMP },
        updatedAt: '2026-02-19T10:30:00.5',
      },
    });
    expect(
      read({ type: 'skill_delete', data: { skill_id: 7, deleted_at: '2026-02-19T12:30:00+02:00' } }),
    ).toEqual({
      kind: 'update',
      update: { type: 'skill_delete', skillId: '7', deletedAt: '2026-02-19T10:30:00' },
    });
    expect([read({ type: 'ping' }), read({ type: 'pong', timestamp: 7 })]).toEqual([
      { kind: 'ping' },
      { kind: 'pong' },
    ]);
  });

  it.each([
    ['', 'frame: is no JSON object'],
    ['null', 'frame: is no JSON object'],
    ['[{"type":"ping"}]', 'frame: is no JSON object'],
    ['{}', 'type: is missing'],
    ['{"type":7}', 'type: is missing'],
    ['{"type":"constructor"}', 'type: "constructor" is not known'],
    [`{"type":"${'x'.repeat(500)}"}`, `type: "${'x'.repeat(40)}" is not known`],
    ['{"type":"skill_update"}', 'skill_update, data: record: '],
    ['{"type":"skill_update","data":{"skill_id":"","name":"A"}}', 'skill_update, data: skill_id: '],
    ['{"type":"skill_delete","data":{"skill_id":"a"}}', 'skill_delete, data: deleted_at: '],
    [
      '{"type":"skill_delete","data":{"skill_id":"a","deleted_at":"soon"}}',
      'skill_delete, data: deleted_at: ',
    ],
    [
      '{"type":"rating_update","data":{"skill_id":"a","average_rating":1e999,"rating_count":1,"updated_at":"2026-01-01"}}',
      'rating_update, data: average_rating: ',
    ],
  ])('refuses %s with a reason', (text, reason) => {
    expect(readText(text)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/./) });
    expect((readText(text) as { reason: string }).reason.startsWith(reason)).toBe(true);
  });

  it('refuses what is nested too deeply, and what is binary', () => {
    const deep = `{"type":"skill_update","data":{"skill_id":"a","name":"A","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`;
    expect(readText(deep)).toMatchObject({ kind: 'refused' });
    expect(readFrame({ text: '', isBinary: true, bytes: 9 })).toMatchObject({ kind: 'refused' });
  });

  it('never throws, whatever comes', () => {
    const anyFrame = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(
          fc.constantFrom('skill_update', 'category_update', 'rating_update', 'skill_delete'),
          fc.jsonValue(),
        )
        .map(([type, data]) => JSON.stringify({ type, data })),
    );
    fc.assert(
      fc.property(anyFrame, (text) => {
        expect(['update', 'ping', 'pong', 'refused']).toContain(readText(text).kind);
      }),
      { numRuns: 500 },
    );
  });
});
