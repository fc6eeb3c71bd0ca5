import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from '#core/json/json.ts';
import { parseSkill, type SkillAggregates, withAggregates } from '#core/skills/skill.ts';
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
        aggregates: { skillId: 'a', averageRating: 4.5, ratingCount: 2, stamp: STAMP },
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
    expect(readText(text)).toMatchObject({ kind: 'rejected', reason: expect.stringMatching(/./) });
    expect((readText(text) as { reason: string }).reason.startsWith(reason)).toBe(true);
  });

  it.each([
    [
      'skill_update',
      '{"skill_id":"a","name":"half \\ud83d"}',
      'skill_update, data: name: must be well-formed',
    ],
    [
      'skill_update',
      '{"skill_id":"a","name":"A","x":{"k\\udc00":1}}',
      'skill_update, data: x.k\ufffd: as a name, must',
    ],
    [
      'skill_update',
      '{"skill_id":"a","name":"A","x":[{"__proto__":1}]}',
      'skill_update, data: x.0.__proto__: is no name',
    ],
    [
      'category_update',
      '{"name":"a","description":"\\ud800"}',
      'category_update, data: description: must be well-formed',
    ],
    [
      'skill_delete',
      '{"skill_id":"a","deleted_at":"2026-01-01","x":"\\ud800"}',
      'skill_delete, data: x: must be well-formed',
    ],
    ['rating_update', '{"skill_id":"\\ud800"}', 'rating_update, data: skill_id: must be well-formed'],
    [
      'skill_delete',
      '{"skill_id":1e3,"deleted_at":"2026-01-01"}',
      'skill_delete, data: skill_id: must be text or',
    ],
    ['skill_update', '{"skill_id":1.0,"name":"A"}', 'skill_update, data: skill_id: must be text or'],
  ])('refuses %s of %s', (type, data, reason) => {
    const frame = readText(`{"type":"${type}","data":${data},"timestamp":"2026-01-01T00:00:00Z"}`);
    expect(frame).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(reason) });
  });

  it('refuses half a character beside the data, and answers a ping all the same', () => {
    const data = '{"skill_id":"a","name":"A"}';
    expect(readText(`{"type":"skill_update","data":${data},"x":["\\ud800"]}`)).toEqual({
      kind: 'rejected',
      reason: 'skill_update, frame: x.0: must be well-formed unicode',
    });
    expect(readText('{"type":"ping","timestamp":"\\ud800"}')).toEqual({ kind: 'ping' });
  });

  it('reads a skill as a listing does, to the last digit', () => {
    const record =
      '{"id":9007199254740993,"name":"A","version":1.10,"average_rating":"4.2999999999999998","metadata":[],"n":-0,"updated_at":"2026-02-19t10:30:00z"}';
    const frame = readText(`{"type":"skill_update","data":${record}}`);
    const listed = parseSkill((parse(`{"skills":[${record}]}`) as { skills: unknown[] }).skills[0]);
    expect(frame).toEqual({
      kind: 'update',
      update: { type: 'skill_update', version: listed.ok && listed.value },
    });
    expect(listed).toMatchObject({ ok: true, id: '9007199254740993' });
  });

  it('takes the aggregates as they came, so that a listing has the same', () => {
    const data = (figure: string) =>
      `{"skill_id":9007199254740993,"average_rating":${figure},"rating_count":"3","updated_at":"2026-02-19T24:00:00Z"}`;
    const frame = readText(`{"type":"rating_update","data":${data('4.2999999999999998')}}`);
    const aggregates =
      frame.kind === 'update' && frame.update.type === 'rating_update' && frame.update.aggregates;
    expect(aggregates).toMatchObject({
      skillId: '9007199254740993',
      ratingCount: 3,
      stamp: '2026-02-20T00:00:00Z',
    });
    const rated = withAggregates({ skill_id: '9007199254740993', name: 'A' }, aggregates as SkillAggregates);
    expect(stringify(rated.skill)).toContain('"average_rating":4.2999999999999998');
    for (const none of ['""', 'null', '1e400', '"many"'])
      expect(readText(`{"type":"rating_update","data":${data(none)}}`)).toMatchObject({ kind: 'rejected' });
  });

  it('refuses what is nested too deeply, and what is binary', () => {
    const deep = `{"type":"skill_update","data":{"skill_id":"a","name":"A","x":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`;
    expect(readText(deep)).toMatchObject({ kind: 'rejected' });
    expect(readFrame({ text: '', isBinary: true, bytes: 9 })).toMatchObject({ kind: 'rejected' });
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
        expect(['update', 'ping', 'pong', 'rejected']).toContain(readText(text).kind);
      }),
      { numRuns: 500 },
    );
  });
});
