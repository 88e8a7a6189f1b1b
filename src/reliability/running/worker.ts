import type { Case, Scenario } from '../cases/case.ts';
import type { Rehearsed } from './bench.ts';
import { openBench } from './bench.ts';
import type { Expectation } from './fixture.ts';
import type { CaseResult } from './run-case.ts';

/** A request to a worker process. */
export type Job = { readonly id: number } & (
  | { readonly kind: 'rehearse'; readonly scenario: Scenario }
  | { readonly kind: 'run'; readonly testCase: Case; readonly expected: Expectation | undefined }
);

/** The answer of a worker process. */
export type Answer = { readonly id: number } & (
  | { readonly kind: 'rehearsed'; readonly rehearsed: Rehearsed }
  | { readonly kind: 'ran'; readonly result: CaseResult }
  | { readonly kind: 'broke'; readonly message: string }
);

const bench = await openBench(Number(process.argv[2]));

process.on('message', async (job: Job) => {
  process.send?.(await answer(job));
});
process.once('disconnect', async () => {
  await bench.close();
  process.exit();
});

async function answer(job: Job): Promise<Answer> {
  const { id } = job;
  try {
    return job.kind === 'rehearse'
      ? { id, kind: 'rehearsed', rehearsed: await bench.rehearse(job.scenario) }
      : { id, kind: 'ran', result: await bench.run(job.testCase, job.expected) };
  } catch (error) {
    return { id, kind: 'broke', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
