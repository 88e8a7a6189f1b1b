import type { Emulator } from '../../emulator/emulator.ts';
import { type ActualState, versionOf } from '../actual-state/actual-state.ts';
import type { StepOutcome } from '../step-runs/step-order.ts';

/** What a watch may end with. */
export interface WatchExpectation {
  /** Whether the stack has all of its parts. */
  readonly hasCanary: boolean;
  /** Whether green is bad, or an alarm is in ALARM because of it, as far as the watch can know. */
  readonly isHarmed: boolean;
  /** Whether the watch fails if green is worse. */
  readonly fails: boolean;
  /** What was done to it, if anything. */
  readonly fault: { readonly kind: string; readonly operation?: string } | undefined;
}

/** How many requests a colour actually got, and how many of them failed. */
interface Served {
  readonly requests: number;
  readonly errors: number;
}

/** What both colours actually served, at any time. */
export interface ServedByBoth {
  readonly blue: Served;
  readonly green: Served;
}

/** Judges how a watch ended, and whether its figures are true. @returns sentences that start with the invariant */
export function judgeWatchOutcome(outcome: StepOutcome, expected: WatchExpectation, served: ServedByBoth): string[] {
  if (outcome.kind === 'refused')
    return isExcused(outcome.code, expected)
      ? []
      : [`I6: Watch ended with ${outcome.code} (${outcome.message}), but it must report what it can`];
  if (outcome.kind !== 'done') return [];
  const mustFail = expected.fails && expected.isHarmed && expected.fault === undefined;
  return [
    ...(mustFail ? ['I6: Watch succeeded, although green is worse and it must fail then'] : []),
    ...judgeFigures(outcome.outputs, expected, served),
  ];
}

/** Only failures that every step has: no stack, no credentials, no permission to read the canary itself. */
function isExcused(code: string, { hasCanary, isHarmed, fails, fault }: WatchExpectation): boolean {
  switch (code) {
    case 'stack-missing':
    case 'canary-not-found':
      return !hasCanary;
    case 'green-worse':
      return fails && isHarmed;
    case 'aws-credentials':
      return fault?.kind === 'expired-credentials';
    case 'aws-access-denied':
      return fault?.kind === 'access-denied' && !dispensable.has(fault.operation ?? '');
    default:
      return false;
  }
}

/** What a card can do without. */
const dispensable: ReadonlySet<string> = new Set(['GetMetricData', 'DescribeAlarms', 'DescribeTaskDefinition']);

type Outputs = Extract<StepOutcome, { kind: 'done' }>['outputs'];

function judgeFigures(outputs: Outputs, { isHarmed }: WatchExpectation, served: ServedByBoth): readonly string[] {
  const { Verdict = '', Summary = '', Evidence = '' } = outputs;
  const isKnown = /^(Worse|NoWorse|Better|CannotTell|NoEvidence)$/.test(Verdict);
  const told: unknown = JSON.parse(Evidence).verdict;
  return [
    ...(isKnown ? [] : [`I6: Watch gave the verdict "${Verdict}"`]),
    ...(told === Verdict ? [] : [`I6: Watch gave the verdict ${Verdict}, but its evidence says ${told}`]),
    ...(Verdict === 'Worse' && !isHarmed ? [`I6: Watch called an equally good green worse: ${Summary}`] : []),
    ...(Summary.length > 0 && Summary.length < 3000
      ? []
      : [`I6: Watch gave a summary of ${Summary.length} characters`]),
    ...judgeColour('Blue', outputs, served.blue),
    ...judgeColour('Green', outputs, served.green),
  ];
}

/** Either both figures are blank, or there were at least as many requests and errors as they say. */
function judgeColour(colour: 'Blue' | 'Green', outputs: Outputs, served: Served): readonly string[] {
  const { [`Requests${colour}`]: requests = '', [`Errors${colour}`]: errors = '' } = outputs;
  const isMeasured = requests !== '' && errors !== '' && Number(requests) > 0;
  const isTrue = isMeasured && Number(requests) <= served.requests && Number(errors) <= served.errors + mostAtOnce;
  if (isTrue || (requests === '' && errors === '')) return [];
  const really = `it had ${served.requests} and ${served.errors}`;
  return [`I6: Watch gave ${colour} "${requests}" requests and "${errors}" errors, but ${really}`];
}

/** How many connections users have: requests in flight at the end of a minute look unanswered, because emulated time outruns answers. */
const mostAtOnce = 8;

/** What both colours of a canary have actually served. */
export function readServed({ world, traffic }: Emulator, { canary }: ActualState): ServedByBoth {
  const answered = traffic().flatMap(({ taskDefinitionArn: arn, status }) =>
    arn === undefined ? [] : [{ version: versionOf(world, arn), status }],
  );
  const countOf = (wanted: string | undefined): Served => {
    const own = answered.filter(({ version }) => version === wanted);
    return { requests: own.length, errors: own.filter(({ status }) => status >= 500).length };
  };
  return { blue: countOf(canary?.blue.version), green: countOf(canary?.green.version) };
}

/** Finds calls that would change something, carried out or not. @param from how many calls came before those to judge */
export function findWriteCalls({ calls }: Pick<Emulator, 'calls'>, from: number): readonly string[] {
  const made = calls()
    .slice(from)
    .map(({ operation }) => operation);
  const writes = new Set(made.filter((operation) => !/^(Describe|List|Get)/.test(operation)));
  return [...writes].map((operation) => `I5: Watch called ${operation}, but it changes nothing`);
}
