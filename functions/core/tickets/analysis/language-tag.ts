/** No language: nothing but emoji, numbers or a log. */
export const NO_LANGUAGE = 'und';
const MAX_TAG = 35;
const NAMES: Readonly<Record<string, string>> = {
  ...{
    english: 'en',
    german: 'de',
    deutsch: 'de',
    french: 'fr',
    français: 'fr',
    spanish: 'es',
    español: 'es',
  },
  ...{ portuguese: 'pt', português: 'pt', italian: 'it', italiano: 'it', dutch: 'nl', nederlands: 'nl' },
  ...{ turkish: 'tr', türkçe: 'tr', japanese: 'ja', 日本語: 'ja', chinese: 'zh', 中文: 'zh', russian: 'ru' },
  ...{
    русский: 'ru',
    polish: 'pl',
    polski: 'pl',
    czech: 'cs',
    hungarian: 'hu',
    finnish: 'fi',
    swedish: 'sv',
  },
  ...{ danish: 'da', norwegian: 'no', korean: 'ko', arabic: 'ar', hindi: 'hi', greek: 'el', ukrainian: 'uk' },
};

/** The BCP 47 tag in its canonical spelling (`pt_br` → `pt-BR`); {@link NO_LANGUAGE} for what is none. */
export function languageTag(written: unknown): string {
  if (typeof written !== 'string' || written.length > MAX_TAG) return NO_LANGUAGE;
  const text = written.trim();
  const tag = NAMES[text.toLowerCase()] ?? text.replaceAll('_', '-');
  // A primary subtag of four letters and more is a word.
  if (!/^[a-z]{2,3}(?:-|$)/i.test(tag)) return NO_LANGUAGE;
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? NO_LANGUAGE;
  } catch {
    return NO_LANGUAGE;
  }
}
