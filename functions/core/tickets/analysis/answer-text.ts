import type { ClaudeMessage } from './claude-message.ts';

/** The text of an answer: its blocks may begin with thinking. */
export function answerText({ content }: ClaudeMessage): string {
  return content
    .flatMap((block) => (block.type === 'text' && typeof block.text === 'string' ? [block.text] : []))
    .join('')
    .trim();
}

/** Whether the answer ended before it was complete: with more tokens it may not. */
export function isCut({ stop_reason }: ClaudeMessage): boolean {
  return stop_reason === 'max_tokens' || stop_reason === 'model_context_window_exceeded';
}
