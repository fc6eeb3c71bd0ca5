import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '#lib/synthesize.ts';
import { leaveOut } from '#test/lib/leave-out.ts';
import { entryFor, type LeftOut } from './left-out.ts';

/** The logical id of the resource that never comes up. */
const NEVER = 'RehearsalOfAFailure';

/** What a template lost on its way to the emulator: logical ids, and the entry that each falls under. */
export type Lost = ReadonlyMap<string, LeftOut>;

/** How a template is changed for the emulator. */
export type FitOptions = {
  /** Adds a resource that fails after all others were made. Default false. */
  readonly failing?: boolean;
};

/** Leaves out of a template what the emulator refuses. */
export function fitTemplate(
  template: Template,
  { failing = false }: FitOptions = {},
): { template: Template; lost: Lost } {
  const lost = new Map<string, LeftOut>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    const entry = entryFor(resource);
    if (entry) lost.set(id, entry);
  }
  const fitted = leaveOut(template, new Set(lost.keys()), (id) => `left-out-${id}`);
  return { template: failing ? withFailure(fitted) : fitted, lost };
}

/**
 * Fits the assembly that `cdk synth` wrote. The template's asset is named by its content, and what is in the bucket
 * already is not published again, so the changed one gets a name of its own.
 *
 * @param folder the assembly's, which is changed
 */
export function fitAssembly(folder: string, options: FitOptions): Lost {
  const path = join(folder, 'AtomSync.template.json');
  const { template, lost } = fitTemplate(JSON.parse(readFileSync(path, 'utf8')), options);
  const text = JSON.stringify(template);
  writeFileSync(path, text);
  const manifest = join(folder, 'AtomSync.assets.json');
  const former = templateAsset(JSON.parse(readFileSync(manifest, 'utf8')));
  const name = createHash('sha256').update(text).digest('hex');
  for (const file of [manifest, join(folder, 'manifest.json')]) {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(former, name));
  }
  return lost;
}

type AssetManifest = {
  readonly files: Readonly<Record<string, { readonly source: { readonly path?: string } }>>;
};

function templateAsset({ files }: AssetManifest): string {
  const found = Object.keys(files).find((id) => files[id]?.source.path === 'AtomSync.template.json');
  if (found === undefined) throw new Error('the assembly has no asset that is the template');
  return found;
}

/** A condition that nobody ever signals: it times out once everything else is there, as on AWS. */
function withFailure(template: Template): Template {
  const handle = `${NEVER}Handle`;
  const waiting = {
    Type: 'AWS::CloudFormation::WaitCondition',
    Properties: { Handle: { Ref: handle }, Timeout: '1', Count: 1 },
    DependsOn: Object.keys(template.Resources),
  };
  const Resources = {
    ...template.Resources,
    [handle]: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
    [NEVER]: waiting,
  };
  return { ...template, Resources };
}
