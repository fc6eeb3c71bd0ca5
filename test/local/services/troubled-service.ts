import { writeFileSync } from 'node:fs';
import { serveFromWorker } from '#local/services/worker-service.ts';

/** A service that is in order, or goes wrong in one way: at its start, once the system is ready, or when it is to end. */
export type Trouble =
  | 'none'
  | 'full disk at start'
  | 'ends at start'
  | 'hangs at start'
  | 'full disk'
  | 'fails'
  | 'ends'
  | 'hangs'
  | 'hangs at close';

const hang = (): never => {
  for (;;);
};
/** A device that is always full. */
const write = () => writeFileSync('/dev/full', 'x');

await serveFromWorker<{ trouble: Trouble }, { started: true }>(async ({ trouble }) => {
  if (trouble === 'full disk at start') write();
  if (trouble === 'ends at start') process.exit(3);
  if (trouble === 'hangs at start') hang();
  const staying = setInterval(() => undefined, 1000);
  return {
    facts: { started: true },
    onSystemReady: () => {
      if (trouble === 'full disk') write();
      if (trouble === 'fails') void Promise.reject(new Error('nobody waits for this'));
      if (trouble === 'ends') process.exit(3);
      if (trouble === 'hangs') hang();
    },
    close: async () => {
      if (trouble === 'hangs at close') hang();
      clearInterval(staying);
    },
  };
});
