import { describe, expect, it } from 'vitest';
import { readArguments } from '#local/arguments.ts';

describe('Function: readArguments', () => {
  it('needs none', () => {
    expect(readArguments([])).toEqual({ ticketsFile: undefined });
  });

  it.each([
    [['--tickets', 'data/sumo.jsonl.gz'], '/home/data/sumo.jsonl.gz'],
    [['--tickets=../sumo.jsonl.gz'], '/sumo.jsonl.gz'],
    [['--tickets', '/sumo.jsonl.gz'], '/sumo.jsonl.gz'],
  ])('takes the file of %j', (args, ticketsFile) => {
    expect(readArguments(args, '/home')).toEqual({ ticketsFile });
  });

  it.each([[['--tickets']], [['--tickets', '']], [['--ticket', 'a']], [['a']], [['--tickets', '--port']]])(
    'refuses %j, and says what it takes',
    (args) => {
      expect(() => readArguments(args, '/home')).toThrow(/--tickets FILE and nothing else/);
    },
  );
});
