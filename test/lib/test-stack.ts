import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App } from 'aws-cdk-lib/core';
import { AtomSyncStack } from '#lib/atom-sync-stack.ts';
import { loadSettings, type RawSettings } from '#lib/settings/settings.ts';
import { featureFlags } from '#lib/synthesize.ts';

/** A folder with a Dockerfile, to which nothing has to be bundled. */
export const imageFolder = () => join(import.meta.dirname, '../../functions/realtime-feed');

/** Code that needs no bundling. */
export const inlineCode = () => Code.fromInline('exports.handler = () => {}');

/** The stack of the given settings, with the deployed feature flags and without bundles. */
export function testStack(env: RawSettings = {}): { app: App; stack: AtomSyncStack } {
  const app = new App({
    analyticsReporting: false,
    // A second each time, and `cdk synth` does it too.
    builtinCloudFormationValidation: false,
    context: featureFlags(),
  });
  const settings = loadSettings(env, { dotenv: false });
  return {
    app,
    stack: new AtomSyncStack(app, 'AtomSync', { settings, codeFor: inlineCode, imageFor: imageFolder }),
  };
}

/** `fromStack` also refuses a template with circular references. */
export function testTemplate(env: RawSettings = {}): Template {
  return Template.fromStack(testStack(env).stack);
}

export type Statement = {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
};

export const asArray = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

/** The statements of every policy whose logical id starts so. */
export function statements(template: Template, idPrefix: string): Statement[] {
  return Object.entries(template.findResources('AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith(idPrefix))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}

/** The logical id of the only resource of the type whose id starts so. */
export function idOf(template: Template, type: string, idPrefix: string): string {
  const ids = Object.keys(template.findResources(type)).filter((id) => id.startsWith(idPrefix));
  if (ids.length !== 1) throw new Error(`${ids.length} ${type} start with ${idPrefix}`);
  return ids[0]!;
}
