import * as z from 'zod';

const eventSchema = z.object({ accept_older: z.boolean().default(false) });

/** Whether what invoked the function asks for the marketplace's word to be taken even where it is older. */
export function asksForOlder(event: unknown): boolean {
  const parsed = eventSchema.safeParse(event);
  return parsed.success && parsed.data.accept_older;
}
