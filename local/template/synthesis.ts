import { type ChildProcess, fork } from 'node:child_process';
import type { Settings } from '#lib/settings/settings.ts';
import type { Synthesized } from '#lib/synthesize.ts';
import { type LocalError, TemplateError } from '#local/errors.ts';
import { storageTrouble } from '#local/services/storage-trouble.ts';
import type { SynthesisAnswer } from './synthesis-process.ts';

/** Synthesizes the stack beside the other parts of the start. */
export type Synthesizer = {
  /**
   * May be called once.
   *
   * @throws TemplateError when the stack can't be synthesized or a function doesn't bundle; DiskFullError,
   *   DataDirectoryUnusableError when there is no writing to `outdir`.
   */
  synthesize(settings: Settings): Promise<Synthesized>;
  close(): void;
};

/**
 * Starts loading the CDK and bundling the functions in a process of its own. Not a thread: esbuild leaves a child of
 * its own behind, which would stay a zombie of this process to its end; and the CDK's 200 MB go with the process.
 *
 * @param outdir directory for the template and the bundles; what an earlier start left there is removed.
 */
export function startSynthesizer(outdir: string): Synthesizer {
  const child = fork(new URL('./synthesis-process.ts', import.meta.url), [outdir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const answer = answerOf(child);
  return {
    synthesize: async (settings) => {
      if (child.connected) child.send(settings);
      const result = await answer;
      if ('synthesized' in result) return result.synthesized;
      throw (
        diskTrouble(result.failure, outdir) ??
        new TemplateError(`The stack can't be synthesized: ${result.failure}`)
      );
    },
    close: () => void child.kill('SIGKILL'),
  };
}

/** What the CDK and esbuild say of the disk is text by now. */
function diskTrouble(failure: string, outdir: string): LocalError | undefined {
  const code = /\b(ENOSPC|EDQUOT|EROFS|EMFILE|ENFILE|EIO)\b/.exec(failure)?.[1];
  const isFull = /no space left on device/i.test(failure);
  return storageTrouble({ message: failure, code: isFull ? 'ENOSPC' : code }, outdir);
}

function answerOf(child: ChildProcess): Promise<SynthesisAnswer> {
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => (complaint += text));
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as SynthesisAnswer));
    child.once('error', (error) => resolve({ failure: error.message }));
    child.once('close', () => {
      const reason = /^\w*Error.*$/m.exec(complaint)?.[0] ?? 'its process ended';
      resolve({ failure: reason });
    });
  });
}
