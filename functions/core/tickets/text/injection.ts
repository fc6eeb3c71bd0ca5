/** Replaced below. */
export function suspectsInjection(text: string): boolean {
  return /ignore (?:all )?previous instructions/i.test(text);
}
