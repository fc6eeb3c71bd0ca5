import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { type BundleFiles, bundle, functionEntry, functionFolder, writeBundle } from '#lib/bundle.ts';

/** Where a task's image comes from, by its name in `functions/`: a folder with a Dockerfile and all that it needs. */
export type ImageFor = (scope: Construct, functionName: string) => string;

/** The task's Dockerfile and its bundle. Synthesis needs no Docker: the image is built when it is deployed. */
export function bundledImage(scope: Construct, functionName: string): string {
  const folder = join(Stage.of(scope)?.assetOutdir ?? 'cdk.out', 'bundles', functionName);
  return writeImage(folder, functionName, bundle(functionEntry(functionName)).files);
}

/** Writes what `ImageFor` answers into the folder, and answers it. */
export function writeImage(folder: string, functionName: string, files: BundleFiles): string {
  writeBundle(folder, files);
  copyFileSync(join(functionFolder(functionName), 'Dockerfile'), join(folder, 'Dockerfile'));
  return folder;
}
