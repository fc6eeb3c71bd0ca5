import { loadSettings, type RawSettings, SettingsError } from '#lib/settings/settings.ts';

/** The settings of an environment alone: no file is read. */
export const load = (env: RawSettings) => loadSettings(env, { dotenv: false });

/** What is wrong with an environment that must be refused. */
export function failure(env: RawSettings): SettingsError {
  try {
    load(env);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('The settings were accepted.');
}
