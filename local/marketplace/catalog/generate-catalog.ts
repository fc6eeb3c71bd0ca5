/**
 * Makes catalogues: any number of skills in 24 categories, from one seed. Every skill is derived from
 * (seed, index) alone, so that they can be made lazily, in any order, and 100,000 need no memory but
 * what the caller keeps. The same numbers give the same bytes, on every machine.
 */
import { createHash } from 'node:crypto';
import { type CategoryInput, isoTime, type WireSkill } from '#local/marketplace/http/wire.ts';
import { createRandom, type SeededRandom, scramble } from '#local/random.ts';
import { GENERATED_CATEGORIES } from './category-list.ts';
import { generateCode, pickVoice, sentence, type Voice } from './generate-code.ts';
import {
  ADJECTIVES,
  AUTHORS,
  EMOJI,
  FOREIGN_PHRASES,
  NOUNS,
  NPM_PACKAGES,
  PYTHON_PACKAGES,
} from './words.ts';

const DAY_MS = 86_400_000;
const FIRST_CREATED_MS = Date.UTC(2025, 0, 1);
const LAST_CREATED_MS = Date.UTC(2026, 0, 31);
const LAST_UPDATED_MS = Date.UTC(2026, 1, 18);

/**
 * Length of `code`: [share of skills below, characters]. Interpolated between the points; a table and
 * not a formula because `Math.exp` may differ between engines.
 */
const CODE_LENGTHS = [
  [0, 120],
  [0.25, 350],
  [0.5, 700],
  [0.75, 1_300],
  [0.9, 2_300],
  [0.98, 5_000],
  [0.998, 11_000],
  [0.9981, 20_000],
  [1, 57_000],
] as const;

/** The 24 categories of every generated catalogue, in listing order. */
export function generateCategories(): CategoryInput[] {
  return GENERATED_CATEGORIES.map((category, index) => ({
    name: category.name,
    description: category.about,
    icon_url: `https://marketplace.example.com/icons/${slug(category.name)}.svg`,
    created_at: isoTime(Date.UTC(2025, 0, 1, 9) + index * DAY_MS),
  }));
}

/** The id of skill `index` of the catalogue `seed`: looks like a UUID, unique within the catalogue. */
export function generateSkillId(seed: number, index: number): string {
  // The first 32 bits come from the index one-to-one: no two of a catalogue can be equal.
  const bits = [0, 1, 2, 3].map((part) => scramble(index ^ scramble(seed + part * 0x51ed)));
  const hex = bits.map((part) => part.toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** Skill `index` of the catalogue `seed`. */
export function generateSkill(seed: number, index: number): WireSkill {
  const random = createRandom(seed, index);
  const voice = pickVoice(random);
  const category = random.pick(GENERATED_CATEGORIES);
  const name = generateName(random, voice, category.word);
  const description = generateDescription(random, voice, category.word);
  const code = generateCode(random, voice, {
    title: name,
    subject: category.word,
    characters: codeLength(random),
  });
  const created = random.between(FIRST_CREATED_MS, LAST_CREATED_MS);
  const ratingCount = random.chance(0.3) ? 0 : skewed(random, 400) + 1;
  return {
    skill_id: generateSkillId(seed, index),
    name,
    description,
    version: `${random.below(4)}.${random.below(12)}.${random.below(20)}`,
    code,
    command: random.chance(0.4) ? `python -m ${category.word}_${random.pick(NOUNS)}` : '',
    python_packages: random.chance(0.3) ? packages(random, PYTHON_PACKAGES, pythonRange) : [],
    npm_packages: random.chance(0.2) ? packages(random, NPM_PACKAGES, npmRange) : [],
    tags: [category.word, random.pick(NOUNS), random.pick(ADJECTIVES), 'größe', '工具'].slice(
      0,
      random.between(1, 5),
    ),
    metadata: generateMetadata(random, name),
    category: category.name,
    average_rating: ratingCount === 0 ? 0 : random.between(200, 500) / 100,
    rating_count: ratingCount,
    created_at: timeText(random, created),
    updated_at: timeText(random, random.between(created, LAST_UPDATED_MS)),
    ...optionalFields(random, voice, code),
  };
}

/**
 * Skills one by one, from index `first` (default 0).
 *
 * @example for (const skill of generateSkills({ seed: 1, count: 100_000 })) …
 */
export function* generateSkills(options: {
  seed: number;
  count: number;
  first?: number;
}): Generator<WireSkill, void> {
  const first = options.first ?? 0;
  for (let index = first; index < first + options.count; index += 1) yield generateSkill(options.seed, index);
}

function codeLength(random: SeededRandom): number {
  const share = random.next();
  let [lowShare, lowLength]: readonly [number, number] = CODE_LENGTHS[0];
  for (const [highShare, highLength] of CODE_LENGTHS) {
    if (share < highShare) {
      return lowLength + ((highLength - lowLength) * (share - lowShare)) / (highShare - lowShare);
    }
    [lowShare, lowLength] = [highShare, highLength];
  }
  return lowLength;
}

/** A whole number below `limit`, mostly small. Plain products: `**` may round differently elsewhere. */
function skewed(random: SeededRandom, limit: number): number {
  const share = random.next();
  return Math.floor(limit * share * share * share * share);
}

function generateName(random: SeededRandom, voice: Voice, word: string): string {
  const name = `${random.pick(ADJECTIVES)}-${word}-${random.pick(NOUNS)}`;
  if (voice.language && random.chance(0.5)) return random.pick(FOREIGN_PHRASES[voice.language]);
  if (voice.emoji && random.chance(0.2)) return `${random.pick(EMOJI)} ${name}`;
  // Short names repeat between skills, as they do in the real marketplace.
  return random.chance(0.1) ? word : name;
}

function generateDescription(random: SeededRandom, voice: Voice, word: string): string {
  const first = sentence(random, voice, word);
  return random.chance(0.6) ? `${first} ${sentence(random, voice, random.pick(NOUNS))}` : first;
}

function packages(
  random: SeededRandom,
  names: readonly string[],
  range: (random: SeededRandom) => string,
): string[] {
  const chosen = new Set<string>();
  for (let left = random.between(1, 4); left > 0; left -= 1) chosen.add(random.pick(names));
  return [...chosen].map((name) => name + range(random));
}

function pythonRange(random: SeededRandom): string {
  const major = random.below(4);
  return random.pick(['', `==${major}.${random.below(9)}.1`, `>=${major}.2,<${major + 1}`, `~=${major}.4`]);
}

function npmRange(random: SeededRandom): string {
  const major = random.between(1, 9);
  return random.pick(['', `@^${major}.${random.below(9)}.0`, `@~${major}.1.2`, `@>=${major} <${major + 2}`]);
}

function generateMetadata(random: SeededRandom, name: string): Record<string, unknown> {
  const author = random.pick(AUTHORS);
  return {
    author,
    license: random.pick(['MIT', 'Apache-2.0', 'BSD-3-Clause', '']),
    documentation_url: `https://skills.example.com/${encodeURIComponent(author)}/${slug(name)}`,
    stats: { downloads: random.below(50_000), stars: random.below(900), forks: random.below(60) },
    ...(random.chance(0.3) && {
      requirements: { memory_mb: 64 << random.below(6), platforms: ['linux', 'darwin'], gpu: null },
    }),
  };
}

function optionalFields(random: SeededRandom, voice: Voice, code: string): Partial<WireSkill> {
  const fields: Partial<WireSkill> = {};
  if (random.chance(0.5)) {
    fields.parameters = {
      [random.pick(NOUNS)]: { type: 'string', required: true, description: sentence(random, voice, 'value') },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: random.between(1, 100) },
    };
  }
  if (random.chance(0.3)) {
    fields.examples = [{ input: { [random.pick(NOUNS)]: random.pick(NOUNS) }, output: random.pick(VALUES) }];
  }
  if (random.chance(0.15)) fields.env_vars = { [`${random.pick(NOUNS).toUpperCase()}_KEY`]: '' };
  if (random.chance(0.08)) {
    fields.local_files = [{ path: `data/${random.pick(NOUNS)}.csv`, content: 'id,name\n1,é\n' }];
  }
  if (random.chance(0.3)) fields.content_hash = hashContent(code);
  return fields;
}

const VALUES = [true, 0, -1.5, 'done', '完成', ['a', 'b'], { ok: true }];

/** The `content_hash` of a skill: SHA-256 of its code, hex. */
export function hashContent(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

/** Half of the times carry milliseconds: both styles are seen in the wild. */
function timeText(random: SeededRandom, epochMs: number): string {
  const text = isoTime(epochMs);
  return random.chance(0.5) ? text : `${text.slice(0, 19)}Z`;
}

function slug(text: string): string {
  const ascii = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return ascii === '' ? 'skill' : ascii;
}
