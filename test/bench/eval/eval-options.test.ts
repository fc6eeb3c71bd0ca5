import { describe, expect, it } from 'vitest';
import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { readEvalOptions } from '#bench/eval/eval-options.ts';

describe('readEvalOptions', () => {
  it('reads a file, a resolution and a seed, all optional', () => {
    expect(readEvalOptions([])).toEqual({});
    expect(readEvalOptions(['--labelled', 'a.jsonl.gz', '--resolution', '4', '--seed', '2'])).toEqual({
      labelled: 'a.jsonl.gz',
      resolution: 4,
      seed: 2,
    });
  });

  it('reads whom to ask, and for how much', () => {
    expect(readEvalOptions(['--golden', '--simulator', '--budget', '0.5'])).toEqual({
      ...{ golden: true, simulator: true, budget: 0.5 },
    });
  });

  it.each([
    [['--markdown', 'a.md', '--golden']],
    [['--budget', '-1']],
    [['--budget', 'all']],
    [['--labelled', 'a', '--incidents', 'b']],
    [['--from', '2025-01-01']],
    [['--resolution', '9']],
    [['--resolution', 'x']],
    [['--seed', '1.5']],
    [['--other']],
    [['--labelled']],
    [['a.jsonl']],
  ])('refuses %j in words', (args) => {
    expect(() => readEvalOptions(args)).toThrow(EvalInputError);
  });
});
