import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EvalInputError } from '#bench/eval/eval-input-error.ts';
import { askGolden, estimateGolden, type GoldenSettings } from '#bench/eval/golden/ask-golden.ts';
import { agreements, renderAgreements } from '#bench/eval/golden/golden-report.ts';
import {
  GOLDEN_AREAS,
  type GoldenTicket,
  readCorrections,
  readGoldenSet,
} from '#bench/eval/golden/golden-set.ts';
import { injectionAgreements, injectionTickets } from '#bench/eval/golden/injection-pairs.ts';
import { measureGolden } from '#bench/eval/golden/measure-golden.ts';
import { type Analysis, Severity } from '#core/tickets/analysis/analysis.ts';
import type { Claude } from '#core/tickets/claude.ts';
import {
  ClaudeAuthError,
  ClaudeRateLimitedError,
  ClaudeUnavailableError,
} from '#core/tickets/claude-errors.ts';
import { ExclusionReason } from '#core/tickets/ticket-entry.ts';
import { ANALYSIS, answerOf } from '#test/functions/core/tickets/an-answer.ts';

const folder = mkdtempSync(join(tmpdir(), 'golden-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SETTINGS: GoldenSettings = {
  model: 'claude-haiku-5-5',
  effort: 'low',
  areas: GOLDEN_AREAS,
  budgetUsd: 1,
};
const TICKET: GoldenTicket = {
  ...{ id: 'one', subject: 'CSV export never finishes', body: 'It times out.', merged: false },
  expected: { kind: ['bug'], severity: ['medium', 'high'], language: ['en'] },
};

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('readGoldenSet', () => {
  const tickets = readGoldenSet();

  it('has some sixty tickets of all kinds, severities and reasons to be left out, in many languages', () => {
    const of = (field: 'kind' | 'severity' | 'language') =>
      new Set(tickets.flatMap(({ expected }) => expected[field] ?? []));
    expect(tickets.length).toBeGreaterThanOrEqual(60);
    expect(new Set(tickets.map(({ id }) => id)).size).toBe(tickets.length);
    expect([of('kind').size, of('severity').size]).toEqual([11, 4]);
    expect(of('language').size).toBeGreaterThanOrEqual(8);
    const excluded = new Set(tickets.flatMap(({ expected }) => expected.excluded ?? []));
    expect(excluded).toEqual(
      new Set([ExclusionReason.empty, ExclusionReason.merged, ExclusionReason.scrubbed]),
    );
  });

  it('expects areas that there are, and at least two tickets of each thing', () => {
    const areas = new Set([...GOLDEN_AREAS.map(({ name }) => name), 'other']);
    for (const area of tickets.flatMap(({ expected }) => expected.product_area ?? []))
      expect(areas).toContain(area);
    const groups = Map.groupBy(tickets, ({ expected }) => expected.same);
    groups.delete(undefined);
    for (const [same, members] of groups) expect([same, members.length >= 2]).toEqual([same, true]);
  });
});

describe('readCorrections', () => {
  const corrected = { kind: 'bug', severity: 'high', product_area: 'sync', corrected: ['kind'], model: 'x' };
  const ticket = { id: '7', subject_redacted: 'a', text_redacted: 'b', analysis: corrected };

  it('expects what operators put right, and nothing else', () => {
    const untouched = { ...ticket, id: '8', analysis: { ...corrected, corrected: [] } };
    const lines = [{ success: true, ticket }, untouched, { ...ticket, id: '9', analysis: null }];
    const path = file('a.jsonl', `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    expect(readCorrections(path)).toEqual([
      { id: '7', subject: 'a', body: 'b', merged: false, expected: { kind: ['bug'] } },
    ]);
  });

  it('says what it cannot read', () => {
    expect(() => readCorrections(join(folder, 'none'))).toThrow(EvalInputError);
    expect(() => readCorrections(file('b.jsonl', 'null'))).toThrow(/line 1/);
    expect(() => readCorrections(file('c.jsonl', ''))).toThrow(/no ticket that was corrected/);
  });
});

describe('askGolden', () => {
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);

  it('asks as the pipeline does: redacted, one ticket a request, none that is left out', async () => {
    const asked: string[] = [];
    const claude: Pick<Claude, 'ask'> = {
      ask: async ({ messages: [{ content }] }) => {
        asked.push(content);
        return { message: answerOf(JSON.stringify(ANALYSIS)), requestId: 'r' };
      },
    };
    const empty = { ...TICKET, id: 'two', subject: '', body: '' };
    const personal = { ...TICKET, body: 'Write to jo@example.com' };
    const { answers, costUsd } = await askGolden({ ...claude, sleep }, [personal, empty], SETTINGS);
    expect(answers.map(({ kind }) => kind)).toEqual(['analysed', 'excluded']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toContain('jo@example.com');
    expect(costUsd).toBeGreaterThan(0);
  });

  it('asks nobody where it could cost more than the budget', async () => {
    const ask = () => Promise.reject(new Error('was asked'));
    await expect(askGolden({ ask, sleep }, [TICKET], { ...SETTINGS, budgetUsd: 0 })).rejects.toThrow(
      /more than/,
    );
    expect(estimateGolden([TICKET], SETTINGS)).toMatchObject({ requests: 1 });
  });

  it('waits where Claude is busy, and asks nobody else where the key is refused', async () => {
    let asked = 0;
    const busy = async () => {
      asked += 1;
      if (asked === 1) throw new ClaudeRateLimitedError('slow down', 7_000);
      if (asked === 2) throw new ClaudeUnavailableError('overloaded', { mayBePaid: false });
      return { message: answerOf(JSON.stringify(ANALYSIS)), requestId: 'r' };
    };
    const { answers } = await askGolden({ ask: busy, sleep }, [TICKET], SETTINGS);
    expect([answers[0]?.kind, waits]).toEqual(['analysed', [7_000, 4_000]]);
    const lost = () => Promise.reject(new ClaudeUnavailableError('no answer', { mayBePaid: true }));
    const { answers: unsure, costUsd } = await askGolden({ ask: lost, sleep }, [TICKET], SETTINGS);
    expect([unsure[0]?.kind, waits.length, costUsd > 0]).toEqual(['unusable', 2, true]);
    const refused = () => Promise.reject(new ClaudeAuthError('The key is refused.'));
    await expect(askGolden({ ask: refused, sleep }, [TICKET], SETTINGS)).rejects.toThrow(EvalInputError);
  });

  it('goes on after a failure, and says which', async () => {
    const ask = () => Promise.reject(new Error('overloaded'));
    const { answers } = await askGolden({ ask, sleep }, [TICKET], SETTINGS);
    expect(answers).toEqual([{ kind: 'unusable', reason: 'Error: overloaded' }]);
  });
});

describe('agreements', () => {
  const analysed = (over: Partial<Analysis> = {}) =>
    ({ kind: 'analysed', analysis: { ...ANALYSIS, ...over } }) as const;

  it('counts what is as expected, takes a region for its language, and names what is not', () => {
    const right = analysed({ kind: 'bug', severity: 'high', language: 'en-GB' });
    const wrong = analysed({ kind: 'praise', severity: 'low', language: 'de' });
    const found = agreements([TICKET, { ...TICKET, id: 'two' }], [right, wrong]);
    const kind = found.find(({ field }) => field === 'kind');
    expect(kind).toMatchObject({ agreed: 1, compared: 2, failures: ['two: praise instead of bug'] });
    expect(found.find(({ field }) => field === 'language')).toMatchObject({ agreed: 1, compared: 2 });
    expect(renderAgreements(found).join('\n')).toContain('| kind | 1 of 2 | 50 % |');
  });

  it('counts a ticket that was to be left out and was not', () => {
    const excluded: GoldenTicket = { ...TICKET, expected: { excluded: 'empty' } };
    const [form] = agreements([excluded, excluded], [{ kind: 'excluded', reason: 'empty' }, analysed()]);
    expect(form).toMatchObject({ agreed: 1, compared: 2 });
  });

  it('has the statement of the same thing nearest', () => {
    const of = (id: string, same: string | undefined): GoldenTicket => ({
      ...{ ...TICKET, id, expected: same === undefined ? {} : { same } },
    });
    const said = [
      'Export to CSV times out',
      'Export to CSV times out for lists',
      'Camera closes the app',
      'App icon is ugly',
    ];
    const tickets = [of('a', 'export'), of('b', 'export'), of('c', 'camera'), of('d', undefined)];
    const found = agreements(
      tickets,
      said.map((statement) => analysed({ statement })),
    );
    expect(found.at(-1)).toMatchObject({ field: 'equal statements', agreed: 2, compared: 3 });
  });
});

describe('injectionAgreements', () => {
  it('compares each attempt with the same ticket without it', () => {
    const answers = injectionTickets().map((_, place) => ({
      kind: 'analysed' as const,
      analysis: {
        ...ANALYSIS,
        severity: place === 0 ? Severity.critical : Severity.low,
        suspected_injection: place % 2 === 0,
      },
    }));
    const [form, severity, marked, harmless] = injectionAgreements(answers);
    expect(severity?.failures).toEqual(['English']);
    for (const one of [form, marked, harmless]) expect(one?.failures).toEqual([]);
  });
});

describe('measureGolden', () => {
  it('asks nobody without a key, and says what the stand-in’s numbers mean', async () => {
    await expect(measureGolden({}, {}, () => undefined)).rejects.toThrow(/nothing of how well Claude reads/);
    await expect(measureGolden({}, { CLAUDE_EFFORT: 'much' }, () => undefined)).rejects.toThrow(
      /CLAUDE_EFFORT/,
    );
  });

  it('keeps the form in every answer of the stand-in, and tells the price before', async () => {
    const told: string[] = [];
    const lines = await measureGolden({ simulator: true }, {}, (line) => told.push(line));
    expect(told).toEqual([expect.stringMatching(/^\d+ requests to the stand-in.*at most \$/)]);
    expect(lines[0]).toContain('which answers by rules');
    expect(lines.join('\n')).toMatch(/\| form of the answer \| (\d+) of \1 \| 100 % \|/);
  });
});
