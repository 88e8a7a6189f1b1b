import fc from 'fast-check';
import type { FaultKind } from '../../emulator/faults.ts';
import type { Act, Gate, InjectedFault, Lane, Opening, Play } from './sequence.ts';

/** Any play of up to so many acts; most acts let a canary get further, so that drift and harm meet it everywhere. */
export function plays(mostActs: number): fc.Arbitrary<Play> {
  return fc.record({
    opening: fc.constantFrom<Opening[]>(...openings),
    acts: fc.array(act(), { minLength: 1, maxLength: mostActs, size: 'max' }),
  });
}

/** Most canaries are not the first one. */
const openings: readonly Opening[] = [
  ...Array(4).fill('stable-blue'),
  ...Array(4).fill('stable-green'),
  ...Array(4).fill('several-doors'),
  'first',
];

function act(): fc.Arbitrary<Act> {
  return fc.oneof(
    { weight: 20, arbitrary: goOn() },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('again'), lane: lane(), injectedFault: injectedFault() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('together'), gate: gate(), seed: fc.nat(999) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), lane: lane() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('runbook'), injectedFault: injectedFault() }) },
    { weight: 2, arbitrary: release() },
    { weight: 7, arbitrary: drift() },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('time'), seconds: fc.integer({ min: 1, max: 60 }) }) },
  );
}

function goOn(): fc.Arbitrary<Act> {
  return fc.record({ kind: fc.constant('go-on'), lane: lane(), gate: gate(), injectedFault: injectedFault() });
}

function release(): fc.Arbitrary<Act> {
  const rarely = fc.integer({ min: 0, max: 3 }).map((throwOfFour) => throwOfFour === 3);
  return fc.record({ kind: fc.constant('release'), lane: lane(), bad: rarely, takeOver: fc.boolean() });
}

/** What somebody does by hand in the console. */
function drift(): fc.Arbitrary<Act> {
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
    { weight: 1, arbitrary: fc.constant({ kind: 'unmark' }) },
  );
}

/** One door, or all of them. */
function entryPoint(): fc.Arbitrary<number | undefined> {
  return fc.constantFrom(undefined, 0, 1, 2);
}

/** The first lane is the usual one, the second the deployment that comes in between. */
function lane(): fc.Arbitrary<Lane> {
  return fc.constantFrom(0, 0, 0, 1);
}

function gate(): fc.Arbitrary<Gate> {
  const plain = fc.constant({ proceed: true, note: '' });
  const noted = fc.record({
    proceed: fc.boolean(),
    note: fc.oneof(
      fc.constantFrom('looks good', '/hold', '/rollback too slow', '/wieght 80', '/weight 100', '/weight 0'),
      fc.integer({ min: 0, max: 1000 }).map((tenths) => `/weight ${tenths / 10}`),
    ),
  });
  return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: noted });
}

function injectedFault(): fc.Arbitrary<InjectedFault> {
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

function fault(): fc.Arbitrary<InjectedFault> {
  const some = (kinds: readonly FaultKind[], operations: readonly string[]): fc.Arbitrary<InjectedFault> =>
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

/** Nobody can see through reads that stay old, and calls that hang cost a second each. */
function once(injectedFault: InjectedFault): InjectedFault {
  return injectedFault.kind === 'fault' ? { ...injectedFault, times: 1 } : injectedFault;
}
