import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  amountText,
  booleanText,
  EnvironmentError,
  parseEnvironment,
  rangedText,
} from '#core/environment.ts';

const schema = z.object({
  COUNT: rangedText('ATOM_SAAS_API_TIMEOUT_SECONDS'),
  ON: booleanText,
  NAME: z.string().min(1),
});

describe('Function: parseEnvironment', () => {
  it('reads numbers and switches from their text, and ignores what it does not know', () => {
    const env = { COUNT: '120', ON: 'true', NAME: 'x', PATH: '/bin' };
    expect(parseEnvironment(schema, env)).toEqual({ COUNT: 120, ON: true, NAME: 'x' });
    expect(parseEnvironment(schema, { ...env, COUNT: '1', ON: 'false' })).toMatchObject({
      COUNT: 1,
      ON: false,
    });
  });

  it('names every bad variable, and no value', () => {
    const parse = () => parseEnvironment(schema, { COUNT: '121-secret', ON: 'secret' });
    expect(parse).toThrow(EnvironmentError);
    expect(parse).toThrow(/COUNT: .*; ON: .*; NAME: /);
    expect(parse).not.toThrow(/secret/);
  });

  it.each(['0', '121', '-1', '1.5', '1e1', ' 1', '', '9999999999'])(
    'takes %j for no number in range',
    (text) => {
      expect(() => parseEnvironment(schema, { COUNT: text, ON: 'true', NAME: 'x' })).toThrow(/COUNT/);
    },
  );

  it('reads amounts with decimals within their range', () => {
    const amounts = z.object({ USD: amountText('CLAUDE_BUDGET_USD_PER_DAY') });
    for (const text of ['0', '2', '0.25', '10000']) {
      expect(parseEnvironment(amounts, { USD: text })).toEqual({ USD: Number(text) });
    }
    for (const text of ['-1', '10000.01', '.5', '1.', '1e3', '', ' 1', 'NaN']) {
      expect(() => parseEnvironment(amounts, { USD: text }), text).toThrow(/USD/);
    }
  });
});
