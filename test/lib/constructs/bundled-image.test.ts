import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, functionEntry, mainModule } from '#lib/bundle.ts';
import { bundledImage } from '#lib/constructs/bundled-image.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');

describe('bundledImage', () => {
  let outdir: string;
  beforeAll(() => {
    outdir = mkdtempSync(join(tmpdir(), 'image-'));
  });
  afterAll(() => rmSync(outdir, { recursive: true }));

  it('is a folder with the Dockerfile and the bundle, and nothing else', () => {
    const stack = new Stack(new App({ outdir, analyticsReporting: false }), 'Stack');
    const folder = bundledImage(stack, 'realtime-feed');
    expect(readdirSync(folder).toSorted()).toEqual(['Dockerfile', 'index.mjs']);
    expect(readFileSync(join(folder, 'index.mjs'))).toEqual(
      Buffer.from(mainModule(bundle(functionEntry('realtime-feed')).files)),
    );
  });
});

describe('The Dockerfile of the real-time feed', () => {
  const text = readFileSync(join(REPOSITORY, 'functions/realtime-feed/Dockerfile'), 'utf8');
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [, ...stages] = lines.join('\n').split(/^FROM /m);
  const final = stages.at(-1) ?? '';

  it('has two stages on the Node that the tests run on', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    const image = `node:${devDependencies.node}-slim`;
    expect(stages.map((stage) => stage.split('\n')[0])).toEqual([
      `--platform=$BUILDPLATFORM ${image} AS bundle`,
      image,
    ]);
  });

  it('runs Node by itself, without a shell and not as root', () => {
    expect(final).toMatch(/^USER 1000:1000$/m);
    expect(final).toMatch(/^ENTRYPOINT \["node", "index.mjs"\]$/m);
    expect(final).not.toMatch(/^(RUN|CMD|EXPOSE|ADD)\b/m);
  });

  it('takes nothing but the bundle, and keeps the rights of what the task mounts', () => {
    expect(lines.filter((line) => line.startsWith('COPY'))).toEqual([
      'COPY index.mjs ./',
      'COPY --from=bundle /app/ ./',
    ]);
    expect(final).toMatch(/^VOLUME \["\/tmp"\]$/m);
  });
});
