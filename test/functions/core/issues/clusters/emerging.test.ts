import { describe, expect, it } from 'vitest';
import { isEmerging } from '#core/issues/clusters/emerging.ts';

describe('isEmerging', () => {
  it('needs five tickets of three people, or of as many as are asked for', () => {
    expect(isEmerging(['a', 'b', 'c', 'd'])).toBe(true);
    expect(isEmerging(['a', 'b', 'c', 'd', 'd'])).toBe(false);
    expect(isEmerging(['a', 'a', 'b', 'b', 'b', 'b'])).toBe(true);
    expect(isEmerging(['a', 'b', 'c', 'd', 'e'], 6)).toBe(true);
    expect(isEmerging([])).toBe(true);
  });
});
