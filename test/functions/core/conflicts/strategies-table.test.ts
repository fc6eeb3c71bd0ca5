import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ConflictStrategy, classify, ConflictStrategy as Strategies } from '#core/conflicts/conflict.ts';
import { decideOnVersion } from '#core/conflicts/decide-edit.ts';
import type { Skill } from '#core/skills/skill.ts';

const BASE: Skill = {
  skill_id: 'csv-cleaner',
  name: 'CSV cleaner',
  description: 'Cleans CSV files.',
  version: '1.2.0',
  code: 'clean(file)',
  python_packages: ['pandas'],
  tags: ['csv'],
  category: 'data',
  metadata: { owner: 'tools' },
};
const LOCAL: Skill = {
  ...BASE,
  description: 'Cleans our CSV files.',
  code: 'clean(file, ours)',
  version: '1.2.1',
  python_packages: ['pandas', 'chardet'],
  category: 'internal',
};
const REMOTE: Skill = {
  ...BASE,
  description: 'Cleans CSV and TSV files of any size.',
  code: 'clean(file, fast)',
  version: '1.3.0',
  python_packages: ['polars'],
  tags: ['csv', 'tsv'],
};

describe('docs/conflicts.md', () => {
  it('shows what each strategy makes of its example', () => {
    expect(readFileSync('docs/conflicts.md', 'utf8')).toContain(table());
    expect(classify({ base: BASE, local: LOCAL, remote: REMOTE })).toEqual({
      type: 'VERSION_MISMATCH',
      severity: 'CRITICAL',
    });
  });
});

function table(): string {
  const strategies = Object.values(Strategies);
  const sides = [BASE, LOCAL, REMOTE, ...strategies.map(served)];
  const heads = ['field', 'base', 'local', 'remote', ...strategies.map((strategy) => `\`${strategy}\``)];
  const fields = Object.keys(BASE).filter((field) => field !== 'skill_id');
  const rows = fields.map((field) => [`\`${field}\``, ...sides.map((side) => show(side[field]))]);
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** What is served once the marketplace's version is there. */
function served(strategy: ConflictStrategy): Skill {
  const stored = { base: BASE, local: LOCAL, conflict: undefined };
  return decideOnVersion(stored, REMOTE, strategy, { now: 0, newId: 'id' }).edit?.local ?? REMOTE;
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
}
