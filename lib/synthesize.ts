import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, AssetStaging } from 'aws-cdk-lib/core';
import { AtomSyncStack, type AtomSyncStackProps } from './atom-sync-stack.ts';
import type { Settings } from './settings/settings.ts';

/** As much of a CloudFormation template as a reader needs to find its way. */
export type Template = {
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
};

/** One resource of a template. */
export type TemplateResource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
};

/** Where a synthesis writes, and what it takes code and image from. */
export type SynthesizeOptions = Pick<AtomSyncStackProps, 'codeFor' | 'imageFor'> & {
  /** Where the template and the functions' bundles are written. */
  readonly outdir: string;
};

/** A template, and where its assets are. */
export type Synthesized = {
  readonly template: Template;
  /** A function's bundle is the folder `Metadata['aws:asset:path']` in here. */
  readonly assetsDir: string;
};

/**
 * Synthesizes the stack in this process, as `cdk synth` does, but without cdk-nag.
 *
 * @example
 * const { template, assetsDir } = synthesize(loadSettings(process.env), { outdir: '.local/cdk' });
 */
export function synthesize(settings: Settings, options: SynthesizeOptions): Synthesized {
  // CDK remembers assets by source folder for as long as the process lives, even those of another folder.
  AssetStaging.clearAssetHashCache();
  const app = new App({
    outdir: options.outdir,
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    context: {
      ...featureFlags(),
      'aws:cdk:enable-asset-metadata': true,
      'aws:cdk:enable-path-metadata': true,
    },
  });
  const { codeFor, imageFor } = options;
  const stack = new AtomSyncStack(app, 'AtomSync', { settings, codeFor, imageFor });
  const assembly = app.synth();
  return { template: assembly.getStackArtifact(stack.artifactId).template, assetsDir: assembly.directory };
}

/** The flags of cdk.json, which only the CLI reads: without them this template would not be the deployed one. */
export function featureFlags(): Record<string, unknown> {
  const path = join(import.meta.dirname, '..', 'cdk.json');
  return JSON.parse(readFileSync(path, 'utf8')).context;
}
