import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ArgumentsError } from './errors.ts';

/** What `npm start` is told on its command line. */
export type Arguments = {
  /** Absolute path of a file with the embedded Zendesk's tickets; undefined: made up ones. */
  readonly ticketsFile: string | undefined;
};

const USAGE =
  'npm start takes -- --tickets FILE and nothing else; everything else is a setting (.env.example).';

/** Reads the command line. A relative path counts from the working directory. @throws ArgumentsError */
export function readArguments(args: readonly string[], directory = process.cwd()): Arguments {
  try {
    const { values } = parseArgs({ args: [...args], options: { tickets: { type: 'string' } } });
    const { tickets } = values;
    if (tickets === '') throw new ArgumentsError(`--tickets needs a file. ${USAGE}`);
    return { ticketsFile: tickets === undefined ? undefined : resolve(directory, tickets) };
  } catch (cause) {
    if (cause instanceof ArgumentsError) throw cause;
    const reason = cause instanceof Error ? cause.message.split('.')[0] : '';
    throw new ArgumentsError(`${reason}. ${USAGE}`, { cause });
  }
}
