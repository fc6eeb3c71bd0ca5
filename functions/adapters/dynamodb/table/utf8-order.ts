/** The order of DynamoDB's string keys: by UTF-8 bytes, which is not that of JavaScript's strings. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
