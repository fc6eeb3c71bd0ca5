/**
 * Beyond these a metric is sent, and its alarm goes off. Short of them nothing is sent: CloudWatch bills a metric for each
 * hour in which it is.
 */

/** Skills: a cache with fewer is worth telling of. */
export const FEW_SKILLS = 1_000;

/** Days: a token of the marketplace that ends within them should have been rotated. */
export const TOKEN_ENDS_SOON_DAYS = 7;

/** The part of its life, a quarter, in which a token that lives for less than four weeks should have been rotated. */
export const TOKEN_ENDS_SOON_PART = 4;

/** Percent of the requests that the marketplace allows in a minute. */
export const HIGH_RATE_LIMIT_USE = 80;

/** Hours: a copy of the tickets this old has missed a whole night, so that what was deleted at Zendesk is still here. */
export const OLD_TICKET_COPY_HOURS = 26;
