import { z } from 'zod';
import { Level } from '#core/governance-level.ts';

/** What gets tokens without a person: its name, and the level that its tokens have. */
export type MachineClient = { readonly name: string; readonly level: Level };

/** API Gateway takes 50 audiences, of which each client is one and the people's another. */
const MOST_CLIENTS = 40;
const FORM = new RegExp(`^([a-z][a-z0-9-]{0,31}):(${Object.values(Level).join('|')})$`);

/** The machines of the stack's own user pool, each as `name:LEVEL`; none by default. */
export function machineClients() {
  return z
    .string()
    .transform((text, context) => {
      const list = text.split(',').map((part) => part.trim());
      const names = list.map((part) => FORM.exec(part)?.[1]);
      const isGood = !names.includes(undefined) && new Set(names).size === list.length;
      if (isGood && list.length <= MOST_CLIENTS) return list;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .default(() => [])
    .describe(
      `up to ${MOST_CLIENTS} of name:LEVEL separated by commas, such as prometheus:SUPERVISED; a different name each, ` +
        'of up to 32 lower-case letters, digits or "-", the first a letter',
    );
}

/** The machines that the setting names. */
export function machineClientsOf(list: readonly string[]): MachineClient[] {
  return list.map((part) => {
    const [name = '', level] = part.split(':');
    return { name, level: level as Level };
  });
}
