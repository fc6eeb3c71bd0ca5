/** What is beyond printable ASCII, by UTF-16 unit: halves of surrogate pairs are escaped one by one. */
const BEYOND = /[^\x20-\x7e]/g;

/**
 * JSON of a value in ASCII characters only: what is beyond them is written as `\uXXXX`, and `JSON.parse` gives it back
 * to the unit. SQS refuses a message in which there is a character that XML does not allow, U+FFFF for one, and an id
 * may hold any.
 */
export function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    BEYOND,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
