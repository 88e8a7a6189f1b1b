import { type AwsCall, interceptAws } from '../../src/aws/intercept.ts';
import type { KillPoint } from '../../src/reliability/step-runs/in-process-kill.ts';
import type { AwsWrapper } from '../../src/reliability/step-runs/step-order.ts';

/** The call at which a run is killed. */
export interface CallPoint {
  /** How many writes the run had made. */
  readonly writes: number;
  readonly method: string;
  /** Which call of that method since the last write, from 1. */
  readonly occurrence: number;
  readonly when: 'before' | 'after';
}

const writingMethods = [
  'createStack',
  'updateStack',
  'deleteStack',
  'cancelUpdate',
  'scaleTaskSet',
  'tagStable',
  'acquireLock',
  'releaseLock',
  'record',
  'modifyActions',
  'createRule',
  'deleteRule',
];

/** Whether a method of the `Aws` port changes something. */
export function isWrite(method: string): boolean {
  return writingMethods.includes(method);
}

/** Records every call that took effect. */
export function recordCalls(calls: AwsCall[]): AwsWrapper {
  return (aws) =>
    interceptAws(aws, async (carryOut, call) => {
      const answer = await carryOut();
      calls.push(call);
      return answer;
    });
}

/** Kills a run at that call. */
export function killAt(point: CallPoint): KillPoint {
  const count = createCounter();
  return ({ method }) => {
    const { writes, occurrence } = count(method);
    const isHere = point.method === method && point.occurrence === occurrence && point.writes === writes;
    return isHere ? point.when : undefined;
  };
}

/**
 * The points of an undisturbed run: before every call, and after every write. A step keeps nothing outside AWS,
 * so a kill after a read equals a kill before the next call.
 * @param reads which reads count; those between two writes differ only by the time that passes
 */
export function callPointsOf(
  calls: readonly AwsCall[],
  reads: (method: string) => boolean = () => true,
): readonly CallPoint[] {
  const count = createCounter();
  return calls.flatMap(({ method }): readonly CallPoint[] => {
    const point = { ...count(method), method };
    if (isWrite(method))
      return [
        { ...point, when: 'before' },
        { ...point, when: 'after' },
      ];
    return reads(method) ? [{ ...point, when: 'before' }] : [];
  });
}

/** The writes that change a canary, in order, without those of the lock. */
export function canaryWritesIn(calls: readonly AwsCall[]): readonly string[] {
  return calls.map(({ method }) => method).filter((method) => isWrite(method) && !/Lock$/.test(method));
}

/** A description for test messages. */
export function describePoint({ writes, method, occurrence, when }: CallPoint): string {
  return `${when} ${method} #${occurrence} after ${writes} writes`;
}

function createCounter(): (method: string) => Pick<CallPoint, 'writes' | 'occurrence'> {
  let writes = 0;
  let seen = new Map<string, number>();
  return (method) => {
    const counted = { writes, occurrence: (seen.get(method) ?? 0) + 1 };
    seen.set(method, counted.occurrence);
    if (isWrite(method)) {
      writes += 1;
      seen = new Map();
    }
    return counted;
  };
}
