import { parseArgs } from 'node:util';
import { z } from 'zod';

/**
 * Reads the settings of a simulator that is started alone: by environment variable, or by a flag that says the same
 * (`--ticket-count` for `TICKET_COUNT`) and comes first.
 *
 * @throws ZodError with what cannot be used
 */
export function readFlags<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  const names = Object.keys(schema.shape);
  const options = Object.fromEntries(names.map((name) => [flagOf(name), { type: 'string' as const }]));
  const { values } = parseArgs({ options });
  const given = names.map((name) => [name, values[flagOf(name)] ?? (process.env[name] || undefined)]);
  return schema.parse(Object.fromEntries(given));
}

/** Runs a simulator's main; where it fails, says on stderr in one line why, and the process fails. */
export async function startAlone(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const reasons =
      error instanceof z.ZodError
        ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
        : error instanceof Error && error.message;
    process.stderr.write(`${name} cannot start. ${reasons}\n`);
    process.exitCode = 1;
  }
}

function flagOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
