/** Seconds since 1970, rounded down: the unit of DynamoDB's TTL, used nowhere but in this folder. */
export function toEpochSeconds(time: Date | number): number {
  return Math.floor(Number(time) / 1_000);
}

/** The same point in time in milliseconds since 1970. */
export function fromEpochSeconds(seconds: number): number {
  return seconds * 1_000;
}
