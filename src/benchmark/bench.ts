import type { Site } from './site.ts';
import { timeBareNode } from './worker/bare-node.ts';
import { type TimedRun, timeScript, type WorkerScript } from './worker/worker-script.ts';

/** What every section measures with. */
export interface Bench {
  readonly site: Site;
  /** Whether there is an AWS CLI, so that the blog post's commands can be run. */
  readonly hasAws: boolean;
  readonly runs: number;
  readonly tell: (line: string) => void;
}

/** What both sides gave, and how long bare Node.js took beside each run, in milliseconds, which shows the noise. */
export interface Turns<T> {
  readonly sides: readonly (readonly T[])[];
  readonly nodeRuns: readonly number[];
}

/** One side of a comparison, with green's share in percent before and after. */
export interface Contender {
  readonly script: WorkerScript;
  readonly from: number;
  readonly to: number;
}

/** Measures all sides in turn, after one run of each that does not count. */
export async function takeTurns<T>({ runs }: Bench, sides: readonly (() => Promise<T>)[]): Promise<Turns<T>> {
  const results = sides.map((): T[] => []);
  const nodeRuns: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const node = await timeBareNode();
    if (run > 0) nodeRuns.push(node);
    for (const [at, side] of sides.entries()) {
      const result = await side();
      if (run > 0) results[at]?.push(result);
    }
  }
  return { sides: results, nodeRuns };
}

/** Puts the canary back, runs a contender, and checks that it did its work. @throws Error if it did not */
export async function runContender({ site: { canary } }: Bench, { script, from, to }: Contender): Promise<TimedRun> {
  await canary.restore(from);
  const timed = await timeScript(script);
  const { green } = canary.weights();
  if (green !== to) throw new Error(`A script left green at ${green}% instead of ${to}%, so its time means nothing.`);
  return timed;
}
