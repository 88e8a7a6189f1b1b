import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Vitest leaves one core free by default, which is half of a small CI machine.
    maxWorkers: '100%',
    // Loading the AWS SDK anew for each of a hundred files took a fifth of the run; no test changes a module's state.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
