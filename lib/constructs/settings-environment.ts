import type { SettingName, Settings } from '#lib/settings/settings.ts';

/** A function's environment of settings: each under its own name, as text. */
export function settingsEnvironment<Name extends SettingName>(
  settings: Settings,
  names: readonly Name[],
): Record<Name, string> {
  const entries = names.map((name) => [name, String(settings[name])] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}
