import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHealthFile, isHealthy } from '#functions/realtime-feed/health.ts';

const NOW = Date.parse('2026-02-19T10:30:00Z');

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'health-'));
  path = join(folder, 'alive');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('Function: createHealthFile', () => {
  it('writes at the first beat, and then once in five seconds', () => {
    let now = NOW;
    const file = createHealthFile(path, () => now);
    const written = [0, 4_999, 5_000, 9_999, 10_000].map((ms) => {
      now = NOW + ms;
      file.beat();
      return Date.parse(readFileSync(path, 'utf8')) - NOW;
    });

    expect(written).toEqual([0, 0, 5_000, 5_000, 10_000]);
  });

  it('writes at once when the clock was set back', () => {
    let now = NOW;
    const file = createHealthFile(path, () => now);
    file.beat();
    now -= 3_600_000;
    file.beat();

    expect(readFileSync(path, 'utf8')).toBe('2026-02-19T09:30:00.000Z');
  });
});

describe('Function: isHealthy', () => {
  it.each([
    [0, true],
    [59_999, true],
    [60_000, false],
    // A file from the future proves no more than an old one.
    [-59_999, true],
    [-60_000, false],
  ])('of a file that was written %i ms ago is %s', (agoMs, expected) => {
    createHealthFile(path, () => NOW).beat();
    utimesSync(path, NOW / 1_000, NOW / 1_000);

    expect(isHealthy(path, NOW + agoMs)).toBe(expected);
  });

  it('is false where nobody has ever beaten', () => {
    expect(isHealthy(path, NOW)).toBe(false);
  });
});
