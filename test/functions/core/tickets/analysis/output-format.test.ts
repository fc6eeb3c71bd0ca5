import { describe, expect, it } from 'vitest';
import { analysisSchema } from '#core/tickets/analysis/analysis.ts';
import { analysisFormat, areaNames } from '#core/tickets/analysis/output-format.ts';
import { ANALYSIS, AREAS } from '#test/functions/core/tickets/an-answer.ts';

type Node = { readonly [keyword: string]: unknown };

/** All schemas within a schema. */
function nodesIn(schema: Node): Node[] {
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as {
    properties?: Record<string, Node>;
    items?: Node;
    anyOf?: Node[];
  };
  const inner = [...Object.values(properties), ...(items ? [items] : []), ...anyOf];
  return [schema, ...inner.flatMap(nodesIn)];
}

describe('Function: analysisFormat', () => {
  const { type, schema } = analysisFormat(AREAS);
  const nodes = nodesIn(schema);

  it('has only keywords that the grammar knows', () => {
    const known = [
      'type',
      'properties',
      'required',
      'additionalProperties',
      'items',
      'anyOf',
      'enum',
      'description',
    ];
    expect(type).toBe('json_schema');
    expect([...new Set(nodes.flatMap(Object.keys))].filter((keyword) => !known.includes(keyword))).toEqual(
      [],
    );
  });

  it('closes each object and requires all of it', () => {
    const objects = nodes.filter((node) => node.type === 'object');
    expect(objects).toHaveLength(2);
    for (const { properties, required, additionalProperties } of objects) {
      expect(additionalProperties).toBe(false);
      expect(required).toEqual(Object.keys(properties as Node));
    }
  });

  it('stays within the number of unions', () => {
    expect(nodes.filter((node) => node.anyOf !== undefined).length).toBeLessThanOrEqual(16);
  });

  it('asks for the fields that are stored, in their order', () => {
    expect(Object.keys(schema.properties as Node)).toEqual(Object.keys(analysisSchema.shape));
    expect(Object.keys(ANALYSIS)).toEqual(Object.keys(analysisSchema.shape));
  });

  it('gives equal bytes for equal areas', () => {
    expect(JSON.stringify(analysisFormat(AREAS))).toBe(JSON.stringify(analysisFormat([...AREAS])));
  });
});

describe('Function: areaNames', () => {
  it('has other at the end, once', () => {
    expect(areaNames(AREAS)).toEqual(['export', 'billing/invoices', 'other']);
    expect(areaNames([{ name: 'other', definition: '' }])).toEqual(['other']);
    expect(areaNames([])).toEqual(['other']);
  });
});
