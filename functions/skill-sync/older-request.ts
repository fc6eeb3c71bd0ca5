import * as z from 'zod';

const eventSchema = z.object({ accept_older: z.boolean().default(false) });

/** Whether an event orders the marketplace's versions to be taken even where they are older than the cache's. */
export function asksForOlder(event: unknown): boolean {
  const parsed = eventSchema.safeParse(event);
  return parsed.success && parsed.data.accept_older;
}
