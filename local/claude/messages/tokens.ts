/** Token counts: 3.5 characters a token, which is near enough for planning and for budgets. */

type Content = string | readonly { readonly type: string; readonly text?: string }[];

/** What of a message's parameters is a prompt. */
export type Prompt = {
  readonly system?: Content;
  readonly messages: readonly { readonly content: Content }[];
  readonly output_config?: { readonly format?: { readonly schema: object } | null };
};

const CHARACTERS_A_TOKEN = 3.5;

/** Tokens of a text, rounded up. */
export function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_A_TOKEN);
}

/** So much of a text as has this many tokens. */
export function cutToTokens(text: string, tokens: number): string {
  return text.slice(0, Math.floor(tokens * CHARACTERS_A_TOKEN));
}

/** Tokens of a whole prompt: system, messages, and the schema of the answer. */
export function promptTokens(params: Prompt): number {
  let length = contentLength(params.system ?? '');
  for (const { content } of params.messages) length += contentLength(content);
  const { format } = params.output_config ?? {};
  if (format) length += JSON.stringify(format.schema).length;
  return Math.ceil(length / CHARACTERS_A_TOKEN);
}

function contentLength(content: Content): number {
  if (typeof content === 'string') return content.length;
  return content.reduce((sum, block) => sum + (block.text?.length ?? 0), 0);
}
