import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` starts nothing outside its process; `integration` (files ending in
 * `.integration.test.ts`) starts real servers, embedded engines or whole local runs. The timeouts are there for what
 * hangs, and leave room for a machine that is five times as slow.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.integration.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
