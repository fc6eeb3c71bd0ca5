import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Skill } from '#core/skills/skill.ts';
import { filteredText } from './substring-filter.ts';

/** A query as somebody types it, and the skills of the real catalogue that answer it: one of them must be found. */
export type WantedQuery = {
  readonly query: string;
  readonly kind: string;
  readonly wanted: ReadonlySet<string>;
};

/** How well a search answers a set of queries; each is a share of 1. */
export type Relevance = {
  /** Mean of 1 / place of the first wanted skill, 0 beyond the tenth. */
  readonly mrr: number;
  readonly hitAt1: number;
  readonly hitAt10: number;
};

/** Finds skills: their ids, best first. */
export type Search = (query: string) => readonly string[];

/** `own`: what the search was tuned by. `held-out`: written before, and never used for it. */
export type QuerySet = 'own' | 'held-out';

const PLACES = 10;

/** Reads a set: a line each of query, kind and ids, apart by tabs. */
export function readQueries(set: QuerySet): WantedQuery[] {
  const text = readFileSync(join(import.meta.dirname, `${set}-queries.tsv`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [query = '', kind = '', ids = ''] = line.split('\t');
      return { query, kind, wanted: new Set(ids.split(',')) };
    });
}

/** Asks every query of a set. */
export function measureRelevance(search: Search, queries: readonly WantedQuery[]): Relevance {
  const places = queries.map(({ query, wanted }) => {
    const at = search(query)
      .slice(0, PLACES)
      .findIndex((id) => wanted.has(id));
    return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
  });
  const share = (value: (place: number) => number) =>
    places.reduce((sum, place) => sum + value(place), 0) / places.length;
  return {
    mrr: share((place) => 1 / place),
    hitAt1: share((place) => (place === 1 ? 1 : 0)),
    hitAt10: share((place) => (place <= PLACES ? 1 : 0)),
  };
}

/** The list filtered by text, as it was before there was an index: skills with that text in name or description, by id. */
export function substringFilter(catalogue: readonly Skill[]): Search {
  const byId = [...catalogue]
    .sort((a, b) => (a.skill_id < b.skill_id ? -1 : 1))
    .map((skill) => ({ id: skill.skill_id, text: filteredText(skill) }));
  return (query) => byId.filter(({ text }) => text.includes(query.toLowerCase())).map(({ id }) => id);
}
