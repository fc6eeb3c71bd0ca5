/** What was given to an evaluation cannot be used; the message is for who gave it. */
export class EvalInputError extends Error {
  override readonly name = 'EvalInputError';
  readonly code = 'eval_input';
  readonly retryable = false;
}
