import { describe, expect, it } from 'vitest';
import { createClosers } from '#local/services/closers.ts';

describe('Function: createClosers', () => {
  it('closes in the reverse order of opening, and goes on when one fails', async () => {
    const closed: string[] = [];
    const closers = createClosers();
    closers.add(() => void closed.push('first'));
    closers.add(() => {
      throw new Error('it is dead');
    });
    closers.add(async () => void closed.push('last'));
    await Promise.all([closers.closeAll(), closers.closeAll()]);
    expect(closed).toEqual(['last', 'first']);
  });

  it('closes what comes while all are closed, and after that', async () => {
    const closed: string[] = [];
    const closers = createClosers();
    closers.add(() => void closers.add(() => void closed.push('meanwhile')));
    await closers.closeAll();
    closers.add(() => void closed.push('late'));
    await closers.closeAll();
    expect(closed).toEqual(['meanwhile', 'late']);
  });
});
