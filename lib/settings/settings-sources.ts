import { readFileSync } from 'node:fs';
import { parseDotenv } from './dotenv.ts';
import { unknownName } from './setting-names.ts';

/** Environment variables as they are before they are checked. */
export type RawSettings = Readonly<Record<string, string | undefined>>;

/** Where settings are read from beside the environment. */
export type SettingsSource = {
  /**
   * Path of a `.env` file, or false to read none. A file that is not there is no error.
   * @default '.env' in the working directory
   */
  readonly dotenv?: string | false;
};

/** Where settings come from, put together. */
export type SettingsSources = {
  /** What is set, the empty text being not set. */
  readonly raw: RawSettings;
  /** Of what comes from a file: which, and the line, as `.env line 3`. */
  readonly places: ReadonlyMap<string, string>;
  /** One sentence for each thing in the files that can't be used. */
  readonly problems: readonly string[];
};

/** A name for `ATOM_SYNC_ENV`: part of a file's name, never of a path. */
export const ENVIRONMENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names in a `.env` file that other programs look for; whether they are spelt right is theirs to know. */
const OTHERS = /^(ANTHROPIC|AWS|CDK|CLAUDE|NODE|npm|NPM|TICKETS?|ZENDESK)_/;

/**
 * The `.env` file, over it `.env.<name>` where `ATOM_SYNC_ENV` is `<name>`, and the real environment on top. A
 * variable set to the empty text counts as not set, and also hides what is below it.
 *
 * @param known the names of all settings: any other in a file is a problem
 */
export function readSources(
  env: RawSettings,
  known: readonly string[],
  { dotenv = '.env' }: SettingsSource = {},
): SettingsSources {
  if (dotenv === false) return { raw: onlySet(env), places: new Map(), problems: [] };
  const base = readFile(dotenv, known) ?? NOTHING;
  const chosen = env.ATOM_SYNC_ENV ?? base.values.ATOM_SYNC_ENV ?? '';
  const over = ENVIRONMENT_NAME.test(chosen) ? readChosen(`${dotenv}.${chosen}`, chosen, known) : NOTHING;
  const places = new Map([...base.places, ...over.places].filter(([name]) => env[name] === undefined));
  return {
    raw: onlySet({ ...base.values, ...over.values, ...env }),
    places,
    problems: [...base.problems, ...over.problems],
  };
}

type SettingsFile = {
  readonly values: RawSettings;
  readonly places: ReadonlyMap<string, string>;
  readonly problems: readonly string[];
};

const NOTHING: SettingsFile = { values: {}, places: new Map(), problems: [] };

/** Undefined where there is no such file. */
function readFile(path: string, known: readonly string[]): SettingsFile | undefined {
  const bytes = readBytes(path);
  if (bytes === undefined) return undefined;
  if (typeof bytes === 'string') return { ...NOTHING, problems: [bytes] };
  const { entries, problems } = parseDotenv(bytes);
  const placeOf = (line: number | undefined) => (line === undefined ? path : `${path} line ${line}`);
  const isKnown = (name: string) => known.includes(name) || OTHERS.test(name);
  const good = entries.filter(({ name }) => isKnown(name));
  const unknown = entries.filter(({ name }) => !isKnown(name));
  return {
    values: Object.fromEntries(good.map(({ name, value }) => [name, value])),
    places: new Map(good.map(({ name, line }) => [name, placeOf(line)])),
    problems: [
      ...problems.map(({ line, what }) => `${placeOf(line)} ${what}`),
      ...unknown.map(({ name, line }) => `${placeOf(line)}: ${unknownName(name, known)}`),
    ],
  };
}

/** The file that was chosen by name has to be there, and can't choose another one. */
function readChosen(path: string, chosen: string, known: readonly string[]): SettingsFile {
  const file = readFile(path, known);
  if (file === undefined) {
    const missing = `ATOM_SYNC_ENV is ${JSON.stringify(chosen)}, but there is no file ${path}.`;
    return { ...NOTHING, problems: [missing] };
  }
  const { ATOM_SYNC_ENV: again = chosen, ...values } = file.values;
  if (again === chosen) return { ...file, values };
  const place = file.places.get('ATOM_SYNC_ENV');
  const problem = `${place}: ATOM_SYNC_ENV chooses this file; set it in the environment or in .env.`;
  return { ...file, values, problems: [...file.problems, problem] };
}

/** The file's bytes; undefined where there is none; a sentence where it can't be read. */
function readBytes(path: string): Buffer | string | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return reason === 'ENOENT' ? undefined : `The settings file ${path} can't be read (${reason}).`;
  }
}

function onlySet(values: RawSettings): RawSettings {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
  );
}
