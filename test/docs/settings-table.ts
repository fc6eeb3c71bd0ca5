import { settingsSchema } from '#lib/settings/settings.ts';
import { SETTING_MEANINGS } from './setting-meanings.ts';

const BEGIN = '<!-- settings:begin -->';
const END = '<!-- settings:end -->';

/** The part of a document that lists the settings, with its markers. */
export function settingsBlock(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The document lacks the markers ${BEGIN} and ${END}.`);
  return document.slice(begin, end + END.length);
}

/** That part as the schema wants it: names, defaults and ranges are the schema's. */
export function freshSettingsBlock(): string {
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const cells = [`\`${name}\``, defaultOf(schema), schema.description ?? '', SETTING_MEANINGS[name] ?? ''];
    return `| ${cells.join(' | ')} |`;
  });
  const head = ['| Setting | Default | Must be | Meaning |', '| --- | --- | --- | --- |'];
  return [BEGIN, '', ...head, ...rows, '', END].join('\n');
}

function defaultOf(schema: { safeParse(value: unknown): { data?: unknown } }): string {
  const { data } = schema.safeParse(undefined);
  if (data === undefined || data === '' || (Array.isArray(data) && data.length === 0)) return 'none';
  return `\`${String(data)}\``;
}
