import { appendFileSync, closeSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Marketplace } from './server.ts';

type Catalog = Marketplace['catalog'];
type SkillRecord = Parameters<Catalog['putRecord']>[0];

/** One line of the journal: a skill as it became, or the id of one that is gone. */
type Entry = { readonly skill: SkillRecord } | { readonly removed: string };

/**
 * Keeps what happened to the embedded marketplace's generated skills, so that a restart doesn't turn its time back:
 * a cached skill would then be newer than the marketplace's own, and a sync never puts an older one over a newer.
 * It is written ahead: what a caller or the feed was told of is there after a kill at any moment.
 */
export type MarketplaceJournal = {
  /** Writes down what a skill is now, or that it is gone. Synchronous: nobody is to be told before it is written. */
  note(skillId: string): void;
  close(): void;
};

/**
 * Brings a freshly generated catalogue to the journal's state and goes on recording.
 *
 * @param path one JSON text a line; made where it is missing, and compacted at every start.
 */
export function openMarketplaceJournal(path: string, catalog: Catalog): MarketplaceJournal {
  const generated = snapshot(catalog);
  for (const entry of readEntries(path)) {
    if ('skill' in entry) catalog.putRecord(entry.skill, { quiet: true });
    else catalog.removeSkill(entry.removed, { quiet: true });
  }
  writeFileSync(`${path}.tmp`, toLines(changesSince(generated, catalog)));
  renameSync(`${path}.tmp`, path);
  const file = openSync(path, 'a');
  return {
    note: (skillId) => {
      const skill = catalog.get(skillId);
      appendFileSync(file, toLines([skill === undefined ? { removed: skillId } : { skill }]));
    },
    close: () => closeSync(file),
  };
}

function snapshot(catalog: Catalog): Map<string, Buffer | undefined> {
  return new Map(catalog.ids().map((id) => [id, catalog.serialized(id)]));
}

function changesSince(before: Map<string, Buffer | undefined>, catalog: Catalog): Entry[] {
  const changes: Entry[] = [];
  for (const id of catalog.ids()) {
    const skill = catalog.serialized(id) === before.get(id) ? undefined : catalog.get(id);
    if (skill !== undefined) changes.push({ skill });
  }
  for (const id of before.keys()) if (!catalog.has(id)) changes.push({ removed: id });
  return changes;
}

function readEntries(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Entry];
    } catch {
      // The last line of a process that was killed while it wrote.
      return [];
    }
  });
}

function toLines(entries: Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
