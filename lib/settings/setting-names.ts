import { editDistance, nearestName } from './nearest-name.ts';

/** Settings of `npm start` alone, which a `.env` file may hold too. */
export const LOCAL_SETTING_NAMES = [
  'PORT',
  'DATA_DIR',
  'ATOM_LOCAL_MARKETPLACE_SKILLS',
  'ATOM_LOCAL_MARKETPLACE_CHANGE_MS',
  'ATOM_LOCAL_MARKETPLACE_LATENCY_MS',
  'ATOM_LOCAL_TICKETS',
  'ATOM_LOCAL_TICKET_EVERY_MS',
] as const;

/** A short name of ours may be near to anybody's (`PORT`, `SPORT`); a long one is near to nobody's by chance. */
const TELLING_LENGTH = 10;
const TYPING_ERRORS = 2;

/** Other programs' names that one or two letters turn into ours: the shells of coding agents have them. */
const OTHERS_NEAR = new Set(['CLAUDECODE', 'CLAUDE_CODE', 'CLAUDE_MODEL']);

/**
 * A sentence for each name among those of a whole environment that is meant for us and none of ours: left alone, it
 * would leave a default in force.
 */
export function mistypedNames(names: readonly string[], known: readonly string[]): string[] {
  return names
    .filter((name) => !known.includes(name) && isMeantForUs(name.toUpperCase(), known))
    .map((name) => unknownName(name, known));
}

function isMeantForUs(name: string, known: readonly string[]): boolean {
  if (/^ATOM_(SAAS_|SYNC_|LOCAL_|INSTANCE)/.test(name)) return true;
  if (OTHERS_NEAR.has(name)) return false;
  return known.some(
    (ours) =>
      ours.length >= TELLING_LENGTH &&
      Math.abs(ours.length - name.length) <= TYPING_ERRORS &&
      editDistance(name, ours) <= TYPING_ERRORS,
  );
}

/** What is said of a name that is none of ours. The value is not shown: it may be a token. */
export function unknownName(name: string, known: readonly string[]): string {
  const upper = name.toUpperCase();
  const shown = isMeantForUs(upper, known) ? name : shownName(name);
  const nearest = nearestName(upper, known) ?? '';
  if (
    nearest.startsWith(upper) ||
    editDistance(upper, nearest) <= Math.max(TYPING_ERRORS, upper.length / 3)
  ) {
    return `${shown} is not a setting; did you mean ${nearest}?`;
  }
  return `${shown} is not a setting, and not like one (the nearest is ${nearest}): take it out of the file.`;
}

/** A name as a message may show it: a token that was broken over two lines can end in `=` and look like one. */
export function shownName(name: string): string {
  return /^([A-Z_][A-Z\d_]{0,63}|[a-z_]{1,64})$/.test(name) ? name : '(hidden)';
}
