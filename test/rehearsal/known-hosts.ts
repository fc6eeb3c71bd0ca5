/**
 * Loaded first into each function's process (`node --import`), where it takes the part of DNS and of TLS: what
 * `REHEARSAL_HOSTS`, a JSON object of origins, sends elsewhere goes there, and AWS is the emulator. So the functions run
 * with the very settings that they are deployed with.
 */
const elsewhere = new Map(Object.entries<string>(JSON.parse(process.env.REHEARSAL_HOSTS ?? '{}')));
const realFetch = globalThis.fetch;

function placeOf({ origin, hostname }: URL): string | undefined {
  return hostname.endsWith('.amazonaws.com') ? process.env.AWS_ENDPOINT_URL : elsewhere.get(origin);
}

globalThis.fetch = (input, init) => {
  const request = new Request(input, init);
  const { href, origin, host } = new URL(request.url);
  const place = placeOf(new URL(origin));
  if (place === undefined) return realFetch(input, init);
  const headers = new Headers(request.headers);
  headers.set('host', host);
  headers.set('x-forwarded-proto', 'https');
  // A request can't be given another address, only be made anew; what is sent is a text or nothing at all.
  return realFetch(`${place}${href.slice(origin.length)}`, { ...init, headers });
};
