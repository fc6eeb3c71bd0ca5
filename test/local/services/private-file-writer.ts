import { writePrivateJson } from '#local/services/private-file.ts';

/** Writes its file over and over until it is killed; prints a line when the first is there. */
const [, , path = ''] = process.argv;
const filling = Array.from({ length: 20_000 }, (_, index) => index);
for (let version = 1; ; version += 1) {
  writePrivateJson(path, { version, filling, last: version });
  if (version === 1) process.stdout.write('written\n');
  // Lets the line out.
  await new Promise((resolve) => setImmediate(resolve));
}
