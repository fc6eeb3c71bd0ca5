import { stringify } from '#core/json/json.ts';

export const Effort = { low: 'low', medium: 'medium', high: 'high' } as const;
export type Effort = (typeof Effort)[keyof typeof Effort];

/** JSON Schema, in the part of it that Claude's grammar knows. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** `output_config.format` of a request. */
export type AnswerFormat = { readonly type: 'json_schema'; readonly schema: JsonSchema };

/** The `params` of one call, direct or in a batch. `max_tokens` counts thinking, too. */
export type ClaudeRequest = {
  readonly model: string;
  readonly max_tokens: number;
  readonly system: string;
  readonly messages: readonly [{ readonly role: 'user'; readonly content: string }];
  readonly output_config: { readonly effort: Effort; readonly format: AnswerFormat };
};

/**
 * Text from outside as a part of a message: JSON inside one element, in which every `<`, `>` and `&` is escaped. So
 * neither the element's end nor a quote in the text ends it.
 */
export function quotedElement(name: string, value: unknown): string {
  const json = stringify(value).replace(/[<>&\u2028\u2029]/g, unicodeEscape);
  return `<${name}>\n${json}\n</${name}>`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** An object of just these properties. */
export function closedObject(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** A text. The grammar knows no lengths, so the limit stands in the description. */
export function limitedText(max: number, description: string): JsonSchema {
  return { type: 'string', description: `${description} At most ${max} characters.` };
}
