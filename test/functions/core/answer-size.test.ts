import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerBytes, exceeds, textBytes, textExceeds } from '#core/answer-size.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** What Lambda counts: the body as a string within its answer. */
const asSent = (body: string) => Buffer.byteLength(JSON.stringify(body)) - 2;

describe('What an answer weighs', () => {
  it(`is what is sent, for any JSON (seed ${SEED})`, () => {
    const odd = fc.string({
      unit: fc.constantFrom('"', '\\', '\u0000', '\n', 'é', '日', '🛠', '\ud800', 'a'),
    });
    const value = fc.oneof(fc.jsonValue(), odd, fc.dictionary(odd, odd));
    fc.assert(
      fc.property(value, (value) => {
        const bytes = asSent(JSON.stringify(value));
        expect(answerBytes(value)).toBe(bytes);
        expect([exceeds(bytes, value), exceeds(bytes - 1, value)]).toEqual([false, true]);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  it.each(['"', '\\', '日', 'a', '🛠', '\n'])('counts a text of %j, never too few', (character) => {
    const text = character.repeat(10_000);
    expect(textBytes(text)).toBeGreaterThanOrEqual(asSent(text));
    expect(textExceeds(asSent(text) - 1, text)).toBe(true);
  });
});
