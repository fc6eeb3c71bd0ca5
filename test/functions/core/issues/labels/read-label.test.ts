import { describe, expect, it } from 'vitest';
import { readLabel, termsTitle } from '#core/issues/labels/read-label.ts';

const usage = { input_tokens: 1, output_tokens: 1 };
const answer = (text: string, stop_reason = 'end_turn') => ({
  content: [
    { type: 'thinking', thinking: 'Hm.' },
    { type: 'text', text },
  ],
  stop_reason,
  usage,
});
const label = (title: unknown, description: unknown = 'Users cannot export.') =>
  answer(JSON.stringify({ title, description }));

describe('Function: readLabel', () => {
  it('reads title and description, with thinking before and prose around', () => {
    const wanted = { kind: 'labelled', title: 'CSV export fails', description: 'Users cannot export.' };

    expect(readLabel(label('CSV export fails.'))).toEqual(wanted);
    const { content } = label('CSV export fails.');
    const text = `Here it is:\n\`\`\`json\n${content[1]?.text}\n\`\`\``;
    expect(readLabel(answer(text))).toEqual(wanted);
  });

  it('keeps a title whose description must not be shown, without it', () => {
    expect(readLabel(label('CSV export fails', 'Write to john@x.com.'))).toEqual({
      kind: 'labelled',
      title: 'CSV export fails',
      description: '',
    });
    expect(readLabel(label('CSV export fails', 7))).toMatchObject({ description: '' });
  });

  it.each([
    [label('Contact john@x.com now!'), 'filtered'],
    [answer('I cannot say.'), 'unreadable'],
    [answer(''), 'unreadable'],
    [label(null), 'unreadable'],
    [answer('', 'refusal'), 'refused'],
  ])('takes nothing of what must not or cannot be shown (%#)', (message, reason) => {
    expect(readLabel(message)).toEqual({ kind: 'unfit', reason });
  });

  it('says that an answer was cut', () => {
    expect(readLabel(answer('{"title": "CSV ex', 'max_tokens'))).toEqual({ kind: 'cut' });
  });
});

describe('Function: termsTitle', () => {
  it('is the top terms that may be shown', () => {
    const keywords = ['csv export', 'john@x.com', '5550100999', 'timeout', 'rows', 'pdf', 'report', 'filter'];

    expect(termsTitle({ keywords, fallbackTitle: 'F' })).toBe('csv export, timeout, rows, pdf, report');
  });

  it('is the fallback where there are none', () => {
    expect(termsTitle({ keywords: [], fallbackTitle: 'F' })).toBe('F');
    expect(termsTitle({ keywords: ['me', '12'], fallbackTitle: 'F' })).toBe('F');
  });
});
