/** Everything but printable ASCII, by UTF-16 unit: halves of surrogate pairs are escaped one by one. */
const BEYOND = /[^\x20-\x7e]/g;

/**
 * Writes a value as JSON in ASCII: other characters become `\uXXXX`, which `JSON.parse` reads back unchanged. SQS
 * refuses a message with a character that XML does not allow, such as U+FFFF, and an id may contain any.
 */
export function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    BEYOND,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
