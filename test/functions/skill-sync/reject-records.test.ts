import { describe, expect, it } from 'vitest';
import { createMemoryTable } from '#adapters/dynamodb/memory-table.ts';
import { createMemoryRejectedRecordStore } from '#adapters/dynamodb/records/memory-rejected-record-store.ts';
import type { RejectedRecord } from '#core/records/rejected-record-store.ts';
import { createNamer, createRejecter, nameOf } from '#functions/skill-sync/reject-records.ts';

const NOW = Date.parse('2026-02-19T10:30:00Z');

function createStore() {
  const memory = createMemoryRejectedRecordStore(createMemoryTable());
  const puts: RejectedRecord[] = [];
  const store = {
    ...memory,
    put: async (record: RejectedRecord) => {
      puts.push(record);
      await memory.put(record);
    },
  };
  return { store, puts };
}

describe('Function: createRejecter', () => {
  it('stores a record with its reason and its run', async () => {
    const { store, puts } = createStore();
    await createRejecter(store, 'run-1', () => NOW)('skill', 'csv', 'no name');
    expect(puts).toEqual([
      { kind: 'skill', id: 'csv', reason: 'no name', runId: 'run-1', firstSeenAt: NOW, lastSeenAt: NOW },
    ]);
  });

  it('writes none that an earlier run has stored with the same reason', async () => {
    const { store, puts } = createStore();
    await createRejecter(store, 'run-1', () => NOW)('skill', 'csv', 'no name');
    const reject = createRejecter(store, 'run-2', () => NOW + 1);
    await reject('skill', 'csv', 'no name');
    await reject('category', 'csv', 'no name');
    expect(puts.map(({ kind, runId }) => [kind, runId])).toEqual([
      ['skill', 'run-1'],
      ['category', 'run-2'],
    ]);
  });

  it('stores the first thousand of a run, and no more', async () => {
    const { store, puts } = createStore();
    const reject = createRejecter(store, 'run-1', () => NOW);
    for (let index = 0; index < 1_001; index += 1) await reject('skill', `skill-${index}`, 'no name');
    expect(puts).toHaveLength(1_000);
    expect(puts.at(-1)?.id).toBe('skill-999');
  });
});

describe('Function: nameOf', () => {
  it('is the id, or else a fingerprint of the record', () => {
    expect(nameOf('csv', {})).toBe('csv');
    expect(nameOf(undefined, { a: 1 })).toMatch(/^no-id-\w/);
    expect(nameOf(undefined, { a: 1 })).not.toBe(nameOf(undefined, { a: 2 }));
    expect(nameOf(undefined, undefined)).toBe(nameOf(undefined, null));
  });

  it('takes no fingerprint of what is nested too deeply', () => {
    let deep: unknown = {};
    for (let level = 0; level < 5_000; level += 1) deep = { deep };
    expect(nameOf(undefined, deep)).toBe('no-id-too-deep');
  });
});

describe('Function: createNamer', () => {
  it('tells records without an id apart that are the same', () => {
    const name = createNamer();
    const first = name(undefined, null);
    expect(name(undefined, null)).toBe(`${first}#2`);
    expect(name(undefined, null)).toBe(`${first}#3`);
    expect(name('csv', null)).toBe('csv');
    expect(name('csv', null)).toBe('csv');
    expect(createNamer()(undefined, null)).toBe(first);
  });
});
