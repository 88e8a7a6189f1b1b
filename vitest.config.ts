import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestSpecification } from 'vitest/node';

/** Files of twenty seconds and more. What begins last should be short, or one worker ends alone. */
const longest = [
  'rehearsal/scenario',
  'build/package',
  'reliability/steps/killed-traffic-steps',
  'rehearsal/typed-notes',
  'reliability/steps/killed-stack-steps',
  'reliability/steps/stack-status',
  'policies/least-privilege',
  'steps/hints/hints',
  'steps/hints/guide',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`${name}.test.ts`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** A line now and then: the whole suite takes minutes, and only failures are worth more. */
function tellProgress(): Reporter {
  let [all, ended] = [0, 0];
  return {
    onTestRunStart: (files) => {
      [all, ended] = [files.length, 0];
    },
    onTestModuleEnd: () => {
      ended += 1;
      if (all >= 20 && ended % Math.ceil(all / 10) === 0) console.log(`${ended} of ${all} test files done`);
    },
  };
}

export default defineConfig({
  test: {
    reporters: ['minimal', tellProgress()],
    include: ['test/**/*.test.ts'],
    // Most tests wait for emulated time about half of theirs, so there is room for one worker more than there are cores.
    maxWorkers: availableParallelism() + 1,
    // Loading the AWS SDK anew for each of a hundred files took a fifth of the run; no test changes a module's state.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Limits are for what hangs; a slow machine alone must never reach one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 40_000 } },
  },
});
