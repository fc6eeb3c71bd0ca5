/** Makes one text of a wording: what differs is filled in, and mails get what mails have around them. */
import type { SeededRandom } from '#local/random.ts';
import {
  BROWSERS,
  CLOSINGS,
  COMPANIES,
  DETAILS,
  FIRST_NAMES,
  GREETINGS,
  LAST_NAMES,
  LOG_LINES,
  WEEKDAYS,
} from './other-texts.ts';
import type { Language, Wording, Wordings } from './wording.ts';

const LANGUAGE_SHARES: readonly (readonly [Language, number])[] = [
  ['en', 0.6],
  ['de', 0.15],
  ['fr', 0.07],
  ['es', 0.06],
  ['pt', 0.04],
  ['ja', 0.04],
  ['tr', 0.04],
];
/** Numbers that pass the check digit and belong to nobody. */
const CARD_NUMBERS = ['4111 1111 1111 1111', '5555 5555 5555 4444', '3782 822463 10005', '4242424242424242'];

/** A text as it was written, and what of it names a person or a card. */
export type ComposedText = {
  readonly subject: string;
  readonly description: string;
  readonly language: Language;
  readonly pii: readonly string[];
};

/** A language by its share; English where there is no wording in it. */
export function chooseLanguage(random: SeededRandom, wordings: Wordings): Language {
  let rest = random.next();
  for (const [language, share] of LANGUAGE_SHARES) {
    rest -= share;
    if (rest < 0) return wordings[language] === undefined ? 'en' : language;
  }
  return 'en';
}

/** Composes a ticket's text in a language. */
export function composeText(random: SeededRandom, wording: Wording, language: Language): ComposedText {
  const [subject = '', ...rest] = fill(random, wording).split('|');
  const name = `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;
  const person = { name, mail: `${name.toLowerCase().replaceAll(' ', '.')}@example.com` };
  const pii = random.chance(0.09) ? personalData(random, person) : undefined;
  const lines = [
    random.pick(GREETINGS[language]),
    rest.join('|').trim(),
    language === 'en' && random.chance(0.5) ? fill(random, random.pick(DETAILS)) : '',
    pii?.sentence ?? '',
    random.chance(0.02) ? logDump(random, random.between(40, 400)) : '',
    random.pick(CLOSINGS[language]),
    random.chance(0.4) ? signature(random, name) : '',
    random.chance(0.07) ? quotedReply(person.mail) : '',
  ];
  return {
    subject: subject.trim(),
    description: lines.filter((line) => line !== '').join('\n\n'),
    language,
    pii: pii?.values ?? [],
  };
}

/** Puts something in for each hole of a wording. */
function fill(random: SeededRandom, wording: Wording): string {
  return wording.replace(/\{(\w+)\}/g, (_, name: string) => valueFor(random, name));
}

function valueFor(random: SeededRandom, name: string): string {
  switch (name) {
    case 'company':
      return random.pick(COMPANIES);
    case 'version':
      return `4.${random.between(6, 9)}.${random.below(6)}`;
    case 'browser':
      return random.pick(BROWSERS);
    case 'hour':
      return String(random.between(8, 17));
    case 'weekday':
      return random.pick(WEEKDAYS);
    case 'ref':
      return `AT-${random.between(10_000, 99_999)}`;
    default:
      return String(random.between(3, 58));
  }
}

/** A log as people paste it. */
export function logDump(random: SeededRandom, lines: number): string {
  return Array.from({ length: lines }, (_, line) =>
    fill(random, LOG_LINES[line % LOG_LINES.length] ?? ''),
  ).join('\n');
}

function personalData(random: SeededRandom, { mail }: { mail: string }) {
  const phone = `+1 202 555 01${random.between(10, 99)}`;
  const card = random.pick(CARD_NUMBERS);
  return random.pick([
    { sentence: `You can reach me at ${mail} or ${phone}.`, values: [mail, phone] },
    { sentence: `Please write to ${mail}.`, values: [mail] },
    { sentence: `My card is ${card}, in case you need it for the check.`, values: [card] },
    { sentence: `Call me: ${phone}`, values: [phone] },
  ]);
}

function signature(random: SeededRandom, name: string): string {
  return `-- \n${name}\n${random.pick(COMPANIES)}\nThis message is confidential and meant for its recipient only.`;
}

function quotedReply(mail: string): string {
  return `On Tue, 3 Mar 2026 at 09:12, Atom Support <support@example.com> wrote:\n> Hello,\n> thank you for writing to us. Could you tell us which version you use?\n>\n> > From: ${mail}\n> > It does not work.`;
}
