/** Receives of a message until SQS moves it to the dead-letter queue. */
export const MAX_RECEIVES = 5;

/** Messages that one instance of `rating-upload` works on at the same time: the batch size of its event source. */
export const UPLOADS_AT_ONCE = 5;
