import * as z from 'zod';

const eventSchema = z.object({ redrive: z.boolean().default(false) });

/** Whether what invoked the function asks for the dead letters to go back into the queue. */
export function asksForRedrive(event: unknown): boolean {
  const parsed = eventSchema.safeParse(event);
  return parsed.success && parsed.data.redrive;
}
