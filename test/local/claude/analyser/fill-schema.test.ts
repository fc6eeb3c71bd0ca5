import { describe, expect, it } from 'vitest';
import { analyseTicket } from '#local/claude/analyser/analyse-ticket.ts';
import { fillSchema } from '#local/claude/analyser/fill-schema.ts';
import { objectOf } from '#test/local/claude/claude-client.ts';

const TICKET = 'Since the update my CSV export times out when I choose more than 1,000 rows.';
const fill = (schema: object, instructions = '', ticket = TICKET) =>
  fillSchema(schema as Record<string, unknown>, analyseTicket(ticket), instructions);
const area = (values: string[], instructions: string, ticket: string) =>
  fill({ type: 'string', enum: values }, instructions, ticket);

describe('fillSchema', () => {
  it('fills each property by its name and type, required ones first', () => {
    const schema = {
      ...objectOf({
        optional: { type: 'string' },
        kind: { type: 'string', enum: ['BUG', 'OTHER'] },
        blocked: { type: 'boolean' },
        count: { type: 'integer' },
        version: { const: 1 },
        language: { type: 'string', enum: ['de-DE', 'en-US'] },
        when: { type: 'string', format: 'date-time' },
      }),
      required: ['kind', 'blocked', 'count', 'version', 'language', 'when'],
    };
    const filled = fill(schema) as Record<string, unknown>;
    expect(filled).toMatchObject({
      kind: 'BUG',
      blocked: false,
      count: 0,
      version: 1,
      language: 'en-US',
      when: '1970-01-01T00:00:00Z',
    });
    expect(Object.keys(filled).at(-1)).toBe('optional');
  });

  it('follows references, unions and null', () => {
    const maybe = { anyOf: [{ $ref: '#/$defs/text' }, { type: 'null' }] };
    const schema = {
      ...objectOf({
        statement: maybe,
        workaround_note: maybe,
        root_cause_guess: { type: ['string', 'null'] },
      }),
      $defs: { text: { type: 'string' } },
    };
    expect(fill(schema)).toEqual({
      statement: expect.stringMatching(/^Since the update/),
      workaround_note: null,
      root_cause_guess: 'Broken by the last update.',
    });
    expect(fill(schema, '', 'Great product!')).toMatchObject({ root_cause_guess: null });
  });

  it('fills arrays of objects, and one item where at least one is wanted', () => {
    const item = objectOf({
      statement: { type: 'string' },
      kind: { type: 'string', enum: ['bug', 'other'] },
    });
    const schema = objectOf({
      reasons: { type: 'array', items: item },
      tags: { type: 'array', items: { type: 'string' } },
      labels: { type: 'array', items: { type: 'string' }, minItems: 1 },
    });
    expect(fill(schema)).toEqual({
      reasons: [{ statement: expect.any(String), kind: 'bug' }],
      tags: [],
      labels: [expect.any(String)],
    });
  });

  it('keeps to the length that a description asks for', () => {
    const schema = objectOf({ statement: { type: 'string', description: '{maxLength: 30}' } });
    expect((fill(schema) as { statement: string }).statement.length).toBeLessThanOrEqual(30);
  });

  it('chooses a product area by its name, its definition, or its usual topics in any language', () => {
    const areas = ['reports', 'sign-in', 'gizmo/turbo', 'other'];
    const instructions =
      'Areas:\n- reports: dashboards\n- "gizmo/turbo": the blue flywheel\n- sign-in: passwords';
    expect(area(areas, instructions, 'The flywheel does not turn')).toBe('gizmo/turbo');
    expect(area(areas, instructions, 'Le tableau de bord et les rapports sont lents')).toBe('reports');
    expect(area(areas, instructions, 'xyzzy')).toBe('other');
    expect(area(['billing', 'login'], '', 'Ich habe mein Passwort vergessen')).toBe('login');
    expect(area(['alpha', 'beta'], '', 'xyzzy')).toBe('alpha');
  });
});
