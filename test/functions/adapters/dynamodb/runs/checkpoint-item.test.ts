import { describe, expect, it } from 'vitest';
import { checkpointItems, readCheckpoint } from '#adapters/dynamodb/runs/checkpoint-item.ts';

const fingerprints = (count: number) => Array.from({ length: count }, (_, n) => String(n).padStart(11, '0'));
const checkpoint = (count: number) => ({
  throughPage: 12,
  seen: fingerprints(count),
  runId: 'run',
  counts: { added: 3 },
});
const NOW = Date.UTC(2026, 2, 2, 9);

describe('Function: checkpointItems', () => {
  it('is one item as a rule, which expires in seconds', () => {
    const items = checkpointItems('l', checkpoint(2), NOW + 999);
    expect(items).toMatchObject([
      { pk: 'LISTING#l', sk: 'PAGE#00000012', throughPage: 12, expiresAt: NOW / 1_000, counts: { added: 3 } },
    ]);
    expect(items.map(readCheckpoint)).toEqual([checkpoint(2)]);
  });

  it('is several where there are many ids; only the last says that the pages are done', () => {
    const parts = checkpointItems('l', checkpoint(30_001), NOW).map(readCheckpoint);
    expect(parts.map((part) => [part?.throughPage, part?.seen.length, part?.counts])).toEqual([
      [0, 30_000, {}],
      [12, 1, { added: 3 }],
    ]);
    expect(parts.flatMap((part) => part?.seen)).toEqual(fingerprints(30_001));
  });

  it('is one without ids as well', () => {
    expect(checkpointItems('l', checkpoint(0), NOW).map(readCheckpoint)).toEqual([checkpoint(0)]);
  });
});

describe('Function: readCheckpoint', () => {
  const [item = {}] = checkpointItems('l', checkpoint(1), NOW);
  it.each([
    ['without pages', { throughPage: '12' }],
    ['without ids', { seen: undefined }],
    ['with half an id', { seen: '0123' }],
    ['without a run', { runId: 1 }],
    ['without counts', { counts: null }],
    ['with a count that is none', { counts: { added: 'x' } }],
  ])('gives nothing for one %s', (_what, change) => {
    expect(readCheckpoint({ ...item, ...change })).toBeUndefined();
  });
});
