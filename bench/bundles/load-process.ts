/** Imports the module that its argument names and prints how many milliseconds that took. */
import { pathToFileURL } from 'node:url';

const { href } = pathToFileURL(process.argv[2] ?? '');
const begin = performance.now();
await import(href);
const ms = performance.now() - begin;
process.stdout.write(String(ms), () => process.exit(0));
