import { defineConfig } from "vitest/config";

const CLUSTER = "packages/belfry/test/faults/cluster/**/*.test.ts";
const PROCESSES = ["packages/belfry/test/e2e/**/*.test.ts", "packages/belfry/test/faults/**/*.test.ts"];

/** One after the other: each group has the machine to itself, the last one a file at a time, as it does harm by the clock. */
export default defineConfig({
  test: {
    globalSetup: ["packages/belfry/test/postgres/global-setup.ts"],
    pool: "forks",
    // A test that hangs is to be found, and one on a busy machine is not to be taken for that.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "in process",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          exclude: PROCESSES,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "processes",
          include: PROCESSES,
          exclude: [CLUSTER],
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: { name: "cluster", include: [CLUSTER], maxWorkers: 1, sequence: { groupOrder: 3 } },
      },
    ],
  },
});
