import { describe, expect, it } from 'vitest';
import { createMinuteWindow } from '#local/http/minute-window.ts';

describe('Function: createMinuteWindow', () => {
  it('counts a time for less than a minute', () => {
    const window = createMinuteWindow();
    window.add(0);
    window.add(1);
    expect([window.count(59_999), window.count(60_000), window.oldest(), window.count(60_001)]).toEqual([
      2, 1, 1, 0,
    ]);
  });

  it('counts right after many times have left it', () => {
    const window = createMinuteWindow();
    for (let time = 0; time < 20_000; time += 1) window.add(time);
    expect([window.count(71_000), window.oldest()]).toEqual([8_999, 11_001]);
  });
});
