import { WINDOW_DAYS } from '#core/issues/grouped-ticket.ts';
import { type MachineClient, machineClientsOf } from '#lib/settings/machine-clients.ts';
import { flagOrUnset } from '#lib/settings/setting-kinds.ts';
import type { LOCAL_SETTING_NAMES } from '#lib/settings/setting-names.ts';
import {
  parseSettings,
  type RawSettings,
  readSettingsSources,
  type Settings,
  SettingsError,
} from '#lib/settings/settings.ts';
import type { SettingsSource, SettingsSources } from '#lib/settings/settings-sources.ts';
import { LOCAL_PREFIX } from '#local/api/token-issuer.ts';

/** Settings of `npm start` itself. */
export type LocalSettings = {
  /** Port of the API; 0 = any that is free. Default 3000. */
  readonly port: number;
  /** Default `.local`. */
  readonly dataDir: string;
  /** What gets tokens of the local issuer without a person, beside one of each level. */
  readonly machines: readonly MachineClient[];
  /** Whether the marketplace is the embedded one: `ATOM_SAAS_API_URL` is not set. */
  readonly embeddedMarketplace: boolean;
  /** Size of the embedded marketplace's catalogue. Default 5,000. */
  readonly marketplaceSkills: number;
  /** How often the embedded marketplace changes a skill; 0 = never. Default 5,000. */
  readonly marketplaceChangeEveryMs: number;
  /** Delay of each of the embedded marketplace's answers. Default 0. */
  readonly marketplaceLatencyMs: number;
  /** Whether the tickets come from the embedded Zendesk: they are not switched off, and no other is set. */
  readonly embeddedZendesk: boolean;
  /** Whether the embedded Claude analyses them: neither its key nor its address is set. */
  readonly embeddedClaude: boolean;
  /** How many tickets the embedded Zendesk has. Default 400. */
  readonly tickets: number;
  /** How often it gets another one once the system is ready; 0 = never. Default 20,000; with a file 0. */
  readonly ticketEveryMs: number;
  /** A file with the embedded Zendesk's tickets: `npm start -- --tickets FILE`. @default - made up ones */
  readonly ticketsFile?: string;
};

/** The settings of `npm start`, and all settings as they are before they are checked. */
export type StartSettings = { readonly local: LocalSettings; readonly raw: RawSettings };

/** Whom the API takes tokens from, and the marketplace that is synced. */
export type LocalAddresses = {
  readonly issuer: string;
  readonly audience: string;
  /** Absent where the settings name a marketplace. */
  readonly marketplace?: { readonly url: string; readonly wsUrl: string };
  /** Absent where the settings name a Zendesk, or switch the tickets off. */
  readonly zendesk?: { readonly url: string; readonly subdomain: string };
  /** Absent where the settings name a Claude. */
  readonly claude?: { readonly url: string };
};

/** The host of `ATOM_SAAS_API_URL` where it is not set. */
const DEFAULT_HOST = 'api.atomsaas.com';

type IntegerSetting = {
  readonly name: (typeof LOCAL_SETTING_NAMES)[number];
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
};

const PORT: IntegerSetting = { name: 'PORT', fallback: 3000, min: 0, max: 65_535 };
const SKILLS: IntegerSetting = {
  name: 'ATOM_LOCAL_MARKETPLACE_SKILLS',
  fallback: 5000,
  min: 0,
  max: 1_000_000,
};
const CHANGES: IntegerSetting = {
  name: 'ATOM_LOCAL_MARKETPLACE_CHANGE_MS',
  fallback: 5000,
  min: 0,
  max: 86_400_000,
};
const LATENCY: IntegerSetting = {
  name: 'ATOM_LOCAL_MARKETPLACE_LATENCY_MS',
  fallback: 0,
  min: 0,
  max: 60_000,
};

const TICKETS: IntegerSetting = { name: 'ATOM_LOCAL_TICKETS', fallback: 400, min: 0, max: 1_000_000 };
const TICKET_EVERY: IntegerSetting = {
  name: 'ATOM_LOCAL_TICKET_EVERY_MS',
  fallback: 20_000,
  min: 0,
  max: 86_400_000,
};

const FILE_WITHOUT_ZENDESK =
  '--tickets is for the embedded Zendesk, but ZENDESK_API_URL or ZENDESK_SUBDOMAIN names another one, or TICKETS_ENABLED is false.';

/** Of an embedded Zendesk and Claude: nothing is to be spared with them, and no money spent. */
const UNHURRIED = {
  ZENDESK_REQUESTS_PER_MINUTE: '30',
  CLAUDE_BUDGET_USD_PER_DAY: '50',
  CLAUDE_BUDGET_USD_PER_MONTH: '500',
  CLAUDE_BUDGET_USD_PER_RUN: '50',
};

/**
 * Of an embedded Zendesk: as many days as tickets are grouped among. What is unusual is told by the 28 days before, of
 * which the default of a first sync leaves too few.
 */
const WHOLE_WINDOW = { TICKET_BACKFILL_DAYS: String(WINDOW_DAYS) };

/** Stands in for addresses that are not known before the servers run, so that settings can be checked before. */
const PLACEHOLDER: LocalAddresses = {
  issuer: 'http://127.0.0.1:1',
  audience: 'placeholder',
  marketplace: { url: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' },
  zendesk: { url: 'http://127.0.0.1:1', subdomain: 'placeholder' },
  claude: { url: 'http://127.0.0.1:1' },
};

/**
 * Reads the settings of `npm start` from the environment and `.env`, and checks all the others with them.
 *
 * @throws SettingsError naming every bad setting at once.
 */
export function readLocalSettings(
  env: RawSettings,
  { ticketsFile, ...source }: SettingsSource & { readonly ticketsFile?: string | undefined } = {},
): StartSettings {
  const sources = readSettingsSources(env, source);
  const { raw, places } = sources;
  const problems: string[] = [];
  const integer = ({ name, fallback, min, max }: IntegerSetting): number => {
    const text = raw[name] ?? String(fallback);
    const value = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    const place = places.has(name) ? `${places.get(name)}: ` : '';
    problems.push(
      `${place}${name} is ${JSON.stringify(text)}; it must be a whole number from ${min} to ${max}.`,
    );
    return fallback;
  };
  const local: Omit<LocalSettings, 'machines'> = {
    port: integer(PORT),
    dataDir: raw.DATA_DIR ?? '.local',
    embeddedMarketplace: raw.ATOM_SAAS_API_URL === undefined,
    marketplaceSkills: integer(SKILLS),
    marketplaceChangeEveryMs: integer(CHANGES),
    marketplaceLatencyMs: integer(LATENCY),
    embeddedZendesk: hasEmbeddedZendesk(raw),
    embeddedClaude: hasEmbeddedClaude(raw),
    tickets: integer(TICKETS),
    // A file's own tickets come in when their time is there; made up ones in between would be a burst.
    ticketEveryMs: integer(ticketsFile === undefined ? TICKET_EVERY : { ...TICKET_EVERY, fallback: 0 }),
    ...(ticketsFile !== undefined && { ticketsFile }),
  };
  if (ticketsFile !== undefined && !local.embeddedZendesk) problems.push(FILE_WITHOUT_ZENDESK);
  const { ATOM_SYNC_MACHINE_CLIENTS } = checkSettings(sources, problems);
  const machines = machineClientsOf(ATOM_SYNC_MACHINE_CLIENTS);
  problems.push(...machines.filter(hasLocalName).map(({ name }) => nameIsTaken(name)));
  if (problems.length > 0) throw new SettingsError(problems);
  return { local: { ...local, machines }, raw };
}

function hasLocalName({ name }: MachineClient): boolean {
  return name.startsWith(LOCAL_PREFIX);
}

function nameIsTaken(name: string): string {
  return (
    `ATOM_SYNC_MACHINE_CLIENTS names ${JSON.stringify(name)}; names that begin with "${LOCAL_PREFIX}" are those of the ` +
    'machines that npm start makes for each level.'
  );
}

/** All settings, as far as they can be known before the servers run. @throws SettingsError that names these problems too */
function checkSettings(sources: SettingsSources, problems: readonly string[]): Settings {
  try {
    return completeSettings(sources.raw, PLACEHOLDER, sources);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError([...problems, ...error.problems]);
  }
}

function hasEmbeddedZendesk({ ZENDESK_API_URL, ZENDESK_SUBDOMAIN, TICKETS_ENABLED }: RawSettings): boolean {
  const isOff = flagOrUnset().safeParse(TICKETS_ENABLED).data === false;
  return !isOff && ZENDESK_API_URL === undefined && ZENDESK_SUBDOMAIN === undefined;
}

function hasEmbeddedClaude({ ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL }: RawSettings): boolean {
  return ANTHROPIC_API_KEY === undefined && ANTHROPIC_BASE_URL === undefined;
}

/** The settings that the stack is synthesized with: the local issuer, and the embedded servers where none are set. */
export function completeSettings(
  raw: RawSettings,
  addresses: LocalAddresses,
  found?: Partial<SettingsSources>,
): Settings {
  const marketplace = raw.ATOM_SAAS_API_URL === undefined ? addresses.marketplace : undefined;
  const zendesk = hasEmbeddedZendesk(raw) ? addresses.zendesk : undefined;
  const claude = hasEmbeddedClaude(raw) ? addresses.claude : undefined;
  const settings = {
    ...(zendesk && WHOLE_WINDOW),
    ...(zendesk && claude && UNHURRIED),
    ...raw,
    ...(feedIsUnknown(raw) && { ATOM_SAAS_WS_ENABLED: 'false' }),
    ...(marketplace && { ATOM_SAAS_API_URL: marketplace.url, ATOM_SAAS_WS_URL: marketplace.wsUrl }),
    ...(zendesk && {
      ZENDESK_API_URL: zendesk.url,
      ZENDESK_SUBDOMAIN: zendesk.subdomain,
      ZENDESK_AUTH: 'oauth',
    }),
    ...(claude && { ANTHROPIC_BASE_URL: claude.url }),
    ATOM_SYNC_JWT_ISSUER: addresses.issuer,
    ATOM_SYNC_JWT_AUDIENCE: addresses.audience,
  };
  return parseSettings(settings, found);
}

/**
 * Whether the settings name a marketplace of their own and not its feed. The default feed is that of the default
 * marketplace: connecting to it would hand it another server's token.
 */
export function feedIsUnknown({ ATOM_SAAS_API_URL: api, ATOM_SAAS_WS_URL: feed }: RawSettings): boolean {
  return api !== undefined && feed === undefined && URL.parse(api)?.host !== DEFAULT_HOST;
}
