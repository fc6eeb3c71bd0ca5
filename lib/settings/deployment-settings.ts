import { isLoopbackHost } from '#core/loopback-host.ts';
import {
  parseSettings,
  type RawSettings,
  readSettingsSources,
  type SettingName,
  type Settings,
  type SettingsSource,
} from './settings.ts';
import type { SettingsSources } from './settings-sources.ts';

/** Addresses that AWS calls, or that are shown to people. The origins of browsers are not among them. */
const ADDRESSES = [
  'ATOM_SAAS_API_URL',
  'ATOM_SAAS_WS_URL',
  'ATOM_SYNC_JWT_ISSUER',
  'ATOM_SYNC_RUNBOOK_URL',
  'ZENDESK_API_URL',
  'ANTHROPIC_BASE_URL',
  'TICKET_WEBHOOK_URL',
] as const satisfies readonly SettingName[];

/**
 * The settings of a deployment. What `loadSettings` takes for a run on this computer, an address of this computer,
 * would be refused by API Gateway or fail every run.
 *
 * @throws SettingsError naming every bad setting at once
 */
export function loadDeploymentSettings(env: RawSettings, source: SettingsSource = {}): Settings {
  const sources = readSettingsSources(env, source);
  return parseSettings(sources.raw, { ...sources, problems: [...sources.problems, ...loopbacks(sources)] });
}

function loopbacks({ raw, places }: SettingsSources): string[] {
  return ADDRESSES.flatMap((name) => {
    const host = URL.parse(raw[name] ?? '')?.hostname ?? '';
    if (!isThisComputer(host)) return [];
    const place = places.has(name) ? `${places.get(name)}: ` : '';
    return `${place}${name} is on ${host}, which is this computer to npm start and nothing to what is deployed.`;
  });
}

function isThisComputer(host: string): boolean {
  const name = host.replace(/\.$/, '');
  return isLoopbackHost(name) || name.endsWith('.localhost') || name === '0.0.0.0' || name === '[::]';
}
