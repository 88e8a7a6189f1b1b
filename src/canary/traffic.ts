import { findAllRulesToBlue, findBypassRules, findUserRulesToBlue, type KnownRules } from './bypass-rules.ts';
import { type Colour, parseColour, stableTagKey } from './colour.ts';
import { type ColourGroups, foreignGroups, isDefaultAction, type ListenerRule } from './listener-rule.ts';
import { isUnlocked } from './lock.ts';
import { OperatorError } from './operator-error.ts';
import {
  commandsToMove,
  describeShares,
  mostGreen,
  type ProductionRule,
  productionRulesOf,
} from './production-rules.ts';
import { regionOf } from './region-option.ts';
import {
  healthyTargets,
  type Service,
  shortTaskDefinition,
  strayTaskSets,
  type Target,
  type TaskSet,
} from './service.ts';
import { stackCondition } from './stack-status.ts';
import { knownRules } from './test-listener.ts';
import { allGreen } from './weights.ts';

/** One colour as it is now. */
export interface Side {
  readonly colour: Colour;
  readonly taskSet: TaskSet;
  readonly targets: readonly Target[];
  readonly healthy: number;
}

/** Everything that decides where traffic may go. */
export interface Traffic {
  readonly stackName: string;
  readonly stackStatus: string;
  readonly cluster: string;
  /** The production rules with their weights, in the order in which they are written; at least one. */
  readonly productionRules: readonly ProductionRule[];
  /** Other rules of their listeners, or of the stack's other listeners, through which users reach green. */
  readonly bypassRules: readonly ListenerRule[];
  /** Such rules that send users to blue. */
  readonly rulesToBlue: readonly ListenerRule[];
  /** The same, with rules that match only some requests, such as those with a header. */
  readonly waysToBlue: readonly ListenerRule[];
  readonly groups: ColourGroups;
  readonly known: KnownRules;
  readonly service: Service;
  /** What the StableStack tag says, or undefined when it says neither colour. */
  readonly stable: Colour | undefined;
  readonly blue: Side;
  readonly green: Side;
}

/** What was read from AWS, before it is put together. */
export interface TrafficReadings {
  readonly stackName: string;
  readonly stackStatus: string;
  readonly address: {
    readonly cluster: string;
    readonly groups: ColourGroups;
    readonly blueTaskSet: string;
    readonly greenTaskSet: string;
    readonly testListeners: readonly string[];
    readonly names: Readonly<Record<string, string>>;
  };
  readonly production: readonly ListenerRule[];
  /** Every rule of their listeners and of the stack's other listeners. */
  readonly rules: readonly ListenerRule[];
  readonly service: Service;
  readonly blueTargets: readonly Target[];
  readonly greenTargets: readonly Target[];
}

/** Puts the readings together. @throws OperatorError `canary-not-found` when a task set of the stack is gone */
export function assembleTraffic(readings: TrafficReadings): Traffic {
  const { address, production, rules, service } = readings;
  const known = knownRules(rules, production, address);
  return {
    stackName: readings.stackName,
    stackStatus: readings.stackStatus,
    cluster: address.cluster,
    productionRules: productionRulesOf(production, address.groups, address.names),
    bypassRules: findBypassRules(rules, known),
    rulesToBlue: findUserRulesToBlue(rules, known),
    waysToBlue: findAllRulesToBlue(rules, known),
    groups: address.groups,
    known,
    service,
    stable: parseColour(service.tags[stableTagKey]),
    blue: side('Blue', service, address.blueTaskSet, readings.blueTargets),
    green: side('Green', service, address.greenTaskSet, readings.greenTargets),
  };
}

/** Refuses when a production rule also forwards to a group that is neither colour: green's share would be wrong. */
export function refuseForeignGroups({ productionRules, groups }: Pick<Traffic, 'productionRules' | 'groups'>): void {
  const fed = productionRules.flatMap(({ rule }) => foreignGroups(rule, groups).map((arn) => ({ rule, arn })));
  if (fed.length === 0) return;
  const list = fed
    .map(
      ({ rule, arn }) =>
        `${isDefaultAction(rule) ? 'The default action' : 'The listener rule'} ${rule.arn} also sends traffic to ${arn}`,
    )
    .join('. ');
  throw new OperatorError(
    'foreign-target-group',
    `${list}, so the shares of blue and green would be wrong.`,
    'Set the weight of each such target group to 0 (or remove it from the rule) and run the step again.',
  );
}

/** Whether a colour's task set serves from its colour's group. */
export function isAtHome({ colour, taskSet }: Side, { blue, green }: ColourGroups): boolean {
  return taskSet.targetGroupArns.includes(colour === 'Blue' ? blue : green);
}

/** Refuses when a task set is not in its colour's group: the weights would not decide who gets it. */
export function refuseForeignRegistration({ blue, green, groups }: Pick<Traffic, 'blue' | 'green' | 'groups'>): void {
  const strays = [blue, green].filter((side) => !isAtHome(side, groups));
  if (strays.length === 0) return;
  const list = strays.map(({ colour, taskSet }) => {
    const name = colour.toLowerCase();
    const found = taskSet.targetGroupArns.join(', ') || 'no target group';
    return `The ${name} task set ${taskSet.id} registers with ${found}, not with the ${name} target group.`;
  });
  throw new OperatorError(
    'foreign-target-group',
    list.join(' '),
    strays.includes(blue)
      ? 'Correct the outputs BlueTargetGroup and GreenTargetGroup. Or, if the LoadBalancers of a task set are wrong, correct them, delete the stack and deploy again.'
      : 'Correct the LoadBalancers of the green task set in the template, or the output GreenTargetGroup, and deploy again.',
  );
}

/**
 * Refuses when another task set serves from a colour's target group.
 * @param launches whether the stack is about to launch a task set, for which others may leave no room
 */
export function refuseStrayTaskSets(traffic: Traffic, launches = false): void {
  const known = [traffic.blue.taskSet.id, traffic.green.taskSet.id];
  const full = launches && traffic.service.taskSets.length >= mostTaskSets;
  const strays = strayTaskSets(traffic.service, full ? undefined : traffic.groups, known);
  if (strays.length === 0) return;
  const list = strays.map((stray) => `${stray.id} (${stray.taskDefinition})`).join(', ');
  const commands = strays.map(
    (stray) =>
      `aws ecs delete-task-set --cluster ${traffic.cluster} --service ${traffic.service.name} --task-set ${stray.id} --force ${regionOf(traffic.service.arn)}`,
  );
  const harm = full ? `use up the ${mostTaskSets} that ECS allows` : 'get traffic from its target groups';
  throw new OperatorError(
    'stray-task-set',
    `The service ${traffic.service.name} has task sets that are not part of the stack and ${harm}: ${list}.`,
    `They are usually left over from a stack update whose clean-up failed. Check them, then delete them: ${commands.join(' ; ')}`,
  );
}

/** AWS's quota, which cannot be raised; task sets that are being deleted count. */
const mostTaskSets = 5;

/** Refuses while the stack is changing: green must be the version that was deployed and checked. */
export function refuseBusyStack(traffic: Traffic): void {
  const condition = stackCondition(traffic.stackStatus);
  if (condition.kind === 'settled') return;
  throw new OperatorError(
    'stack-busy',
    `The stack ${traffic.stackName} is in ${traffic.stackStatus}, so the version on green is not final. Green got no more traffic.`,
    'Wait until the stack is complete again (if it is stuck, Prepare Blue gives the command) and check what changed. If this deployment did not change it, run Prepare Blue and Deploy Stack first.',
  );
}

/**
 * Refuses to shift what a first deployment leaves: no lock of Prepare Blue, no traffic on green, and one version on
 * both colours. The run condition that should skip the step may be wrong, so AWS is asked.
 */
export function refuseNothingToShift({ service, blue, green, productionRules }: Traffic): void {
  const { taskDefinition } = blue.taskSet;
  const isUntouched = isUnlocked(service) && mostGreen(productionRules) === 0;
  if (!isUntouched || taskDefinition !== green.taskSet.taskDefinition) return;
  throw new OperatorError(
    'nothing-to-shift',
    `Nothing to shift: blue and green run the same version, ${shortTaskDefinition(taskDefinition)}, and no deployment holds the lock on this canary, as after a first deployment. No traffic was moved.`,
    'If this is the first deployment, it is complete, and this step should have been skipped: check its run condition, and the name of the Prepare Blue step in it. Otherwise deploy the new version, starting with Prepare Blue.',
  );
}

/** Refuses unless Prepare Blue's state holds: the tag says that blue is stable. */
export function refuseUnlessBlueIsStable(traffic: Traffic): void {
  if (traffic.stable === 'Blue') return;
  if (traffic.stable === undefined) throw tagUnclear(traffic);
  throw new OperatorError(
    'not-prepared',
    `The StableStack tag of the service ${traffic.service.name} says Green: the last canary was promoted, and Prepare Blue has not run since.`,
    'Run Prepare Blue first: it makes blue the stable version and moves all traffic to it.',
  );
}

/** The error for a missing or unreadable StableStack tag. */
export function tagUnclear(traffic: Pick<Traffic, 'service'>): OperatorError {
  const value = traffic.service.tags[stableTagKey];
  const said = value === undefined ? 'is missing' : `says "${value}", which is neither Blue nor Green`;
  return new OperatorError(
    'tag-unclear',
    `The StableStack tag of the service ${traffic.service.name} ${said}, so the stable version is unknown.`,
    `Decide which colour is stable and set the tag: aws ecs tag-resource --resource-arn ${traffic.service.arn} --tags key=StableStack,value=Blue ${regionOf(traffic.service.arn)}`,
  );
}

/** The error for a tag that says Green while blue has traffic. @param why what may have happened, as the end of the sentence */
export function tagDisagrees({ productionRules, groups, blue, green }: Traffic, why: string): OperatorError {
  const [onBlue, onGreen] = [blue, green].map(({ taskSet }) => shortTaskDefinition(taskSet.taskDefinition));
  return new OperatorError(
    'tag-disagrees',
    `The StableStack tag says Green (${onGreen}), but the traffic is split ${describeShares(productionRules)}${why}`,
    `Decide which version is stable. If blue (${onBlue}) is, run the Rollback step in a runbook. If green is, run: ${commandsToMove(productionRules, groups, allGreen)} . Then run this step again.`,
  );
}

function side(colour: Colour, service: Service, taskSetId: string, targets: readonly Target[]): Side {
  const taskSet = service.taskSets.find((candidate) => candidate.id === taskSetId);
  if (!taskSet) {
    throw new OperatorError(
      'canary-not-found',
      `The ${colour.toLowerCase()} task set ${taskSetId} of the stack no longer exists in the service ${service.name}. The service has ${service.taskSets.map((other) => other.id).join(', ') || 'none'}.`,
      'It was deleted outside the stack. Update the stack by hand with a changed task definition for it, so that CloudFormation recreates it; then start with Prepare Blue. Rollback works until then.',
    );
  }
  return { colour, taskSet, targets, healthy: healthyTargets(targets).length };
}
