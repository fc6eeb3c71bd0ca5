import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { EvalInputError } from './eval-input-error.ts';

const rowSchema = z.object({
  text: z.string(),
  intent: z.union([z.string(), z.number().transform(String)]),
  domain: z.string().nullish(),
});

/** Texts whose true groups are known. */
export type LabelledSet = {
  /** The file’s name, and the domain where the file has several. */
  readonly name: string;
  readonly texts: readonly string[];
  readonly intents: readonly string[];
};

/**
 * Reads a file of labelled texts, JSON lines with `text`, `intent` and perhaps `domain`, compressed or not. Each
 * domain is a set of its own.
 *
 * @throws EvalInputError when the file cannot be read, a line is not such a row, or there is none
 */
export async function readLabelledSets(path: string): Promise<LabelledSet[]> {
  const name = path.replace(/^.*\//, '').replace(/\.jsonl(\.gz)?$/, '');
  const lines = (await textOf(path)).split('\n');
  const sets = new Map<string, { name: string; texts: string[]; intents: string[] }>();
  lines.forEach((line, at) => {
    if (line.trim() === '') return;
    const { text, intent, domain } = rowOf(line, `${path}, line ${at + 1}`);
    const set = sets.get(domain ?? '') ?? { name: `${name} ${domain ?? ''}`.trim(), texts: [], intents: [] };
    sets.set(domain ?? '', set);
    set.texts.push(text);
    set.intents.push(intent);
  });
  if (sets.size === 0) throw new EvalInputError(`${path} has no rows`);
  return [...sets.values()];
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (cause) {
    throw new EvalInputError(`${path} cannot be read`, { cause });
  }
}

function rowOf(line: string, place: string): z.infer<typeof rowSchema> {
  try {
    return rowSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new EvalInputError(`${place}: not a row with "text" and "intent"`, { cause });
  }
}
