/** After each failure but the last one, in milliseconds: a receiver that is down for eight hours loses nothing. */
export const RETRY_DELAYS_MS: readonly number[] = [10_000, 60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];

/** How often an event is tried before it goes to the dead letters: the queue's receives. */
export const MAX_DELIVERIES = RETRY_DELAYS_MS.length + 1;
