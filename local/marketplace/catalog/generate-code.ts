/**
 * Text for generated skills: sentences, and instructions in Markdown with shell, Python and TypeScript.
 */
import type { SeededRandom } from '#local/random.ts';
import { ADJECTIVES, EMOJI, FOREIGN_PHRASES, type ForeignLanguage, LINKS, NOUNS, VERBS } from './words.ts';

/** What a text is written with: its language, and whether it likes emoji. */
export type Voice = {
  readonly language: ForeignLanguage | undefined;
  readonly emoji: boolean;
};

const LANGUAGES = Object.keys(FOREIGN_PHRASES) as ForeignLanguage[];

/** Picks a voice: one skill in four uses another language, one in five emoji. */
export function pickVoice(random: SeededRandom): Voice {
  return {
    language: random.chance(0.25) ? random.pick(LANGUAGES) : undefined,
    emoji: random.chance(0.2),
  };
}

/** One sentence of about 60 characters. */
export function sentence(random: SeededRandom, voice: Voice, subject: string): string {
  const verb = random.pick(VERBS);
  const capital = verb.charAt(0).toUpperCase() + verb.slice(1);
  let text = `${capital} the ${random.pick(ADJECTIVES)} ${subject} ${random.pick(LINKS)} every ${random.pick(NOUNS)}`;
  if (random.chance(0.5))
    text += `, ${random.pick(VERBS)} a ${random.pick(ADJECTIVES)} ${random.pick(NOUNS)}`;
  if (voice.language) text += ` (${random.pick(FOREIGN_PHRASES[voice.language])})`;
  return voice.emoji && random.chance(0.3) ? `${text}. ${random.pick(EMOJI)}` : `${text}.`;
}

type Block = (random: SeededRandom, voice: Voice, subject: string) => string;

const paragraph: Block = (random, voice, subject) => {
  let text = sentence(random, voice, subject);
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    text += ` ${sentence(random, voice, random.pick(NOUNS))}`;
  }
  return text;
};

const bullets: Block = (random, voice) => {
  let text = '';
  for (let left = random.between(2, 5); left > 0; left -= 1) {
    text += `- **${random.pick(NOUNS)}**: ${sentence(random, voice, random.pick(NOUNS))}\n`;
  }
  return text;
};

const shell: Block = (random, _voice, subject) =>
  `\`\`\`bash\n# ${random.pick(VERBS)} one ${random.pick(NOUNS)}\n${subject} ${random.pick(NOUNS)} --${random.pick(NOUNS)} ` +
  `"$HOME/${random.pick(NOUNS)}" --limit ${random.between(1, 500)} | tee ${random.pick(NOUNS)}.log\n\`\`\``;

const python: Block = (random, _voice, subject) => {
  const noun = random.pick(NOUNS);
  return (
    `\`\`\`python\ndef ${subject}_${noun}(${random.pick(NOUNS)}s, limit=${random.between(1, 900)}):\n` +
    `    """${random.pick(VERBS)} a ${random.pick(ADJECTIVES)} ${noun}."""\n` +
    `    return [row for row in ${random.pick(NOUNS)}s[:limit] if row["${noun}"] != "\\n"]\n\`\`\``
  );
};

const typescript: Block = (random, _voice, subject) => {
  const noun = random.pick(NOUNS);
  return (
    `\`\`\`ts\nexport async function ${subject}By(${noun}: string) {\n` +
    `  const response = await fetch(\`https://api.example.com/${random.pick(NOUNS)}/\${${noun}}\`);\n` +
    `  return response.ok ? response.json() : undefined;\n}\n\`\`\``
  );
};

const table: Block = (random, _voice, subject) => {
  let text = `| ${subject} | ${random.pick(NOUNS)} | ${random.pick(NOUNS)} |\n| --- | --- | --- |\n`;
  for (let left = random.between(2, 4); left > 0; left -= 1) {
    text += `| ${random.pick(NOUNS)} | ${random.below(10_000)} | ${random.pick(ADJECTIVES)} |\n`;
  }
  return text;
};

const BLOCKS: readonly Block[] = [paragraph, paragraph, bullets, bullets, shell, python, typescript, table];

/**
 * Instructions in Markdown of about `characters` characters; always at least a heading and a paragraph.
 * The length is met to within one block (some 300 characters).
 */
export function generateCode(
  random: SeededRandom,
  voice: Voice,
  about: { title: string; subject: string; characters: number },
): string {
  let text = `# ${about.title}\n\n${paragraph(random, voice, about.subject)}\n`;
  while (text.length < about.characters) {
    if (random.chance(0.25)) text += `\n## ${random.pick(VERBS)} ${random.pick(NOUNS)}\n`;
    text += `\n${random.pick(BLOCKS)(random, voice, about.subject)}\n`;
  }
  return text;
}
