import { shownName } from './setting-names.ts';

/** What a `.env` file says. */
export type Dotenv = {
  readonly entries: readonly DotenvEntry[];
  readonly problems: readonly DotenvProblem[];
};

type DotenvEntry = { readonly name: string; readonly value: string; readonly line: number };

/** `what` continues the words "`.env` line 3"; a line of undefined means the file as a whole. */
type DotenvProblem = { readonly line: number | undefined; readonly what: string };

const SECRET = /(TOKEN|SECRET|PASSWORD|KEY)$/i;

/**
 * Reads a `.env` file to the letter: what can't be read is a problem, never a setting that is left out or cut. No
 * problem shows a value, nor a line that is no setting: it may be a token.
 *
 * A line is `NAME=value`, also after `export`. A value may be in quotes (`"`, `'` or a backtick); `\n` within double
 * ones is a line end. A comment begins with `#` at the line's start or after a space.
 */
export function parseDotenv(bytes: Buffer): Dotenv {
  const text = decode(bytes);
  if (typeof text !== 'string') return { entries: [], problems: [text] };
  const entries: DotenvEntry[] = [];
  const problems: DotenvProblem[] = [];
  const lines = new Map<string, number>();
  for (const [index, written] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const read = readLine(written.trim());
    if (read === undefined) continue;
    if ('what' in read) {
      problems.push({ line, what: read.what });
      continue;
    }
    const first = lines.get(read.name);
    if (first !== undefined) problems.push({ line, what: `sets ${read.name} again, after line ${first}.` });
    else lines.set(read.name, line);
    entries.push({ ...read, line });
  }
  return { entries, problems };
}

/** UTF-8, with or without its byte order mark. Read as that, UTF-16 is a file of lines without a setting. */
function decode(bytes: Buffer): string | DotenvProblem {
  const isUtf16 = bytes.includes(0) || ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));
  if (isUtf16) return { line: undefined, what: 'is UTF-16, or no text at all. Save it as UTF-8.' };
  const line = bytes.toString('latin1').split('\n').findIndex(isBroken) + 1;
  if (line > 0) return { line, what: 'is not UTF-8. Save the file as UTF-8.' };
  return new TextDecoder('utf-8').decode(bytes);
}

function isBroken(line: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(line, 'latin1'));
    return false;
  } catch {
    return true;
  }
}

type Read = { readonly name: string; readonly value: string } | { readonly what: string };

function readLine(line: string): Read | undefined {
  if (line === '' || line.startsWith('#')) return undefined;
  const [, name, gap = '', rest = ''] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=(\s*)(.*)$/s.exec(line) ?? [];
  if (name === undefined) return { what: 'is no setting. Write NAME=value, or # before a comment.' };
  const value = /^["'`]/.test(rest) ? readQuoted(rest) : readPlain(rest, gap !== '', SECRET.test(name));
  return 'what' in value ? { what: `sets ${shownName(name)} to ${value.what}` } : { name, ...value };
}

type Value = { readonly value: string } | { readonly what: string };

function readQuoted(text: string): Value {
  const quote = text.charAt(0);
  const end = text.indexOf(quote, 1);
  if (end < 0) return { what: `a value whose quote (${quote}) is not closed on the line.` };
  const after = text.slice(end + 1).trim();
  if (after !== '' && !after.startsWith('#')) {
    return { what: `a value that goes on after its closing quote (${quote}).` };
  }
  const value = text.slice(1, end);
  return { value: quote === '"' ? value.replaceAll('\\n', '\n') : value };
}

function readPlain(text: string, hasGap: boolean, isSecret: boolean): Value {
  const comment = text.search(/(^|\s)#/);
  if (comment >= 0 && (isSecret || (comment === 0 && !hasGap))) {
    const cure = 'Put the value in quotes, or the comment on a line of its own.';
    return { what: `a value with a # that may be its own or begin a comment. ${cure}` };
  }
  if (/^[\u2018-\u201f\u00ab\u00bb]/.test(text)) {
    return { what: `a value in typographic quotes. Use " or '.` };
  }
  return { value: comment < 0 ? text : text.slice(0, comment).trimEnd() };
}
