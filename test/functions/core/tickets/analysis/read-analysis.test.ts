import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Analysis, analysisSchema, TEXT_LIMITS } from '#core/tickets/analysis/analysis.ts';
import { claudeMessageSchema } from '#core/tickets/analysis/claude-message.ts';
import { type AnalysisOutcome, readAnalysis } from '#core/tickets/analysis/read-analysis.ts';
import { prepareText } from '#core/tickets/text/prepare-text.ts';
import { ANALYSIS, AREAS, answerOf } from '#test/functions/core/tickets/an-answer.ts';
import { anyText } from '#test/functions/core/tickets/any-text.ts';
import { INJECTIONS } from '#test/functions/core/tickets/injection-set.ts';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const CONTEXT = { text: prepareText({ subject: 'Export', description: 'It is slow.' }), areas: AREAS };

const read = (text: string) => readAnalysis(answerOf(text), CONTEXT);
const readFields = (fields: Readonly<Record<string, unknown>>) =>
  read(JSON.stringify({ ...ANALYSIS, ...fields }));

function analysed(outcome: AnalysisOutcome): Analysis {
  if (outcome.kind !== 'analysed') throw new Error(`Not analysed: ${JSON.stringify(outcome)}`);
  return outcome.analysis;
}

describe('Function: readAnalysis', () => {
  it('reads an answer as it should be', () => {
    expect(read(JSON.stringify(ANALYSIS))).toEqual({ kind: 'analysed', analysis: ANALYSIS });
  });

  it('trap 35: says that an answer was cut, whatever of it is there', () => {
    const half = JSON.stringify(ANALYSIS).slice(0, 200);
    expect(readAnalysis(answerOf(half, { stop_reason: 'max_tokens' }), CONTEXT)).toEqual({ kind: 'cut' });
  });

  it('trap 36: takes a refusal as a verdict, with its reason', () => {
    const message = answerOf('', { stop_reason: 'refusal', content: [] });
    expect(readAnalysis(message, CONTEXT)).toEqual({ kind: 'refused', reason: 'Claude declined to answer.' });
    const details = { category: 'cyber', explanation: 'It asks joe@example.com for malware.' };
    expect(readAnalysis({ ...message, stop_details: details }, CONTEXT)).toEqual({
      kind: 'refused',
      reason: 'cyber: It asks [EMAIL_1] for malware.',
    });
  });

  it('trap 37: chooses the text by its type, behind thinking', () => {
    const content = [
      { type: 'thinking', thinking: '{"kind":"praise"}', text: '{"kind":"praise"}', signature: 'x' },
      { type: 'text', text: JSON.stringify(ANALYSIS).slice(0, 50) },
      { type: 'text', text: JSON.stringify(ANALYSIS).slice(50) },
    ];
    expect(analysed(readAnalysis(answerOf('', { content }), CONTEXT))).toEqual(ANALYSIS);
  });

  it('trap 38: compares enum values without regard to letter case', () => {
    const fields = {
      kind: 'BUG',
      severity: 'High',
      scope: ' Team',
      sentiment: 'Very Negative',
      confidence: 'HIGH',
    };
    expect(analysed(readFields(fields))).toEqual({ ...ANALYSIS, sentiment: 'very_negative' });
  });

  it.each([
    ['prose', (json: string) => `Here {it} is:\n${json}\nI hope that helps {you}.`],
    ['a code fence', (json: string) => `\`\`\`json\n${json}\n\`\`\``],
    ['white space', (json: string) => `\n\n ${json} `],
  ])('finds the JSON within %s', (_name, around) => {
    expect(analysed(read(around(JSON.stringify(ANALYSIS))))).toEqual(ANALYSIS);
  });

  it('leaves out properties that it does not know', () => {
    expect(analysed(readFields({ extra: 1, reasons: [{ ...ANALYSIS.reasons[0], extra: 1 }] }))).toEqual(
      ANALYSIS,
    );
  });

  it('cuts texts that are too long, and items that are too many', () => {
    const long = 'word '.repeat(500);
    const reason = { statement: long, kind: 'bug' };
    const analysis = analysed(
      readFields({ statement: long, summary: long, component_hint: long, reasons: Array(9).fill(reason) }),
    );
    expect(analysis.statement.length).toBeLessThanOrEqual(TEXT_LIMITS.statement);
    expect(analysis.statement).toMatch(/word…$/);
    expect(analysis.summary.length).toBeLessThanOrEqual(TEXT_LIMITS.summary);
    expect(analysis.reasons).toHaveLength(3);
  });

  it('reads what is missing and may be null as null', () => {
    const { component_hint: _1, root_cause_guess: _2, reproduction: _3, reasons: _4, ...rest } = ANALYSIS;
    expect(analysed(read(JSON.stringify(rest)))).toEqual({
      ...ANALYSIS,
      component_hint: null,
      reproduction: null,
      reasons: [],
    });
    expect(analysed(readFields({ component_hint: '', root_cause_guess: 'N/A' })).component_hint).toBeNull();
  });

  it('reads an area that was not offered as other, and an offered one as it is written in the settings', () => {
    expect(analysed(readFields({ product_area: 'secret area' })).product_area).toBe('other');
    expect(analysed(readFields({ product_area: 'Billing/Invoices' })).product_area).toBe('billing/invoices');
    expect(analysed(readFields({ product_area: null })).product_area).toBe('other');
  });

  it.each([
    ['control characters', 'a\u0007\nb\tc', 'a b c'],
    [
      'Markdown links',
      'see [our site](https://evil.example/?x=1) ![](http://x/y.png)now',
      'see our site now',
    ],
    ['HTML', '<b>bold</b> <script>alert(1)</script><<b>script>x', 'bold alert(1)x'],
    ['invisible characters', 'a\u200b\u202eb\u{E0041}c', 'abc'],
    ['personal data', 'call joe@example.com or +49 30 1234567', 'call [EMAIL_1] or [PHONE_1]'],
    ['placeholders', 'the card [CARD_1] of [EMAIL_2]', 'the card [CARD_1] of [EMAIL_2]'],
    ['a placeholder as a link', '[EMAIL_1](mailto:x)', '[EMAIL_1]'],
  ])('trap 44: cleans a text: %s', (_name, text, expected) => {
    const analysis = analysed(
      readFields({ summary: text, statement: text, reasons: [{ statement: text, kind: 'bug' }] }),
    );
    expect(analysis.summary).toBe(expected);
    expect(analysis.statement).toBe(expected);
    expect(analysis.reasons[0]?.statement).toBe(expected);
  });

  it('says that personal data was left if it had to be taken out of the answer', () => {
    expect(analysed(readFields({ summary: 'Joe is joe@example.com' })).contains_pii).toBe(true);
    expect(analysed(readFields({ contains_pii: 'true' })).contains_pii).toBe(true);
  });

  it.each(INJECTIONS.filter(({ name }) => name !== 'in tag characters'))(
    'trap 42: marks the ticket although the model did not: $name',
    ({ subject, description }) => {
      const text = prepareText({ subject, description });
      const outcome = readAnalysis(answerOf(JSON.stringify(ANALYSIS)), { text, areas: AREAS });
      expect(analysed(outcome)).toEqual({ ...ANALYSIS, suspected_injection: true });
    },
  );

  it.each([
    ['no text', '', 'The answer has no text.'],
    ['no JSON', 'I cannot do that.', 'The answer holds no JSON object.'],
    ['a list', '[1, 2]', 'The answer holds no JSON object.'],
    ['half a JSON', '{"kind": "bug", "summary": "', 'The answer holds no JSON object.'],
  ])('calls an answer with %s unreadable', (_name, text, reason) => {
    expect(read(text)).toEqual({ kind: 'unreadable', reason });
  });

  it('names the fields without a usable value, and never the value', () => {
    expect(readFields({ kind: 'secret', severity: 7, statement: '<br>', blocked: 'perhaps' })).toEqual({
      kind: 'unreadable',
      reason: 'The answer has no usable value in: statement, kind, severity, blocked.',
    });
  });

  it(`keeps the schema whatever the answer is, or says that it is unreadable (FC_SEED=${SEED})`, () => {
    const junk = fc.record(
      Object.fromEntries(
        Object.entries(ANALYSIS).map(([name, value]) => [
          name,
          fc.oneof(fc.constant(value), fc.jsonValue(), anyText(600)),
        ]),
      ),
    );
    fc.assert(
      fc.property(junk, (answer) => {
        const outcome = read(JSON.stringify(answer));
        if (outcome.kind === 'analysed')
          expect(analysisSchema.parse(outcome.analysis)).toEqual(outcome.analysis);
        else expect(outcome.kind).toBe('unreadable');
      }),
      { seed: SEED },
    );
  });

  it('takes an answer off the wire, with all that is in it', () => {
    const wire = {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-haiku-5-5', stop_sequence: null },
      ...answerOf(JSON.stringify(ANALYSIS)),
      usage: {
        input_tokens: 1,
        output_tokens: 2,
        cache_creation: null,
        service_tier: 'batch',
        speed: 'standard',
      },
    };
    const message = claudeMessageSchema.parse(wire);
    expect(analysed(readAnalysis(message, CONTEXT))).toEqual(ANALYSIS);
    expect(message.usage).toMatchObject({ input_tokens: 1, output_tokens: 2 });
  });
});
