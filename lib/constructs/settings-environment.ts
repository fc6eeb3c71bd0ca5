import type { SettingName, Settings } from '#lib/settings/settings.ts';

/** A setting that is always there and reads the same as text; of a list the parts are separated by commas. */
type TextSetting = {
  [Name in SettingName]: Settings[Name] extends string | number | boolean | readonly string[] ? Name : never;
}[SettingName];

/** Settings as the environment of a function or a task has them: each under its own name, as text. */
export function settingsEnvironment<Name extends TextSetting>(
  settings: Settings,
  names: readonly Name[],
): Record<Name, string> {
  const entries = names.map((name) => [name, String(settings[name])] as const);
  return Object.fromEntries(entries) as Record<Name, string>;
}
