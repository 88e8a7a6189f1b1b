import fc from 'fast-check';
import type { FaultKind } from '../../emulator/faults.ts';
import type { Action, Intervention, Sequence, SequenceFault, Slot, Start } from './sequence.ts';

/** Any sequence of up to that many actions; most advance a canary, so that drift and faults occur at every stage. */
export function sequenceArbitrary(maxActions: number): fc.Arbitrary<Sequence> {
  return fc.record({
    start: fc.constantFrom<Start[]>(...starts),
    actions: fc.array(action(), { minLength: 1, maxLength: maxActions, size: 'max' }),
  });
}

/** Most canaries start with a deployed stack. */
const starts: readonly Start[] = [
  ...Array(4).fill('stable-blue'),
  ...Array(4).fill('stable-green'),
  ...Array(4).fill('several-entry-points'),
  'first',
];

function action(): fc.Arbitrary<Action> {
  return fc.oneof(
    { weight: 20, arbitrary: nextStep() },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('repeat-step'), slot: slot(), injectedFault: injectedFault() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('concurrent-steps'), intervention: intervention(), seed: fc.nat(999) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), slot: slot() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('runbook'), injectedFault: injectedFault() }) },
    { weight: 2, arbitrary: release() },
    { weight: 4, arbitrary: watch() },
    { weight: 3, arbitrary: guard() },
    { weight: 7, arbitrary: drift() },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time'), seconds: fc.integer({ min: 1, max: 60 }) }) },
  );
}

function nextStep(): fc.Arbitrary<Action> {
  return fc.record({
    kind: fc.constant('next-step'),
    slot: slot(),
    intervention: intervention(),
    injectedFault: injectedFault(),
  });
}

function release(): fc.Arbitrary<Action> {
  const rarely = fc.integer({ min: 0, max: 3 }).map((value) => value === 3);
  return fc.record({ kind: fc.constant('release'), slot: slot(), bad: rarely, takeOver: fc.boolean() });
}

function watch(): fc.Arbitrary<Action> {
  return fc.record({
    kind: fc.constant('watch'),
    minutes: fc.constantFrom(0, 0, 1),
    beside: fc.boolean(),
    injectedFault: fc.oneof(injectedFault(), cloudWatchFault()),
  });
}

function guard(): fc.Arbitrary<Action> {
  return fc.record({
    kind: fc.constant('guard'),
    minutes: fc.constantFrom(0, 0, 1),
    injectedFault: fc.oneof(injectedFault(), cloudWatchFault()),
  });
}

/** What an operator does in the console. */
function drift(): fc.Arbitrary<Action> {
  const weights = {
    kind: fc.constant('weights'),
    green: fc.constantFrom(0, 5, 33, 50, 100),
    entryPoint: entryPoint(),
  } as const;
  const tag = { kind: fc.constant('tag'), value: fc.constantFrom('Blue', 'Green', 'Purple', 'remove') } as const;
  const colour = fc.constantFrom('blue', 'green');
  const scale = { kind: fc.constant('scale'), colour, percent: fc.constantFrom(0, 50, 100) } as const;
  return fc.oneof(
    { weight: 3, arbitrary: fc.record(weights) },
    { weight: 3, arbitrary: fc.record(tag) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('stack'), fails: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record(scale) },
    { weight: 1, arbitrary: fc.constant({ kind: 'orphan' }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'remove-lock' }) },
  );
}

/** One entry point, or all of them. */
function entryPoint(): fc.Arbitrary<number | undefined> {
  return fc.constantFrom(undefined, 0, 1, 2);
}

/** Usually the first slot; the second is a deployment that interferes. */
function slot(): fc.Arbitrary<Slot> {
  return fc.constantFrom(0, 0, 0, 1);
}

function intervention(): fc.Arbitrary<Intervention> {
  const plain = fc.constant({ proceed: true, note: '' });
  const noted = fc.record({
    proceed: fc.boolean(),
    note: fc.oneof(
      fc.constantFrom(
        'looks good',
        '/hold',
        '/rollback too slow',
        '/wieght 80',
        '/weight 100',
        '/weight 0',
        '/weight 25!',
        '/weight 100!',
      ),
      fc.integer({ min: 0, max: 1000 }).map((tenths) => `/weight ${tenths / 10}`),
    ),
  });
  return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: noted });
}

function injectedFault(): fc.Arbitrary<SequenceFault> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({ kind: 'none' } as const) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('kill'),
        when: fc.constantFrom('before', 'after'),
        call: fc.integer({ min: 1, max: 40 }),
      }),
    },
    { weight: 3, arbitrary: fault() },
  );
}

const reads = ['DescribeServices', 'DescribeRules', 'DescribeTargetHealth', 'DescribeStacks', 'ListTasks'];
const writes = [
  'ModifyRule',
  'ModifyListener',
  'TagResource',
  'UntagResource',
  'UpdateStack',
  'UpdateTaskSet',
  'DeleteRule',
];

function fault(): fc.Arbitrary<SequenceFault> {
  const some = (kinds: readonly FaultKind[], operations: readonly string[]): fc.Arbitrary<SequenceFault> =>
    fc
      .record({
        fault: fc.constantFrom(...kinds),
        operation: fc.constantFrom(undefined, ...operations),
        occurrence: fc.integer({ min: 1, max: 4 }),
        times: fc.integer({ min: 1, max: 4 }),
        late: fc.integer({ min: 0, max: 20 }),
      })
      .map(({ operation, late, ...rest }) =>
        operation === undefined
          ? { kind: 'fault', ...rest, occurrence: rest.occurrence + late }
          : { kind: 'fault', ...rest, operation },
      );
  return fc.oneof(
    { weight: 4, arbitrary: some(['throttle', 'internal-error', 'unavailable', 'slow'], [...reads, ...writes]) },
    { weight: 4, arbitrary: some(['reset-before', 'reset-after'], writes) },
    { weight: 2, arbitrary: some(['access-denied', 'expired-credentials'], [...reads, ...writes]) },
    { weight: 2, arbitrary: some(['stale-read'], reads).map(once) },
    { weight: 1, arbitrary: some(['hang-before', 'hang-after'], writes).map(once) },
  );
}

function cloudWatchFault(): fc.Arbitrary<SequenceFault> {
  const kinds: readonly FaultKind[] = ['throttle', 'unavailable', 'reset-before', 'access-denied', 'slow'];
  const both = fc.record({
    kind: fc.constant('fault'),
    fault: fc.constantFrom(...kinds),
    operation: fc.constantFrom('GetMetricData', 'DescribeAlarms'),
    occurrence: fc.integer({ min: 1, max: 3 }),
    times: fc.constantFrom(1, 7, 20),
  });
  const part = { kind: 'fault', fault: 'partial-data', operation: 'GetMetricData', occurrence: 1, times: 20 } as const;
  return fc.oneof({ weight: 5, arbitrary: both }, { weight: 1, arbitrary: fc.constant(part) });
}

/** Endless stale reads are undetectable, and each hanging call costs a second. */
function once(injectedFault: SequenceFault): SequenceFault {
  return injectedFault.kind === 'fault' ? { ...injectedFault, times: 1 } : injectedFault;
}
