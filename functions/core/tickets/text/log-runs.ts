/** Of a run of log lines so many are kept at its beginning and its end. */
const FIRST_LINES = 40;
const LAST_LINES = 20;
/** A run goes on over so many lines of other kinds: messages have line feeds in them. */
const MAX_GAP = 3;

const LOG_LINE =
  /^\s{0,40}(?:[[(<]?\d{4}[-/.]\d\d[-/.]\d\d|[[(<]?\d\d?[-/.]\d\d?[-/.]\d{2,4}\s|[[(]?\d\d?:\d\d:\d\d|[A-Z][a-z]{2}\s{1,2}\d\d?\s\d\d:\d\d|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|VERBOSE)\b|at\s[\w$.<[/]|File "|#\d{1,4}\s|0x[\da-f]{4}|[\da-f]{8}[\s:]|\.{3} \d{1,4} more|caused by:|[\w.$]{3,100}(?:Exception|Error)\b|[A-Z]\/[\w.-]{2,40}\s{0,5}\(|"?[\w.-]{2,60}"?\s?[:=]\s?\S|[{}[\]],?\s*$|\d{1,6}[\s:|.)]\s?\S)/i;

export type CollapsedLogs = { readonly text: string; readonly leftOut: number };

/** The text with the middle of each long run of log lines left out, and how many lines that were. */
export function collapseLogs(text: string): CollapsedLogs {
  const lines = text.split('\n');
  if (lines.length <= FIRST_LINES + LAST_LINES + 1) return { text, leftOut: 0 };
  const kept: string[] = [];
  let leftOut = 0;
  for (let at = 0; at < lines.length; ) {
    const end = runEnd(lines, at);
    const dropped = end - at - FIRST_LINES - LAST_LINES;
    if (dropped <= 1) kept.push(...lines.slice(at, Math.max(end, at + 1)));
    else {
      kept.push(...lines.slice(at, at + FIRST_LINES), `[… ${dropped} lines left out …]`);
      kept.push(...lines.slice(end - LAST_LINES, end));
      leftOut += dropped;
    }
    at = Math.max(end, at + 1);
  }
  return { text: kept.join('\n'), leftOut };
}

/** Where the run of log lines that begins at a line ends; the same line if none does. */
function runEnd(lines: readonly string[], from: number): number {
  if (!isLogLine(lines[from])) return from;
  let end = from;
  for (let at = from; at < lines.length && at - end <= MAX_GAP; at += 1) {
    if (isLogLine(lines[at])) end = at + 1;
  }
  return end;
}

function isLogLine(line = ''): boolean {
  return LOG_LINE.test(line.slice(0, 200));
}
