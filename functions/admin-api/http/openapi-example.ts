/** A JSON Schema, as far as an example needs to know it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A value that a schema allows, out of the examples in it where it has some, else as plain as it can be.
 *
 * @example exampleOf({ type: 'object', properties: { limit: { type: 'integer', examples: [50] } } }) // { limit: 50 }
 */
export function exampleOf(schema: JsonSchema): unknown {
  const { examples, anyOf, type, items, properties, minimum } = schema;
  if (Array.isArray(examples)) return examples[0];
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (Array.isArray(anyOf)) return exampleOf(anyOf[0]);
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((properties ?? {}) as Record<string, JsonSchema>).map(([name, part]) => [
          name,
          exampleOf(part),
        ]),
      );
    case 'array':
      return [exampleOf((items ?? {}) as JsonSchema)];
    case 'integer':
    case 'number':
      return typeof minimum === 'number' && minimum > 0 ? minimum : 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return 'text';
  }
}
