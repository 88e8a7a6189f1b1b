import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Case, nameCase, type Scenario } from '../cases/case.ts';
import type { Rehearsed } from './bench.ts';
import type { Expectation } from './fixture.ts';
import type { CaseResult } from './run-case.ts';
import type { Answer, Job } from './worker.ts';

/** Processes that share the cases. */
export interface Workers {
  readonly rehearse: (scenario: Scenario) => Promise<Rehearsed>;
  readonly run: (testCase: Case, expected: Expectation | undefined) => Promise<CaseResult>;
  /** How many cases can run at the same time. */
  readonly width: number;
  readonly close: () => void;
}

type Wanted = { readonly kind: 'rehearse'; readonly scenario: Scenario } | Omit<Extract<Job, { kind: 'run' }>, 'id'>;

/** @param lanes cases at the same time in each process */
export function startWorkers(processes: number, lanes: number): Workers {
  const children = Array.from({ length: processes }, () => startWorker(lanes));
  let asked = 0;
  const ask = (wanted: Wanted): Promise<Answer> => {
    asked += 1;
    const least = children.reduce((best, child) => (child.busy() < best.busy() ? child : best));
    return least.ask({ ...wanted, id: asked });
  };
  return {
    rehearse: async (scenario) => {
      const answer = await ask({ kind: 'rehearse', scenario });
      if (answer.kind === 'rehearsed') return answer.rehearsed;
      const why = `${scenario.stepUse} from ${scenario.state} could not be run: ${answer.kind === 'broke' ? answer.message : answer.kind}`;
      const expectation = { outcome: 'broke', snapshot: { stack: undefined } };
      return { expectation, operations: [], writes: [], violations: [why] };
    },
    run: async (testCase, expected) => {
      const answer = await ask({ kind: 'run', testCase, expected });
      if (answer.kind === 'ran') return answer.result;
      const why = answer.kind === 'broke' ? answer.message : answer.kind;
      return {
        testCase,
        met: true,
        outcomes: [],
        violations: [`The case could not be run: ${nameCase(testCase)}: ${why}`],
      };
    },
    width: processes * lanes,
    close: () => {
      for (const { process } of children) process.disconnect();
    },
  };
}

function startWorker(lanes: number) {
  const process: ChildProcess = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), [String(lanes)]);
  const open = new Map<number, (answer: Answer) => void>();
  process.on('message', (answer: Answer) => {
    open.get(answer.id)?.(answer);
    open.delete(answer.id);
  });
  process.once('exit', (code, signal) => {
    for (const [id, resolve] of open)
      resolve({ id, kind: 'broke', message: `the worker ended with ${code ?? signal}` });
  });
  return {
    process,
    busy: () => open.size,
    ask: (job: Job) =>
      new Promise<Answer>((resolve) => {
        open.set(job.id, resolve);
        process.send(job);
      }),
  };
}
