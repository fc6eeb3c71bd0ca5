import { describe, expect, it } from 'vitest';
import { BENCHMARKS, readOptions } from '#bench/report/options.ts';

describe('readOptions', () => {
  it('runs everything at full size by default', () => {
    const options = readOptions([]);
    expect([...options.only]).toEqual([...BENCHMARKS]);
    expect(options).toMatchObject({ skills: 5_000, manySkills: 100_000, check: false, markdown: undefined });
  });

  it('takes a selection and sizes', () => {
    const options = readOptions(['--only', 'quiet,first', '--skills', '200', '--check']);
    expect([...options.only]).toEqual(['quiet', 'first']);
    expect(options).toMatchObject({ skills: 200, check: true });
  });

  it.each([
    [['--only', 'slow'], /no benchmark "slow"/],
    [['--skills', '1e3'], /--skills is "1e3"; it must be a whole number from 100/],
    [['--rounds', '0'], /--rounds is "0"/],
    [['--fast'], /fast/],
  ])('refuses %o', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
