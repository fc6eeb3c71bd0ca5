import { defineConfig } from 'vitest/config';

/**
 * Two projects: `unit` starts nothing outside its process; `integration` (files ending in
 * `.integration.test.ts`) starts real servers, embedded engines or whole local runs.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.integration.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
