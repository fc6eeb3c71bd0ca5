import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';
import { WAIT } from './test/wait-limit.ts';

const INTEGRATION = 'test/**/*.integration.test.ts';
const SYNTHESIS = [
  'test/lib/*.test.ts',
  'test/lib/constructs/**/*.test.ts',
  'test/monitoring/*.test.ts',
  'test/**/*.synthesis.test.ts',
];

/**
 * Three projects. `unit` starts nothing outside its process and loads no CDK. `synthesis` is what the CDK makes: the
 * stack, its constructs and alarms, and whatever reads the template (files elsewhere that end in
 * `.synthesis.test.ts`). `integration` (`.integration.test.ts`) starts real servers, embedded engines or whole local
 * runs. The timeouts are there for what hangs, and leave room for a machine that is five times as slow.
 */
export default defineConfig({
  test: {
    globalSetup: 'test/share-work.ts',
    // Half of the integration tests' time they wait, for a retry or a time-out.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [INTEGRATION, ...SYNTHESIS],
          // A worker loads each module once, not once for each file: more than half of the time.
          isolate: false,
          testTimeout: 60_000,
          expect: { poll: WAIT },
        },
      },
      {
        test: {
          name: 'synthesis',
          include: SYNTHESIS,
          exclude: [INTEGRATION],
          isolate: false,
          testTimeout: 60_000,
          expect: { poll: WAIT },
        },
      },
      {
        test: {
          name: 'integration',
          include: [INTEGRATION],
          testTimeout: 300_000,
          expect: { poll: WAIT },
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
