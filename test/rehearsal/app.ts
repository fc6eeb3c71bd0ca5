/**
 * The app that the CDK CLI runs in the rehearsal (`CDK_APP`): the real one, and then the assembly that it wrote is fitted to
 * the emulator. With `REHEARSAL_FAILS=true` the deployment fails after everything else was made.
 */
import { fitAssembly } from './fit-assembly.ts';
import { nameOf } from './left-out.ts';

await import('../../bin/app.ts');
const { CDK_OUTDIR, REHEARSAL_FAILS } = process.env;
if (CDK_OUTDIR && !process.exitCode) {
  const lost = [...fitAssembly(CDK_OUTDIR, { failing: REHEARSAL_FAILS === 'true' }).values()].map(nameOf);
  for (const name of new Set(lost)) {
    console.log(`left out: ${lost.filter((one) => one === name).length} × ${name}`);
  }
}
