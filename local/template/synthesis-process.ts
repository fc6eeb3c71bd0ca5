import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '#lib/settings/settings.ts';
import { type Synthesized, synthesize } from '#lib/synthesize.ts';
import { messageOf } from '#local/errors.ts';
import { bundleEarly } from './early-bundles.ts';

/**
 * The other side of `synthesis.ts`: a process of its own, started with the output directory as its argument, that
 * answers one message with settings. The output directory is emptied first.
 */

export type SynthesisAnswer = { readonly synthesized: Synthesized } | { readonly failure: string };

// The parent is gone, be it by kill -9: nobody waits for the answer.
process.on('disconnect', () => process.exit(0));

const outdir = process.argv[2] ?? 'cdk.out';
rmSync(outdir, { recursive: true, force: true });
// Loading the CDK and bundling are most of the work: by the time the settings are complete both are done.
const bundles = bundleEarly(join(outdir, 'bundles'));

process.once('message', (settings: Settings) => {
  process.send?.(answer(settings), () => process.exit(0));
});

function answer(settings: Settings): SynthesisAnswer {
  try {
    return { synthesized: synthesize(settings, { outdir, ...bundles }) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}
