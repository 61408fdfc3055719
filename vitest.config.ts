import { defineConfig } from 'vitest/config';

// The suite's sources resolve #fixtures/*, #scenarios/* and #proxy/* through this condition; the published build does not set it.
const resolve = { conditions: ['wireproof-source'] };
const ssr = { resolve: { conditions: ['wireproof-source'] } };

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: ['{proxy,fixtures,scenarios,conformance,bench,interop,clients}/**/*.test.{ts,tsx}'],
          exclude: ['conformance/suite/**', '**/node_modules/**'],
          pool: 'forks',
          // A bound for hangs, wide enough for property tests on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        ssr,
        test: { name: 'suite', include: ['conformance/suite/**/*.test.ts'], pool: 'forks', testTimeout: 300_000, hookTimeout: 120_000 },
      },
    ],
  },
});
