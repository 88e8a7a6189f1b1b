import { behaviours, readBehaviourValue } from '../emulator/ecs/behaviours.ts';
import type { ManualStep, ProcessDefinition } from '../octopus/process/definition.ts';
import type { Verdict } from '../steps/watch/assessment.ts';
import type { Stage } from './canary-watch.ts';
import type { ApprovalDecision, ApprovalQuestion } from './deployment.ts';
import type { NightPlan } from './night.ts';
import { isOfUsers, userBehaviours } from './user-behaviours.ts';

/** What a rehearsal should do. */
export interface RehearsalOptions {
  /** Emulated seconds in one real second. */
  readonly timeScale: number;
  /** Requests that users start in one real second. */
  readonly requestsPerSecond: number;
  /** Answers to measure after each step. */
  readonly sample: number;
  /** Green's share at each shift, in percent. */
  readonly weights: readonly number[];
  /** Whether Watch Canary runs after each shift. */
  readonly watch: boolean;
  /** Name or slug of the manual intervention at which the third release is aborted. */
  readonly abortAt: string | undefined;
  /** How the new version misbehaves, as the emulator names it, and how users behave. */
  readonly behaviours: readonly string[];
  /** The last watch has to give one of these verdicts; by default, any will do. */
  readonly assertVerdict?: readonly Verdict[];
  /** The night for which the first approval after a shift waits; undefined without one. */
  readonly night?: NightPlan | undefined;
  /** Text of the operator's own template. */
  readonly template: string | undefined;
  /** Step parameters that replace the rehearsal's. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Asks a person; undefined when the rehearsal runs alone. */
  readonly ask: ((question: ApprovalQuestion, seen: Stage | undefined) => Promise<ApprovalDecision>) | undefined;
}

/** How a release should end; `decided` leaves it to the person who approves. */
export type Expectation = 'promoted' | 'rolled back' | 'decided';

/** One release of the rehearsal. */
export interface PlannedRelease {
  readonly number: string;
  readonly story: string;
  readonly expectation: Expectation;
  /** Slug of the manual intervention to abort at. */
  readonly abortAt: string | undefined;
  /** The night, and the slug of the manual intervention that waits for its end. */
  readonly night?: (NightPlan & { readonly approval: string }) | undefined;
  /** Suffix of the image's tag that tells the emulator how the version behaves. */
  readonly imageSuffix: string;
  /** Whether users may see errors, which only a failing new version may cause. */
  readonly errorsAllowed: boolean;
  /** Whether the version misbehaves, so that steps may fail because of it. */
  readonly isUnsound: boolean;
}

/** The releases a rehearsal deploys, one after the other. */
export function planReleases(options: RehearsalOptions, process: ProcessDefinition): readonly PlannedRelease[] {
  const attended = options.ask !== undefined;
  const first = release('1.0.0', 'the first deployment', 'promoted');
  const waiting = findApproval(process, undefined)?.slug;
  const night = options.night && waiting !== undefined ? { ...options.night, approval: waiting } : undefined;
  if (options.behaviours.length > 0 || night) {
    // A Guard ends a lease however good the version is.
    const isLeased = night !== undefined && (options.parameters['EcsCanary.LeaseMinutes'] ?? '') !== '';
    const expectation = attended || isLeased ? 'decided' : expectationOf(options.behaviours);
    // The emulator reads behaviours from the image's tag, where "=" and "%" cannot stand.
    const imageSuffix = options.behaviours
      .filter((behaviour) => !isOfUsers(behaviour))
      .map((behaviour) => `--${behaviour.replace('=', '_').replace('%', 'pct')}`)
      .join('');
    return [
      first,
      {
        ...release('1.1.0', tellStory(options), expectation),
        night,
        imageSuffix,
        errorsAllowed: options.behaviours.some(causesErrors),
        isUnsound: options.behaviours.some((behaviour) => effectOf(behaviour) !== 'harmless'),
      },
    ];
  }
  const abortAt = findApproval(process, options.abortAt)?.slug;
  if (attended)
    return [
      first,
      release('1.1.0', 'a canary on which you decide', 'decided'),
      release('1.2.0', 'another one: abort it, for example, to see the rollback', 'decided'),
      release('1.3.0', 'and one after that', 'decided'),
    ];
  return [
    first,
    release('1.1.0', 'a canary that is promoted', 'promoted'),
    { ...release('1.2.0', 'a canary that is aborted', 'rolled back'), abortAt },
    release('1.3.0', 'a canary after the abort', 'promoted'),
  ];
}

/** The manual intervention of that name or slug; without one, the first that comes after a shift. */
export function findApproval(process: ProcessDefinition, nameOrSlug: string | undefined): ManualStep | undefined {
  const interventions = process.steps.filter((step): step is ManualStep => step.kind === 'manual');
  if (nameOrSlug === undefined) return interventions[1] ?? interventions[0];
  const wanted = nameOrSlug.toLowerCase();
  return interventions.find(({ name, slug }) => name.toLowerCase() === wanted || slug === wanted);
}

function tellStory({ behaviours, night }: RehearsalOptions): string {
  const [ofUsers, ofVersion] = [behaviours.filter(isOfUsers), behaviours.filter((each) => !isOfUsers(each))];
  const version = ofVersion.length === 0 ? 'a sound new version' : `a new version with ${ofVersion.join(', ')}`;
  const users = ofUsers.map((each) => userBehaviours.find(({ name }) => name === each)?.story ?? each);
  return [version, ...users, ...(night ? ['which waits overnight'] : [])].join(', ');
}

function expectationOf(behaviours: readonly string[]): Expectation {
  const effects = behaviours.map(effectOf);
  if (effects.includes('harmful')) return 'rolled back';
  return effects.includes('judged') ? 'decided' : 'promoted';
}

/** What a behaviour leads to: a promotion, a rollback, or whatever the watch's figures show. */
type Effect = 'harmless' | 'harmful' | 'judged';

/** Finding slowness takes figures of enough minutes, and finding a low error rate takes enough requests. */
function effectOf(behaviour: string): Effect {
  const name = nameOf(behaviour);
  if (name === 'slow-start' || isOfUsers(name)) return 'harmless';
  if (name === 'error-rate') return errorRateOf(behaviour) >= surelyFound ? 'harmful' : 'judged';
  return isSlowness(name) || name === 'slow-leak' ? 'judged' : 'harmful';
}

/** A rehearsal has enough requests to find this error rate; whether it finds a lower one depends on the machine. */
const surelyFound = 0.02;

function causesErrors(behaviour: string): boolean {
  return effectOf(behaviour) !== 'harmless' && !isSlowness(nameOf(behaviour));
}

function isSlowness(name: string): boolean {
  return name === 'latency' || name === 'latency-doubled';
}

function errorRateOf(behaviour: string): number {
  const known = behaviours.find(({ name }) => name === nameOf(behaviour));
  return (known && readBehaviourValue(known, behaviour.split('=')[1])) ?? 0;
}

function nameOf(behaviour: string): string {
  return behaviour.split('=')[0] ?? behaviour;
}

function release(number: string, story: string, expectation: Expectation): PlannedRelease {
  return { number, story, expectation, abortAt: undefined, imageSuffix: '', errorsAllowed: false, isUnsound: false };
}
