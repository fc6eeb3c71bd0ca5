import { writeFileSync } from 'node:fs';
import { serveApi } from '#test/functions/admin-api/serve-api.ts';
import { fillSearchable } from './searchable-samples.ts';

/**
 * Serves the API until it is told to end, for tools that are not ours: writes its URL and a token of each
 * level to the given file. `npx node test/functions/admin-api/fuzz/serve-for-fuzzing.ts /tmp/api.json`
 */
const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Say where to write the session: a path.');
const { url, tokens, deployed, stop } = await serveApi();
await fillSearchable(deployed);
writeFileSync(file, JSON.stringify({ url, tokens }), { mode: 0o600 });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stop().then(() => process.exit(0)));
}
