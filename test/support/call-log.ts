import type { Aws } from '../../src/aws/aws.ts';
import { interceptAws } from '../../src/aws/intercept.ts';
import type { CallRecord } from '../../src/emulator/calls.ts';

/** One call of the `Aws` port as text, with its arguments: `ecs.describeService ["cluster","arn"]`. */
export type PortCall = string;

type Around = <T>(call: PortCall, carryOut: () => Promise<T>) => Promise<T>;

/** Wraps every call of an `Aws` with `around`. */
export function wrapAws(aws: Aws, around: Around): Aws {
  return interceptAws(aws, (carryOut, { service, method, input }) =>
    around(`${service}.${method} ${JSON.stringify(input)}`, carryOut),
  );
}

/**
 * Groups calls into round trips: calls are held back until the step makes no more, and are answered together,
 * so that a call that needs another's answer always falls into a later wave, however fast either is.
 */
export function countWaves(waves: PortCall[][]): (aws: Aws) => Aws {
  let held: { readonly call: PortCall; readonly carryOut: () => Promise<() => void> }[] = [];
  const flush = async (): Promise<void> => {
    const wave = held;
    held = [];
    waves.push(wave.map(({ call }) => call));
    const answers = await Promise.all(wave.map(({ carryOut }) => carryOut()));
    for (const answer of answers) answer();
  };
  return (aws) =>
    wrapAws(
      aws,
      (call, carryOut) =>
        new Promise((resolve, reject) => {
          if (held.length === 0) setImmediate(() => void flush());
          held.push({
            call,
            carryOut: () =>
              carryOut().then(
                (value) => () => resolve(value),
                (error: unknown) => () => reject(error),
              ),
          });
        }),
    );
}

/** A run's writes in order, without those of the lock, the record of shares and the ledger alone, which have their own tests. */
export function writesOf(run: {
  readonly calls: readonly string[];
  readonly records: readonly CallRecord[];
}): readonly string[] {
  return run.records.filter((record) => isWriteRecord(record) && !isMark(record)).map(({ operation }) => operation);
}

function isWriteRecord({ operation }: CallRecord): boolean {
  return !/^(Describe|List|Get)/.test(operation);
}

function isMark({ input }: CallRecord): boolean {
  const { tags = [] } = (input ?? {}) as { readonly tags?: readonly { readonly key?: string }[] };
  const isLedger = tags.length > 0 && tags.every(({ key = '' }) => key.startsWith('EcsCanaryLog'));
  const isShares = tags.some(({ key }) => key === 'EcsCanaryShares') && tags.every(({ key }) => key !== 'StableStack');
  return isLedger || isShares || /EcsCanaryTakenBy/.test(JSON.stringify(input ?? {}));
}

/** Calls that changed something: neither reads, nor writes that AWS refused or found nothing to do for. */
export function writesAmong(calls: readonly CallRecord[]): readonly string[] {
  return calls
    .filter(({ operation, outcome }) => outcome === 'ok' && !/^(Describe|List|Get)/.test(operation))
    .map(({ operation }) => operation);
}
