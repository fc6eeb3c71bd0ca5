import autocannon from 'autocannon';
import { MeasurementError } from '#bench/report/errors.ts';

/** What an API took under load. */
export type Load = { readonly p99Ms: number; readonly perSecond: number; readonly answers: number };

/** How long addresses are asked, and as whom. */
export type LoadOptions = {
  readonly token: string;
  readonly connections: number;
  readonly seconds: number;
  /** Default 1. */
  readonly warmUpSeconds?: number;
};

/**
 * Asks addresses of one host in turn, each connection as quick as it is answered.
 *
 * @throws MeasurementError when one fails
 */
export async function load(
  urls: readonly string[],
  { token, connections, seconds, warmUpSeconds = 1 }: LoadOptions,
): Promise<Load> {
  const url = new URL(urls[0] ?? '').origin;
  const requests = urls.map((one) => ({ path: one.slice(url.length) }));
  const asked = { url, requests, connections, headers: { authorization: `Bearer ${token}` } };
  if (warmUpSeconds > 0) await autocannon({ ...asked, duration: warmUpSeconds });
  const { requests: answered, latency, non2xx, errors } = await autocannon({ ...asked, duration: seconds });
  if (non2xx + errors > 0)
    throw new MeasurementError(`${urls[0]} failed ${non2xx + errors} times under load.`);
  return { p99Ms: latency.p99, perSecond: answered.average, answers: answered.total };
}
