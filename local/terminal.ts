import { createPlainPace, type Progress, renderBar, renderPlain } from './progress-bar.ts';

/** What is needed of `process.stdout`. */
export type Output = { write(text: string): unknown; readonly isTTY?: boolean };

/** Prints lines, and a progress bar below them where a person looks on. */
export type Terminal = {
  line(text: string): void;
  /** Shows or updates the bar; plain lines now and then where there is no terminal. */
  progress(label: string, progress: Progress): void;
  /** Takes the bar away. */
  endProgress(): void;
};

const CLEAR_LINE = '\r\u001b[2K';

/** @param now milliseconds; paces the plain lines. */
export function createTerminal(output: Output, now: () => number = Date.now): Terminal {
  let bar = '';
  let isDue = createPlainPace(now);
  return {
    line: (text) => {
      output.write(bar === '' ? `${text}\n` : `${CLEAR_LINE}${text}\n${bar}`);
    },
    progress: (label, progress) => {
      if (output.isTTY === true) {
        bar = `${label} ${renderBar(progress)}`;
        output.write(`${CLEAR_LINE}${bar}`);
      } else if (isDue(progress)) output.write(`${label} ${renderPlain(progress)}\n`);
    },
    endProgress: () => {
      if (bar !== '') output.write(CLEAR_LINE);
      bar = '';
      isDue = createPlainPace(now);
    },
  };
}
