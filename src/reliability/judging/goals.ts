import { isDeploying } from '../../steps/step.ts';
import type { ActualCanary, ActualState } from '../actual-state/actual-state.ts';
import { greenShare, hasEverywhere } from '../actual-state/entry-points.ts';
import type { StepRequest, StepUseId } from '../cases/step-uses.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import type { StepOutcome } from '../step-runs/step-order.ts';

/**
 * Checks the goal of a step that reported success.
 * @param before the actual state when the case began
 * @returns what is missing, empty when the goal is reached
 */
export function missingOf(request: StepRequest, before: ActualState, now: ActualState): readonly string[] {
  if (!before.canary && !isDeploying(request.stepUse))
    // A creation that was already running continues by itself.
    return now.stack === before.stack || before.stack?.endsWith('_IN_PROGRESS')
      ? []
      : [`the stack is in ${now.stack} but should have been left alone`];
  if (!now.canary) return ['there is no canary'];
  return [
    ...conditions[request.stepUse]({ request, before: before.canary, now: now.canary, stack: now.stack ?? '' }),
  ].flatMap(([what, holds]) => (holds ? [] : [what]));
}

/** A person who rolls back where there is no stack named the wrong one, and gets an error. */
export function saysNoStack(outcome: StepOutcome, before: ActualState): boolean {
  return before.stack === undefined && outcome.kind === 'refused' && outcome.code === 'stack-missing';
}

interface Moment {
  readonly request: StepRequest;
  /** Undefined before the first deployment. */
  readonly before: ActualCanary | undefined;
  readonly now: ActualCanary;
  readonly stack: string;
}

type Conditions = readonly (readonly [what: string, holds: boolean])[];

/** Of both steps that deploy. */
function deployed({ request, before, now, stack }: Moment): Conditions {
  return [
    ...atEvery(now, 'green has no traffic', 0),
    ['the tag says Blue', now.tag === 'Blue'],
    // Somebody else's update may have been rolled back in the meantime.
    ['the stack is at rest', /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack)],
    ['green runs the wanted version', now.green.version === request.version],
    // A first deployment's version is judged by the approvals: of two deployments, either may have been first.
    ['blue still runs its version', now.blue.version === (before?.blue ?? now.blue).version],
    ['every green task is healthy', now.green.healthy >= now.desired],
    [
      'a canary of ours names the green that was checked',
      !isOurs(now, request) || now.lock?.endsWith(now.green.taskSet) === true,
    ],
  ];
}

function untouched({ before, now }: Moment): Conditions {
  return [['everything is as it was', JSON.stringify(now) === JSON.stringify(before)]];
}

/** A Guard leaves everything as it is, or takes all traffic from a bad green and nothing else; without figures it cannot know. */
function guarded(moment: Moment): Conditions {
  const { before, now } = moment;
  const [[what, isUntouched]] = untouched(moment) as readonly [Conditions[number]];
  if (isUntouched || !now.green.version.includes('--')) return [[what, isUntouched]];
  const kept = ({ tag, lock, blue, green, taskSets }: ActualCanary) =>
    JSON.stringify([tag, lock, blue, green, taskSets]);
  return [
    ...atEvery(now, 'blue has everything', 0),
    ['the rest is as it was', before !== undefined && kept(before) === kept(now)],
    // What AWS does not let it record fails no retreat.
    ['the record says so, or nothing', now.recorded === '0' || now.recorded === before?.recorded],
    ['the tag says so as often as the record', now.isRetreated === (now.recorded === '0')],
  ];
}

const conditions: Readonly<Record<StepUseId, (moment: Moment) => Conditions>> = {
  'prepare-blue': ({ request, before, now, stack }) => [
    ...allOnBlue(now),
    ['the stack is at rest', /_COMPLETE$/.test(stack) && !stack.includes('CLEANUP')],
    ['blue runs the stable version', now.blue.version === stableOf(before)],
    ['every blue task is healthy', now.blue.healthy >= now.desired],
    ['no test rule is left', now.testRules.length === 0],
    ['this deployment holds the lock', isOurs(now, request)],
  ],
  'deploy-stack': deployed,
  'deploy-own-template': deployed,
  'add-test-rule': ({ before, now }) => [
    ['there is one test rule', now.testRules.length === 1],
    ...atEvery(now, 'the weights are as before', before),
  ],
  'shift-traffic': ({ now }) => [
    ...atEvery(now, 'green has 50 %', 50),
    ['the tag says Blue', now.tag === 'Blue'],
    ['green can serve its share', now.green.healthy >= now.desired / 2],
    // A share that AWS does not let the step record fails no shift.
    ['the record names no other share', now.recorded === undefined || now.recorded === '50'],
  ],
  'watch-once': untouched,
  'watch-minute': untouched,
  'watch-fail': untouched,
  guard: guarded,
  promote: ({ request, now }) => [
    ...atEvery(now, 'green has everything', 100),
    ['the tag says Green', now.tag === 'Green'],
    ['every green task is healthy', now.green.healthy >= now.desired],
    ['no test rule is left', now.testRules.length === 0],
    ['the lock is released', now.lock === undefined],
    ...(request.idle ? shrunk('blue', request.idle, now) : []),
  ],
  rollback: ({ request, now }) => [...allOnBlue(now), ...cleanedUp(request, now)],
  'rollback-after-failure': (moment) => retreated(moment),
};

/** A failed deployment leaves another deployment's canary alone, and a promoted version in production. */
function retreated({ request, before, now }: Moment): Conditions {
  // Deploy Stack without Prepare Blue leaves a lock without an owner.
  if (before?.lock !== undefined && !before.lock.startsWith('nobody ') && !isOurs(before, request))
    return [
      // A Rollback that cannot read the lock's owner moves traffic in the safe direction.
      [
        'the other deployment keeps its split, or blue has everything',
        atEvery(now, '', before).every(([, holds]) => holds) || hasEverywhere(now.entryPoints, 0),
      ],
      ['the other deployment keeps its lock', now.lock === before.lock],
    ];
  if (before?.tag === 'Green' && hasEverywhere(before.entryPoints, 100))
    return atEvery(now, 'green keeps everything', 100);
  return [...allOnBlue(now), ...cleanedUp(request, now)];
}

function allOnBlue(now: ActualCanary): Conditions {
  return [...atEvery(now, 'blue has everything', 0), ['the tag says Blue', now.tag === 'Blue']];
}

function cleanedUp({ idle }: StepRequest, now: ActualCanary): Conditions {
  return [
    ['no test rule is left', now.testRules.length === 0],
    ['the lock is released', now.lock === undefined],
    ...(idle ? shrunk('green', idle, now) : []),
  ];
}

/** A colour that serves nothing has the requested scale, unless a rule still leads users to it. */
function shrunk(colour: 'blue' | 'green', idle: NonNullable<StepRequest['idle']>, now: ActualCanary): Conditions {
  const scale = idle.includes(colour) ? 0 : 100;
  return [[`${colour} is scaled to ${scale} %`, now[colour].scale === scale]];
}

/** @param share green's expected share at every entry point in percent, or the canary as it was */
function atEvery({ entryPoints }: ActualCanary, what: string, share: number | ActualCanary | undefined): Conditions {
  return entryPoints.map((entryPoint) => {
    const was =
      typeof share === 'number' ? undefined : share?.entryPoints.find(({ ruleArn }) => ruleArn === entryPoint.ruleArn);
    const wanted = typeof share === 'number' ? share : greenShare((was ?? entryPoint).weights);
    return [entryPoints.length > 1 ? `${what} at ${entryPoint.name}` : what, greenShare(entryPoint.weights) === wanted];
  });
}

function stableOf(before: ActualCanary | undefined): string | undefined {
  return before?.tag === 'Green' ? before.green.version : before?.blue.version;
}

function isOurs({ lock }: ActualCanary, request: StepRequest): boolean {
  return lock?.split(' ')[0] === deploymentOwner(request.deployment).id;
}
