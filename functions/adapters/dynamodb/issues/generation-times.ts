/** How long a generation can still be read after the next one: whoever pages through its issues comes to the end. */
export const GENERATION_KEPT_MS = 86_400_000;
