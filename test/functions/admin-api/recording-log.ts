import type { Log } from '#core/log.ts';

export type LogLine = {
  readonly level: string;
  readonly message: string;
  readonly facts: Record<string, unknown>;
};

/** A log that keeps its lines. */
export function recordingLog(lines: LogLine[]): Log {
  const at = (level: string) => (message: string, facts?: Record<string, unknown>) => {
    lines.push({ level, message, facts: facts ?? {} });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
