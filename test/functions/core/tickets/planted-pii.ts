/** A ticket with personal data whose places are known. */
export type PlantedTicket = {
  readonly subject: string;
  readonly description: string;
  readonly planted: readonly { readonly kind: PlantedKind; readonly value: string }[];
};
export type PlantedKind = 'email' | 'phone' | 'card' | 'iban' | 'token' | 'ip';

/** Chance that a seed repeats: numbers in [0, 1) (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** So many tickets in several languages, with two to five pieces of personal data each. */
export function plantedTickets(count: number, seed: number): PlantedTicket[] {
  const dice = new Dice(seeded(seed));
  return Array.from({ length: count }, () => plantedTicket(dice));
}

const SENTENCES: Readonly<Record<PlantedKind, readonly string[]>> = {
  email: [
    'You can write to {} any time.',
    'Meine Adresse ist {}, danke.',
    'Mon adresse : {} (depuis 2019).',
    'Mi correo es {}.',
    '連絡先は{}です。',
    'Contact me <{}>',
    'login={} fails',
    'Моя почта {}',
  ],
  phone: [
    'Please call me at {}.',
    'Tel: {}',
    'Rufen Sie mich unter {} an.',
    'Mon numéro est le {}.',
    'Mi teléfono: {}, gracias',
    'WhatsApp {}',
    'Telefonum {}',
    '電話 {}',
    'I was on hold, {} is where I can be reached',
  ],
  card: ['My card {} was charged twice.', 'Karte {} 12/27', 'Tarjeta {}, CVV ok', 'card no:{}', '({})'],
  iban: ['Refund to {} please.', 'Meine IBAN: {}', 'IBAN {}, BIC follows', '{} is my account'],
  token: ['My key {} stopped working.', 'Authorization: Bearer {}', 'export KEY={}', 'log: "{}" rejected'],
  ip: ['Requests from {} time out.', 'Server {}:8080 refuses', 'IP {}'],
};
const NOISE = [
  'I use Firefox 115.0.2 on Windows 10.0.19045.',
  'Error 0x80070005 at 2024-03-01 12:30:45.',
  'The invoice of 03/02/2024 says $1,234.56.',
  'Es passiert seit dem 12.03.2023 gegen 14:30 Uhr.',
  'La version 7.2.4 marchait bien.',
  'Order 2024001234 has not come.',
  'メールが届きません。',
  'Не могу войти с прошлой недели.',
  'It takes 1500 ms instead of 20.',
];

function plantedTicket(dice: Dice): PlantedTicket {
  const kinds: PlantedKind[] = Array.from({ length: 2 + dice.below(4) }, () =>
    dice.of(['email', 'phone', 'card', 'iban', 'token', 'ip']),
  );
  const planted = kinds.map((kind) => ({ kind, value: MAKERS[kind](dice) }));
  const lines = planted.flatMap(({ kind, value }) => [
    dice.of(NOISE),
    dice.of(SENTENCES[kind]).replace('{}', () => value),
  ]);
  const isHtml = dice.below(4) === 0;
  const description = isHtml ? lines.map((line) => `<p>${escaped(line)}</p>`).join('') : lines.join('\n');
  const inSubject = dice.below(5) === 0 ? (planted[0]?.value ?? '') : '';
  return { subject: `Problem ${inSubject}`.trim(), description, planted };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

class Dice {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  text(alphabet: string, length: number): string {
    return Array.from({ length }, () => alphabet[this.below(alphabet.length)]).join('');
  }

  /** Each `#` becomes a digit, each `N` one from 2 to 9. */
  digits(pattern: string): string {
    return pattern.replace(/[#N]/g, (sign) => String(sign === 'N' ? 2 + this.below(8) : this.below(10)));
  }
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const BASE62 = LOWER + UPPER + DIGITS;

const MAKERS: Readonly<Record<PlantedKind, (dice: Dice) => string>> = {
  email: (dice) => {
    const name = `${dice.text(LOWER, 3 + dice.below(6))}${dice.of(['', '.', '_', '-', '+tag.'])}${dice.text(LOWER + DIGITS, 2 + dice.below(5))}`;
    const host = `${dice.of(['mail.', '', ''])}${dice.text(LOWER, 3 + dice.below(8))}`;
    const end = dice.of(['com', 'de', 'co.uk', 'io', 'com.br', 'org', 'museum']);
    return dice.of([
      `${name}@${host}.${end}`,
      `${name}@${host}.${end}`,
      `${name.toUpperCase()}@${host}.${end}`,
      `mailto:${name}@${host}.${end}`,
      `${name} (at) ${host} dot ${end.replaceAll('.', ' dot ')}`,
      `${name}[at]${host}[dot]${end.replaceAll('.', '[dot]')}`,
      `${name} at ${host} dot ${end.replaceAll('.', ' dot ')}`,
      `${name} @ ${host}.${end}`,
      `jörg.${name}@müller-${host}.${end}`,
      `иван.${name}@почта.рф`,
    ]);
  },
  phone: (dice) =>
    dice.digits(
      dice.of([
        '+49 30 N######',
        '+49 (0)171 N######',
        '+1-N##-N##-####',
        '+1 (N##) N##-####',
        '(N##) N##-####',
        'N##-N##-####',
        'N##.N##.####',
        '1-800-N##-####',
        '0171/N######',
        '0151 N### ####',
        '030-N######',
        '06 1# ## ## ##',
        '01.4#.##.##.##',
        '+33 6 1# ## ## ##',
        '0033 6 1# ## ## ##',
        '+44 20 7### ####',
        '07### ######',
        '+34 6## ### ###',
        '6## ## ## ##',
        '+55 11 9####-####',
        '(11) 9####-####',
        '+90 5## ### ## ##',
        '05## ### ## ##',
        '090-####-####',
        '+81 90-####-####',
        '138 #### ####',
        '8 (9##) ###-##-##',
        '+7 9## ###-##-##',
        '+31 6 ########',
        '06-########',
        '+919#########',
        '9#### #####',
      ]),
    ),
  card: (dice) => {
    const begin = dice.of(['4', '51', '55', '2223', '34', '37', '6011', '3530', '65']);
    const length = begin.startsWith('3') && begin.length === 2 ? 15 : 16;
    const digits = withLuhn(begin + dice.text(DIGITS, length - begin.length - 1));
    const groups = length === 15 ? [4, 6, 5] : [4, 4, 4, 4];
    return dice.of([
      digits,
      grouped(digits, groups, ' '),
      grouped(digits, groups, '-'),
      grouped(digits, groups, ' '),
    ]);
  },
  iban: (dice) => {
    const [country, body] = dice.of<readonly [string, string]>([
      ['DE', dice.text(DIGITS, 18)],
      ['FR', dice.text(DIGITS, 20) + dice.text(UPPER, 1) + dice.text(DIGITS, 2)],
      ['GB', dice.text(UPPER, 4) + dice.text(DIGITS, 14)],
      ['ES', dice.text(DIGITS, 20)],
      ['NL', dice.text(UPPER, 4) + dice.text(DIGITS, 10)],
      ['IT', dice.text(UPPER, 1) + dice.text(DIGITS, 22)],
      ['NO', dice.text(DIGITS, 11)],
      ['MT', dice.text(UPPER, 4) + dice.text(DIGITS, 23)],
    ]);
    const iban = `${country}${checkDigits(country, body)}${body}`;
    const spaced = iban.replace(/.{4}(?=.)/g, '$& ');
    return dice.of([iban, spaced, spaced, iban.toLowerCase(), spaced.replaceAll(' ', '\u00a0')]);
  },
  token: (dice) =>
    dice.of([
      `sk-${dice.text(BASE62, 30)}1`,
      `sk-ant-api03-${dice.text(`${BASE62}_-`, 60)}AA`,
      `ghp_${dice.text(BASE62, 36)}`,
      `github_pat_${dice.text(BASE62, 22)}_${dice.text(BASE62, 40)}`,
      `AKIA${dice.text(UPPER + DIGITS, 16)}`,
      `xoxb-${dice.text(DIGITS, 11)}-${dice.text(BASE62, 20)}`,
      `eyJ${dice.text(BASE62, 20)}.eyJ${dice.text(BASE62, 40)}.${dice.text(`${BASE62}_-`, 43)}`,
      `password=${dice.text(BASE62, 12)}`,
      `api_key: ${dice.text(BASE62, 24)}7`,
      `Passwort: ${dice.text(LOWER, 6)}${dice.text(DIGITS, 3)}!`,
      `-----BEGIN RSA PRIVATE KEY-----\n${dice.text(BASE62, 64)}\n${dice.text(BASE62, 40)}==\n-----END RSA PRIVATE KEY-----`,
    ]),
  ip: (dice) =>
    dice.of([
      `${1 + dice.below(126)}.${dice.below(256)}.${dice.below(256)}.${dice.below(256)}`,
      `192.168.${dice.below(256)}.${dice.below(256)}`,
      `2001:db8:${dice.text('123456789abcdef', 4)}::${dice.text('123456789abcdef', 4)}:${dice.text('123456789', 2)}`,
    ]),
};

function grouped(digits: string, sizes: readonly number[], separator: string): string {
  const starts = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, size) => sum + size, 0));
  return starts.map((start, at) => digits.slice(start, start + sizes[at]!)).join(separator);
}

function withLuhn(digits: string): string {
  for (let check = 0; check < 10; check += 1) {
    const sum = [...`${digits}${check}`].reverse().reduce((total, digit, at) => {
      const weighted = Number(digit) * (1 + (at % 2));
      return total + Math.floor(weighted / 10) + (weighted % 10);
    }, 0);
    if (sum % 10 === 0) return `${digits}${check}`;
  }
  throw new Error('No digit passes: the sum is wrong.');
}

function checkDigits(country: string, body: string): string {
  const digits = [...`${body}${country}00`].map((sign) => Number.parseInt(sign, 36)).join('');
  return String(98n - (BigInt(digits) % 97n)).padStart(2, '0');
}
