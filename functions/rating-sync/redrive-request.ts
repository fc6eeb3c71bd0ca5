import * as z from 'zod';

const eventSchema = z.object({ redrive: z.boolean().default(false) });

/** Whether an event orders the dead letters back into the queue. */
export function asksForRedrive(event: unknown): boolean {
  const parsed = eventSchema.safeParse(event);
  return parsed.success && parsed.data.redrive;
}
