import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most tests wait for emulated time about half of theirs, so there is room for one worker more than there are cores.
    maxWorkers: availableParallelism() + 1,
    // Loading the AWS SDK anew for each of a hundred files took a fifth of the run; no test changes a module's state.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
