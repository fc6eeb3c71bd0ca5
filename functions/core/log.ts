/** Structured log lines; satisfied by the Powertools logger. */
export type Log = {
  debug(message: string, ...facts: Record<string, unknown>[]): void;
  info(message: string, ...facts: Record<string, unknown>[]): void;
  warn(message: string, ...facts: Record<string, unknown>[]): void;
  error(message: string, ...facts: Record<string, unknown>[]): void;
};
