import { defineConfig } from 'vitest/config';

// The suite's sources resolve #fixtures/*, #scenarios/* and #proxy/* through this condition; the published build does not set it.
const resolve = { conditions: ['wireproof-source'] };
const ssr = { resolve: { conditions: ['wireproof-source'] } };

/** Whole runs, with programs of their own, have the machine for themselves. */
const afterUnit = { groupOrder: 1 };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{proxy,fixtures,scenarios,conformance,bench,interop,clients,tools}/**/*.test.{ts,tsx}'],
          exclude: ['conformance/suite/**', '**/*.nock.test.ts', '**/node_modules/**'],
          setupFiles: ['tools/no-egress.ts'],
          pool: 'forks',
          // One for each core; one core less, which is usual, leaves half of a machine with two cores idle.
          maxWorkers: '100%',
          // A bound for hangs, wide enough for property tests on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        // In processes of its own: nock makes msw deaf, whichever is loaded first.
        test: {
          name: 'nock',
          include: ['fixtures/**/*.nock.test.ts'],
          pool: 'forks',
          setupFiles: ['tools/no-egress.ts'],
          sequence: afterUnit,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'suite',
          include: ['conformance/suite/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 120_000,
          sequence: afterUnit,
        },
      },
    ],
  },
});
