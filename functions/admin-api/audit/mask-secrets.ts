/** Removes what looks like a secret from text, in a time that does not depend on the length of the text. */

/** What stands in the place of a secret. */
export const REMOVED = '[removed]';

const SECRET_NAME =
  /token|secret|passw|passphrase|credential|cookie|authori[sz]ation|signature|(api|access|private|session)[-_ ]?key|env_vars/i;

/** Names that are longer than this are no names; whatever stands under one is taken for a secret. */
const MAX_NAME = 1_000;
/** Characters that are read beyond those that are kept, so that a secret on the edge is recognised as a whole. */
const MARGIN = 1_000;

/** A JWT, whole or cut off: base64url of `{"`, with or without its other parts. */
const JWT = /eyJ[\w.-]*/g;
const CREDENTIALS = /\b(Bearer|Basic)\s+\S+/gi;
const USER_INFO = /:\/\/[^/\s@]+@/g;
/** The same, where the text was cut off before its end could be seen. */
const USER_INFO_CUT_OFF = /:\/\/[^/\s@]+$/;

/** Whether a field is called like something that must not be kept. */
export function isSecretName(name: string): boolean {
  return name.length > MAX_NAME || SECRET_NAME.test(name);
}

/** A text that was clipped, and how many characters of the whole one were read. */
export type Clipped = { readonly text: string; readonly charactersRead: number };

/**
 * The beginning of a text, without secrets, well-formed, and with its length where it was cut.
 *
 * It is cut twice: generously before its secrets are looked for, so that its length costs nothing, and to the given
 * length after they are gone, so that half a secret never looks like none.
 */
export function clipWithoutSecrets(text: string, length: number): Clipped {
  const beginning = text.slice(0, length + MARGIN);
  const isCutOff = beginning.length < text.length;
  const clean = withoutSecrets(isCutOff ? beginning.replace(USER_INFO_CUT_OFF, `://${REMOVED}`) : beginning);
  const isWhole = !isCutOff && clean.length <= length;
  const clipped = isWhole ? clean : `${clean.slice(0, length)}… [${text.length} characters]`;
  return { text: clipped.toWellFormed(), charactersRead: beginning.length };
}

function withoutSecrets(text: string): string {
  return text
    .replace(JWT, REMOVED)
    .replace(CREDENTIALS, `$1 ${REMOVED}`)
    .replace(USER_INFO, `://${REMOVED}@`);
}
