import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type MarketplaceJournal, openMarketplaceJournal } from '#local/marketplace/marketplace-journal.ts';
import { startMarketplace } from '#local/marketplace/server.ts';
import { temporaryDirectory } from '#test/local/temporary-directory.ts';

/** A marketplace of 20 skills with its journal, as after a start. */
async function start(path: string) {
  let journal: MarketplaceJournal | undefined;
  const onChange = (skillId: string) => journal?.note(skillId);
  const marketplace = await startMarketplace({ skills: 20, onChange });
  onTestFinished(() => marketplace.close());
  journal = openMarketplaceJournal(path, marketplace.catalog);
  const texts = () => new Map(marketplace.catalog.ids().map((id) => [id, marketplace.catalog.get(id)]));
  return { ...marketplace, journal, texts };
}

describe('Marketplace journal', () => {
  it('brings a restarted marketplace to where the one before was', async () => {
    // Prepare
    const path = join(temporaryDirectory(), 'marketplace.jsonl');
    const first = await start(path);
    const [edited, removed] = first.catalog.ids();
    first.catalog.upsertSkill({ skill_id: edited!, name: 'edited' });
    first.catalog.removeSkill(removed!);
    first.catalog.upsertSkill({ skill_id: 'new', name: 'new' });
    // Killed while it wrote.
    appendFileSync(path, '{"skill":{"skill_id":"ha');

    // Act
    const second = await start(path);
    const third = await start(path);

    // Assess
    expect(second.texts()).toEqual(first.texts());
    expect(third.texts()).toEqual(first.texts());
    expect(third.catalog.get(edited!)?.name).toBe('edited');
    expect(third.catalog.has(removed!)).toBe(false);
  });
});
