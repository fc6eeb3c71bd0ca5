import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { bundle, functionEntry, functionFolder } from '#lib/bundle.ts';

/** Where a task's image comes from, by its name in `functions/`: a folder with a Dockerfile and all that it needs. */
export type ImageFor = (scope: Construct, functionName: string) => string;

/** The task's Dockerfile and its bundle. Synthesis needs no Docker: the image is built when it is deployed. */
export function bundledImage(scope: Construct, functionName: string): string {
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', 'bundles', functionName);
  return writeImage(folder, functionName, bundle(functionEntry(functionName)).code);
}

/** Writes what `ImageFor` answers into the folder, and answers it. */
export function writeImage(folder: string, functionName: string, code: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), code);
  copyFileSync(join(functionFolder(functionName), 'Dockerfile'), join(folder, 'Dockerfile'));
  return folder;
}
