import { describe, expect, it } from 'vitest';
import { createTerminal } from '#local/terminal.ts';

function create(isTTY: boolean) {
  let text = '';
  let now = 0;
  const output = { isTTY, write: (more: string) => (text += more) };
  const terminal = createTerminal(output, () => now);
  return { terminal, text: () => text, pass: (ms: number) => (now += ms) };
}

describe('Function: createTerminal', () => {
  it('redraws one bar where a person looks on, and keeps it below new lines', () => {
    // Prepare
    const { terminal, text } = create(true);

    // Act
    terminal.progress('Sync', { done: 0, total: null, unit: 'skills' });
    terminal.progress('Sync', { done: 2500, total: 5000, unit: 'skills' });
    terminal.line('a warning');
    terminal.endProgress();
    terminal.line('done');

    // Assess
    const clear = '\r\u001b[2K';
    const bar = `Sync [${'█'.repeat(15)}${'░'.repeat(15)}] 2,500/5,000 skills`;
    expect(text()).toBe(`${clear}Sync 0 skills${clear}${bar}${clear}a warning\n${bar}${clear}done\n`);
  });

  it('prints plain lines elsewhere: each tenth part, at most one a second', () => {
    // Prepare
    const { terminal, text, pass } = create(false);

    // Act
    for (let done = 0; done <= 5000; done += 50) {
      terminal.progress('Sync', { done, total: 5000, unit: 'skills' });
      pass(50);
    }

    // Assess
    const lines = text().trim().split('\n');
    expect(lines[0]).toBe('Sync 0 % (0/5,000 skills)');
    expect(lines).toHaveLength(6);
    expect(text()).not.toContain('\r');
  });

  it('prints each tenth when that is slower than a second', () => {
    const { terminal, text, pass } = create(false);
    for (let done = 0; done <= 100; done += 1) {
      terminal.progress('Sync', { done, total: 100, unit: 'pages' });
      pass(5000);
    }
    expect(text().trim().split('\n')).toHaveLength(11);
  });
});
