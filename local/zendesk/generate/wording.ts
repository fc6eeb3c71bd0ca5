/** The languages that generated tickets are written in. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja', 'tr'] as const;

export type Language = (typeof LANGUAGES)[number];

/**
 * One way to say something: subject and body, parted by the first `|`. In braces stands what differs from ticket to
 * ticket: {company}, {version}, {browser}, {count}, {hour}, {ref}.
 */
export type Wording = string;

/** The ways to say one thing, by language; English is always among them. */
export type Wordings = { readonly en: readonly Wording[] } & Readonly<
  Partial<Record<Exclude<Language, 'en'>, readonly Wording[]>>
>;
