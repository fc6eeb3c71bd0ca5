import { z } from 'zod';
import { ConflictStrategy } from '#core/conflicts/conflict-strategy.ts';
import { machineClients } from './machine-clients.ts';
import { combinationProblems } from './setting-combinations.ts';
import {
  baseUrl,
  choice,
  flag,
  integer,
  isAllowedUrl,
  origins,
  secret,
  subnetIds,
  urlRange,
  zoneIds,
} from './setting-kinds.ts';
import { LOCAL_SETTING_NAMES, mistypedNames } from './setting-names.ts';
import { SettingsError } from './settings-error.ts';
import {
  ENVIRONMENT_NAME,
  type RawSettings,
  readSources,
  type SettingsSource,
  type SettingsSources,
} from './settings-sources.ts';
import { TICKET_SECRETS, ticketDefaults, ticketProblems, ticketShape } from './ticket-settings.ts';

export { SettingsError } from './settings-error.ts';
export type { RawSettings, SettingsSource } from './settings-sources.ts';

/** What CloudWatch Logs accepts as a retention, in days. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/**
 * Nothing above INFO: Lambda counts a line without a level, as embedded metrics are, as INFO, and a
 * function set to WARN would lose its metrics and with them its alarms.
 */
const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO'] as const;

/** The processors that the feed's task can run on, in Docker's words. */
const FEED_ARCHITECTURES = ['arm64', 'x86_64'] as const;

const shape = {
  ATOM_SAAS_ENABLED: flag(true),
  ATOM_SAAS_API_URL: baseUrl('http', 'https://api.atomsaas.com'),
  ATOM_SAAS_API_TOKEN: secret(),
  ATOM_SAAS_API_TIMEOUT_SECONDS: integer('ATOM_SAAS_API_TIMEOUT_SECONDS', 30),
  ATOM_SAAS_SYNC_INTERVAL_MINUTES: integer('ATOM_SAAS_SYNC_INTERVAL_MINUTES', 15),
  ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES: integer('ATOM_SAAS_RATING_SYNC_INTERVAL_MINUTES', 30),
  ATOM_SAAS_PAGE_SIZE: integer('ATOM_SAAS_PAGE_SIZE', 100),
  ATOM_SAAS_CACHE_TTL_HOURS: integer('ATOM_SAAS_CACHE_TTL_HOURS', 24),
  ATOM_SAAS_CONFLICT_STRATEGY: choice(Object.values(ConflictStrategy), ConflictStrategy.remoteWins),
  ATOM_SAAS_WS_ENABLED: flag(true),
  ATOM_SAAS_WS_URL: baseUrl('ws', 'wss://api.atomsaas.com/ws'),
  ATOM_SAAS_WS_RECONNECT_ATTEMPTS: integer('ATOM_SAAS_WS_RECONNECT_ATTEMPTS', 10),
  ATOM_SAAS_WS_HEARTBEAT_INTERVAL: integer('ATOM_SAAS_WS_HEARTBEAT_INTERVAL', 30),
  ATOM_SAAS_WS_GATHER_SECONDS: integer('ATOM_SAAS_WS_GATHER_SECONDS', 900),
  ATOM_INSTANCE_ID: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .optional()
    .describe('1 to 64 of letters, digits, ".", "_", "-"'),
  ATOM_SYNC_ENV: z
    .string()
    .regex(ENVIRONMENT_NAME)
    .optional()
    .describe('1 to 64 of letters, digits, ".", "_", "-", the first a letter or a digit'),
  ATOM_SYNC_TOKEN_ROTATION_DAYS: integer('ATOM_SYNC_TOKEN_ROTATION_DAYS', 90),
  ENABLE_SCHEDULER: flag(true),
  // At most 64 because it is also the schedule group's name and the instance's.
  ATOM_SYNC_STACK_NAME: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/)
    .default('atom-sync')
    .describe('a letter, then up to 63 letters, digits or "-"'),
  // Kept to the letter, a trailing slash included: it is compared with the token's `iss`.
  ATOM_SYNC_JWT_ISSUER: z
    .string()
    .refine((text) => isAllowedUrl(text, 'http'))
    .optional()
    .describe(urlRange('http')),
  ATOM_SYNC_JWT_AUDIENCE: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/)
    .optional()
    .describe('1 to 256 printable ASCII characters without spaces'),
  ATOM_SYNC_JWT_LEVELS_CLAIM: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/)
    .default('cognito:groups')
    .describe('1 to 256 printable ASCII characters without spaces; dots lead into nested claims'),
  ATOM_SYNC_MACHINE_CLIENTS: machineClients(),
  ATOM_SYNC_CORS_ORIGINS: origins(),
  ATOM_SYNC_VPC_ID: z
    .string()
    .regex(/^vpc-[0-9a-f]{8,17}$/)
    .optional()
    .describe('the id of a VPC, such as vpc-0123456789abcdef0'),
  ATOM_SYNC_SUBNET_IDS: subnetIds(),
  ATOM_SYNC_ASSIGN_PUBLIC_IP: flag(true),
  ATOM_SYNC_FEED_ZONE_IDS: zoneIds(),
  ATOM_SYNC_FEED_ARCHITECTURE: choice(FEED_ARCHITECTURES, 'arm64'),
  ATOM_SYNC_FEED_SPOT: flag(true),
  ATOM_SYNC_ALARM_EMAIL: z.email().max(254).optional().describe('an e-mail address'),
  ATOM_SYNC_RUNBOOK_URL: z
    .string()
    .refine((text) => isAllowedUrl(text, 'http'))
    .optional()
    .describe(urlRange('http')),
  ATOM_SYNC_DASHBOARD: flag(false),
  ATOM_SYNC_TRACE_API: flag(false),
  ATOM_SYNC_LOG_RETENTION_DAYS: z
    .enum(LOG_RETENTION_DAYS.map(String))
    .transform(Number)
    .default(30)
    .describe(`one of ${LOG_RETENTION_DAYS.join(', ')}`),
  ATOM_SYNC_LOG_LEVEL: z
    .string()
    .toUpperCase()
    .pipe(z.enum(LOG_LEVELS))
    .default('INFO')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
  ...ticketShape,
};

/** All settings, by their environment names; each has its range as its description. */
export const settingsSchema = z.object(shape);
/** The environment name of a setting. */
export type SettingName = keyof typeof shape;

/** All settings, under their environment names, defaults filled in. */
export type Settings = Readonly<z.output<typeof settingsSchema>> & {
  /** @default - the stack's name */
  readonly ATOM_INSTANCE_ID: string;
  /** @default - whether a Zendesk is configured */
  readonly TICKETS_ENABLED: boolean;
};

const KNOWN_NAMES: readonly string[] = [...Object.keys(shape), ...LOCAL_SETTING_NAMES];

/** The `.env` files with the real environment on top, see `readSources`. Nothing is checked but the files' own form. */
export function readSettingsSources(env: RawSettings, source: SettingsSource = {}): SettingsSources {
  return readSources(env, KNOWN_NAMES, source);
}

/**
 * Checks raw settings.
 *
 * @param found what else `readSettingsSources` answered, so that the message says where a value stands, and what is
 *   wrong with the files
 * @throws SettingsError naming every bad setting at once
 */
export function parseSettings(raw: RawSettings, found: Partial<SettingsSources> = {}): Settings {
  const parsed = settingsSchema.safeParse(raw);
  const placed = (name: string) => (found.places?.has(name) ? `${found.places.get(name)}: ${name}` : name);
  const problems = [
    ...(found.problems ?? []),
    ...rangeProblems(raw, parsed.error, placed),
    ...combinationProblems(raw),
    ...ticketProblems(parsed.data),
    ...mistypedNames(Object.keys(raw), KNOWN_NAMES),
  ];
  if (!parsed.success || problems.length > 0) throw new SettingsError(problems);
  return {
    ...parsed.data,
    ATOM_INSTANCE_ID: parsed.data.ATOM_INSTANCE_ID ?? parsed.data.ATOM_SYNC_STACK_NAME,
    ...ticketDefaults(parsed.data),
  };
}

/**
 * The settings from the environment and the `.env` files.
 *
 * @example const settings = loadSettings(process.env);
 * @throws SettingsError naming every bad setting at once
 */
export function loadSettings(env: RawSettings, source: SettingsSource = {}): Settings {
  const sources = readSettingsSources(env, source);
  return parseSettings(sources.raw, sources);
}

function rangeProblems(
  raw: RawSettings,
  error: z.ZodError | undefined,
  placed: (name: string) => string,
): string[] {
  const bad = new Set(error?.issues.map((issue) => String(issue.path[0])));
  return [...bad].map(
    (name) => `${placed(name)} is ${shown(name, raw[name])}; it must be ${settingRange(name)}.`,
  );
}

/** The words after "must be" for one setting. */
function settingRange(name: string): string {
  return shape[name as SettingName].description ?? '';
}

/** Settings that are credentials: no message, no template and no output shows their values. */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(['ATOM_SAAS_API_TOKEN', ...TICKET_SECRETS]);

/** A value as a message may show it: never a credential, never a password in an address. */
function shown(name: string, value: string | undefined): string {
  if (SECRET_SETTINGS.has(name)) return '(hidden)';
  const text = (value ?? '').replace(/\/\/[^/]*@/, '//(hidden)@').replace(/\?.*$/s, '?(hidden)');
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
