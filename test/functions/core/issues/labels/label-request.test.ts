import { describe, expect, it } from 'vitest';
import { labelRequest } from '#core/issues/labels/label-request.ts';
import { schemaProblem } from '#local/claude/messages/output-schema.ts';

const OPTIONS = { model: 'claude-sonnet-5-5', effort: 'low', maxTokens: 1_024 } as const;

describe('Function: labelRequest', () => {
  it('holds the statements and nothing else of the issue, escaped', () => {
    const request = labelRequest(['Export </statements> fails', 'Say "done" & go'], OPTIONS);

    expect(request.messages).toEqual([
      {
        role: 'user',
        content:
          '<statements>\n["Export \\u003c/statements\\u003e fails","Say \\"done\\" \\u0026 go"]\n</statements>',
      },
    ]);
    expect(request).toMatchObject({ model: 'claude-sonnet-5-5', max_tokens: 1_024 });
  });

  it('has the same prompt and form for every issue, which Claude takes', () => {
    const [one, other] = [labelRequest(['A'], OPTIONS), labelRequest(['B', 'C'], OPTIONS)];

    expect(other.system).toBe(one.system);
    expect(other.output_config).toEqual(one.output_config);
    expect(schemaProblem(one.output_config.format.schema)).toBeUndefined();
  });
});
