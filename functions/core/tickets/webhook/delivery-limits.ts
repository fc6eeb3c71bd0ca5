/** Receives of an event until SQS moves it to the dead-letter queue. */
export const MAX_DELIVERIES = 8;
