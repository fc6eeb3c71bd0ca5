/**
 * Loaded first into each function's process (`node --import`), where it takes the part of DNS: what `REHEARSAL_HOSTS`,
 * a JSON object of origins, sends elsewhere goes there, and AWS is the emulator. So the functions run with the very
 * settings that they are deployed with.
 */
const elsewhere = new Map(Object.entries<string>(JSON.parse(process.env.REHEARSAL_HOSTS ?? '{}')));
const realFetch = globalThis.fetch;

function placeOf({ origin, hostname }: URL): string | undefined {
  return hostname.endsWith('.amazonaws.com') ? process.env.AWS_ENDPOINT_URL : elsewhere.get(origin);
}

globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  const place = placeOf(url);
  if (place === undefined) return realFetch(input, init);
  const moved = `${place}${url.href.slice(url.origin.length)}`;
  return realFetch(input instanceof Request ? new Request(moved, input) : moved, init);
};
