import type { Marketplace } from '#core/marketplace/marketplace.ts';
import type { Now, Sleep } from '#core/time/clock.ts';

export type WireSkill = { skill_id: string; name: string; updated_at: string; [field: string]: unknown };

/** A marketplace behind the port: a catalogue that tests change at will, in the middle of a listing too. */
export type CatalogueMarketplace = Marketplace & {
  readonly skills: Map<string, WireSkill>;
  categories: unknown[];
  /** Called before a page is answered. */
  beforePage: (page: number) => void;
  /** Replaces an answer's records or `total`; or throws what the adapter would throw. */
  answer: (
    page: number,
    answer: { records: unknown[]; total: number },
  ) => { records: unknown[]; total: number };
  readonly pagesAsked: number[];
  readonly skillsAsked: string[];
};

export function createCatalogueMarketplace(
  clock: { now: Now; sleep: Sleep },
  latencyMs = 10,
): CatalogueMarketplace {
  const marketplace: CatalogueMarketplace = {
    skills: new Map(),
    categories: [{ name: 'Finance' }, { name: 'Health' }],
    beforePage: () => undefined,
    answer: (_page, answer) => answer,
    pagesAsked: [],
    skillsAsked: [],
    async listCategories(signal) {
      const requestedAt = clock.now();
      await clock.sleep(latencyMs, signal);
      return { records: marketplace.categories, requestedAt };
    },
    async listSkills(page, pageSize, signal) {
      const requestedAt = clock.now();
      marketplace.pagesAsked.push(page);
      await clock.sleep(latencyMs, signal);
      marketplace.beforePage(page);
      const all = [...marketplace.skills.values()];
      const records = all.slice((page - 1) * pageSize, page * pageSize).map((skill) => ({ ...skill }));
      const answer = marketplace.answer(page, { records, total: all.length });
      const totalPages = Math.ceil(answer.total / pageSize);
      return { ...answer, page, pageSize, totalPages, requestedAt };
    },
    async getSkill(skillId, signal) {
      const requestedAt = clock.now();
      marketplace.skillsAsked.push(skillId);
      await clock.sleep(latencyMs, signal);
      const skill = marketplace.skills.get(skillId);
      return skill && { record: { ...skill, ratings: [] }, requestedAt };
    },
  };
  return marketplace;
}
