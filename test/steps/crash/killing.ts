import type { Aws } from '../../../src/aws/aws.ts';
import { type AwsCall, interceptAws } from '../../../src/aws/intercept.ts';

/** What a killed process leaves behind: no error of the step's own, just an end. */
export class Killed extends Error {}

/** One call that a run made. */
export interface MadeCall {
  readonly method: string;
  readonly argument: unknown;
  readonly result?: unknown;
}

/** The moment at which a run dies. */
export interface Moment {
  /** How many writes the run had made. */
  readonly writes: number;
  readonly method: string;
  /** Which call of that method since the last write, from 1. */
  readonly occurrence: number;
  readonly when: 'before' | 'after';
}

export const writingMethods = [
  'createStack',
  'updateStack',
  'deleteStack',
  'cancelUpdate',
  'scaleTaskSet',
  'tagStable',
  'acquireLock',
  'releaseLock',
  'modifyActions',
  'createRule',
  'deleteRule',
];

/** Watches every call that passes, and ends the run at the given moment; after it nothing passes any more. */
export function watch(record: MadeCall[], moment?: Moment): { between: (aws: Aws) => Aws; reached: () => boolean } {
  let dead = false;
  let writes = 0;
  let seen = new Map<string, number>();
  const call = async <T>(run: () => Promise<T>, { method, input: argument }: AwsCall): Promise<T> => {
    if (dead) throw new Killed();
    const occurrence = (seen.get(method) ?? 0) + 1;
    seen.set(method, occurrence);
    const here = moment?.method === method && moment.occurrence === occurrence && moment.writes === writes;
    if (here && moment.when === 'before') {
      dead = true;
      throw new Killed();
    }
    if (writingMethods.includes(method)) {
      writes += 1;
      seen = new Map();
    }
    const result = await run();
    record.push({ method, argument, result });
    if (here) dead = true;
    if (dead) throw new Killed();
    return result;
  };
  return {
    between: (aws) => interceptAws(aws, call),
    reached: () => dead,
  };
}

/**
 * The moments of an undisturbed run: before every call, and after every write. A step keeps nothing outside AWS,
 * so dying after a read is dying before the next call.
 * @param reads which reads count; those between two writes differ only by the time that passes
 */
export function momentsOf(record: readonly MadeCall[], reads: (method: string) => boolean = () => true): Moment[] {
  const moments: Moment[] = [];
  let writes = 0;
  let seen = new Map<string, number>();
  for (const { method } of record) {
    const occurrence = (seen.get(method) ?? 0) + 1;
    seen.set(method, occurrence);
    const writing = writingMethods.includes(method);
    if (writing || reads(method)) moments.push({ writes, method, occurrence, when: 'before' });
    if (writing) {
      moments.push({ writes, method, occurrence, when: 'after' });
      writes += 1;
      seen = new Map();
    }
  }
  return moments;
}

/** The writes that say what a canary is, in order; who works on it is noted beside them. */
export function writesOf(record: readonly MadeCall[]): readonly string[] {
  const methods = record.map(({ method }) => method);
  return methods.filter((method) => writingMethods.includes(method) && !/Lock$/.test(method));
}

export function describeMoment({ writes, method, occurrence, when }: Moment): string {
  return `${when} ${method} #${occurrence} after ${writes} writes`;
}
