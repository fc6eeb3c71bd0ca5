/** Seconds since 1970, rounded down: the unit of DynamoDB's TTL, used nowhere but in this folder. */
export function toEpochSeconds(time: Date | number): number {
  return Math.floor(Number(time) / 1_000);
}

/** The point in time at which so many seconds since 1970 have passed. */
export function fromEpochSeconds(seconds: number): Date {
  return new Date(seconds * 1_000);
}
