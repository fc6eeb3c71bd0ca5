import { describe, expect, it } from 'vitest';
import { requestAbout } from '#functions/ticket-analysis/analysis-session.ts';
import { SETTINGS } from './analysis-world.ts';

const text = { subject: 'Export', body: 'It fails.' };
const pending = (attempts: number) => ({ status: 'pending', since: 0, attempts }) as const;

describe('Function: requestAbout', () => {
  it('has the ticket’s text, the model and the effort, and no tools', () => {
    const request = requestAbout({ ...text, analysis: pending(0) }, SETTINGS);

    expect(request).toMatchObject({ model: 'claude-haiku-5-5', output_config: { effort: 'low' } });
    expect(request.messages[0].content).toContain('It fails.');
    expect(Object.keys(request).sort()).toEqual([
      'max_tokens',
      'messages',
      'model',
      'output_config',
      'system',
    ]);
  });

  it('has twice the room after a request that came to nothing, or where it is asked for', () => {
    const first = requestAbout({ ...text, analysis: pending(0) }, SETTINGS);
    const second = requestAbout({ ...text, analysis: pending(1) }, SETTINGS);
    const cut = requestAbout({ ...text, analysis: pending(0) }, SETTINGS, true);

    expect([second.max_tokens, cut.max_tokens]).toEqual([2 * first.max_tokens, 2 * first.max_tokens]);
  });
});
