/**
 * What the CDK CLI is given for docker (`CDK_DOCKER`): it builds nothing, but a build without its Dockerfile, or without
 * a file that is copied, fails, and an image that was pushed is in the emulator's repository.
 *
 *     node test/rehearsal/docker-stand-in.ts build --tag cdkasset-1 --platform linux/arm64 .
 */
import { existsSync, readFileSync } from 'node:fs';
import { emulatorHeaders } from './emulator-headers.ts';

const [command = '', ...args] = process.argv.slice(2);

/** Runs in the folder that is built. */
function build(): void {
  const copies = [...readFileSync('Dockerfile', 'utf8').matchAll(/^COPY (?!--from)(.+) \S+$/gm)];
  const missing = copies.flatMap(([, files = '']) => files.split(' ')).filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`COPY failed: no such file: ${missing.join(', ')}`);
}

/** `<registry>/<repository>:<tag>`, which is all that a task definition knows of an image. */
async function push(image: string): Promise<void> {
  const [, repositoryName, imageTag] = /^[^/]+\/(.+):([^:]+)$/.exec(image) ?? [];
  const manifest = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [] };
  const answer = await fetch(process.env.AWS_ENDPOINT_URL ?? '', {
    method: 'POST',
    headers: emulatorHeaders('ecr', 'AmazonEC2ContainerRegistry_V20150921.PutImage'),
    body: JSON.stringify({ repositoryName, imageTag, imageManifest: JSON.stringify(manifest) }),
  });
  if (!answer.ok) throw new Error(`the image was not taken: ${await answer.text()}`);
}

try {
  if (command === 'inspect') process.exitCode = 1; // no image was built before
  if (command === 'build') build();
  if (command === 'push') await push(args.at(-1) ?? '');
} catch (error) {
  console.error(`docker ${command}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
