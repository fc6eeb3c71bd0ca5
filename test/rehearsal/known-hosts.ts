/**
 * Loaded first into each function's process (`node --import`), where it takes the part of DNS and of TLS: what
 * `REHEARSAL_HOSTS`, a JSON object of origins, sends elsewhere goes there, and AWS is the emulator. So the functions run
 * with the very settings that they are deployed with.
 */
const elsewhere = new Map(Object.entries<string>(JSON.parse(process.env.REHEARSAL_HOSTS ?? '{}')));
const emulator = process.env.AWS_ENDPOINT_URL ?? '';
const realFetch = globalThis.fetch;

/** The emulator's own address is known as https too: so it writes it where it is asked by https. */
function placeOf({ origin, hostname, host }: URL): string | undefined {
  const isAws = hostname.endsWith('.amazonaws.com') || emulator.endsWith(`//${host}`);
  return isAws ? emulator : elsewhere.get(origin);
}

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const place = placeOf(url);
  if (place === undefined) return realFetch(input, init);
  // What a terminator of TLS says of the address that it was asked for.
  const headers = new Headers(init?.headers);
  headers.set('x-forwarded-proto', 'https');
  // The functions fetch by address and options, never by a Request, so the options have everything else.
  return realFetch(`${place}${url.href.slice(url.origin.length)}`, { ...init, headers });
};
