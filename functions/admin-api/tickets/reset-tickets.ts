import { validationFailed } from '#functions/admin-api/http/errors.ts';
import type { Services } from '#functions/admin-api/ports.ts';
import { requireIdle, takeTurn } from './one-at-a-time.ts';
import { requireDeployed } from './require-tickets.ts';

/**
 * Forgets which Zendesk account the copy belongs to and where its export was: the next sync begins anew, with the
 * account of the settings. The tickets of the other account are left to themselves.
 *
 * @param confirm the subdomain of the settings, or the one that the copy belongs to: a word that nobody types by chance
 * @returns the subdomain that the copy belonged to; undefined where there was none
 * @throws ApiError `validation_failed` (400), `tickets_disabled`, `run_in_progress` (409)
 */
export async function resetTickets(services: Services, confirm: string): Promise<string | undefined> {
  const { syncStates, settings, issues } = requireDeployed(services);
  const account = await syncStates.account();
  const words = [...new Set([settings.subdomain, account ?? settings.subdomain])];
  if (!words.includes(confirm)) {
    const message = `must be the subdomain: ${words.join(' or ')}`;
    throw validationFailed([{ in: 'body', field: 'confirm', message }]);
  }
  await takeTurn(services, async () => {
    await requireIdle(services);
    const { generations, records } = await issues();
    // The account last: a reset that failed half way is asked for again by the same word.
    await Promise.all([generations.reset(), records.reset()]);
    await syncStates.reset();
  });
  return account;
}
