import { setTimeout as sleep } from 'node:timers/promises';
import { noHints } from '../steps/canary-address.ts';
import { createCanaryReader } from '../steps/canary-reader.ts';
import { leaveForeignThings, ruleActions } from './neighbours.ts';
import { reach } from './reach.ts';
import type { StartingState } from './states.ts';
import { type CanaryTruth, describeService, markTag, physicalIds, readRule, stableTag, testRuleTag } from './truth.ts';
import { deployment, type FaultWorld } from './world.ts';

/** Puts a world's canary where a cell starts, by hand, and says what is approved there. */
export async function arrange(world: FaultWorld, state: StartingState): Promise<void> {
  world.emulator.faults.clear();
  world.approvals.clear();
  if (!state.weights) return;
  await tidy(world);
  await refresh(world, state);
  const canary = requireCanary(world);
  const parts: Readonly<Record<StartingState['lastly'], () => Promise<void>>> = {
    weights: () => setWeights(world, canary, state),
    mark: () => setTags(world, canary, state),
    trouble: () => makeTrouble(world, canary, state),
    nothing: async () => {},
  };
  await setWeights(world, canary, { ...state, weights: state.weights[1] === 0 ? [0, 100] : [100, 0] });
  await setTags(world, canary, { ...state, mark: state.mark === 'none' ? 'own' : 'begun' });
  for (const [part, make] of Object.entries(parts)) if (part !== state.lastly) await make();
  // What somebody read before the last write is what a stale read will give.
  await lookAround(world);
  await parts[state.lastly]();
  approve(world, canary, state);
}

/** Reads through the API what every step reads, as the step before this one did. */
async function lookAround({ place, stackName }: FaultWorld): Promise<void> {
  const reader = createCanaryReader(reach({ ...place, requestTimeoutMs: 30_000 }), stackName, noHints);
  await Promise.all([
    reader.stack(),
    reader.testRules(),
    reader.service(),
    reader.targets('Blue'),
    reader.targets('Green'),
  ]);
}

/** Waits until the stack is at rest and every task set steady. @throws Error when that takes absurdly long */
export async function settle(world: FaultWorld): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isSettled(world)) {
    if (Date.now() > deadline) throw new Error(`The canary does not settle: ${JSON.stringify(world.truth())}`);
    await sleep(15);
  }
}

function isSettled(world: FaultWorld): boolean {
  const { stack, canary } = world.truth();
  if (stack === undefined) return true;
  if (stack.endsWith('_IN_PROGRESS')) return false;
  return !canary || [canary.blue, canary.green].every((side) => side.steady && side.healthy > 0);
}

/** Removes what an earlier cell or its trouble left behind. */
async function tidy(world: FaultWorld): Promise<void> {
  const { emulator } = world;
  await settleStack(world);
  const canary = requireCanary(world);
  for (const RuleArn of canary.testRules) await emulator.world.invoke('elb', 'DeleteRule', { RuleArn });
  const { cluster, serviceArn: service, blue, green } = canary;
  for (const taskSet of canary.taskSets.filter((id) => id !== blue.taskSet && id !== green.taskSet))
    await emulator.world.invoke('ecs', 'DeleteTaskSet', { cluster, service, taskSet, force: true });
  for (const { taskSet, scale } of [blue, green]) {
    if (scale === 100) continue;
    const full = { unit: 'PERCENT', value: 100 };
    await emulator.world.invoke('ecs', 'UpdateTaskSet', { cluster, service, taskSet, scale: full });
  }
  await settle(world);
}

async function settleStack(world: FaultWorld): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (world.truth().stack?.endsWith('_IN_PROGRESS')) {
    if (Date.now() > deadline) throw new Error(`The stack does not settle: ${JSON.stringify(world.truth())}`);
    await sleep(15);
  }
}

/** Brings a new version to green where both colours run the same, or the stack's status would tell of an earlier cell. */
async function refresh(world: FaultWorld, state: StartingState): Promise<void> {
  const { stack, canary } = world.truth();
  const clean = stack === 'UPDATE_COMPLETE' || state.trouble === 'rolled-back-stack';
  if (clean && canary?.blue.version !== canary?.green.version) return;
  await setTags(world, requireCanary(world), { tag: 'Blue', mark: 'none' });
  await setWeights(world, requireCanary(world), { weights: [100, 0] });
  const parameters = world.builtIn(world.nextVersion());
  const outcome = await world.run(world.order('deploy-stack', { parameters }));
  if (outcome.kind !== 'done') throw new Error(`Green could not be renewed: ${JSON.stringify(outcome)}`);
  await leaveForeignThings(world.emulator.world, world.stackName);
}

async function setTags(
  { emulator: { world } }: FaultWorld,
  { serviceArn: resourceArn, green, cluster }: CanaryTruth,
  state: { readonly tag?: string; readonly mark: Mark },
): Promise<void> {
  const wanted = new Map<string, string>();
  if (state.tag !== undefined) wanted.set(stableTag, state.tag);
  if (state.mark !== 'none') wanted.set(markTag, markOf(state.mark, green.taskSet));
  const present = describeService(world, cluster, resourceArn)?.tags ?? [];
  const stale = [stableTag, markTag].filter((key) => !wanted.has(key) && present.some((tag) => tag.key === key));
  if (stale.length > 0) await world.invoke('ecs', 'UntagResource', { resourceArn, tagKeys: stale });
  const tags = [...wanted].map(([key, value]) => ({ key, value }));
  if (tags.length > 0) await world.invoke('ecs', 'TagResource', { resourceArn, tags });
}

/** Before Deploy Stack has checked green, a mark does not name it. */
type Mark = StartingState['mark'] | 'begun';

function markOf(mark: Exclude<Mark, 'none'>, greenTaskSet: string): string {
  const { id, release } = deployment(mark === 'other' ? 9 : 1);
  const green = mark === 'begun' ? '' : ` green ${greenTaskSet}`;
  return `${id} release ${release} of Shop to Production since 2026-01-01T00:00:00Z${green}`;
}

async function setWeights(
  { emulator: { world }, neighbourhood }: FaultWorld,
  { ruleArn, blue, green }: CanaryTruth,
  { weights = [100, 0], trouble }: Pick<StartingState, 'weights' | 'trouble'>,
): Promise<void> {
  const foreign = trouble === 'foreign-group' ? [{ arn: neighbourhood.groupArn, weight: 0 }] : [];
  const Actions = ruleActions([
    { arn: blue.group, weight: weights[0] },
    { arn: green.group, weight: weights[1] },
    ...foreign,
  ]);
  if (JSON.stringify(readRule(world, ruleArn).Actions) === JSON.stringify(Actions)) return;
  await world.invoke('elb', 'ModifyRule', { RuleArn: ruleArn, Actions });
}

async function makeTrouble(world: FaultWorld, canary: CanaryTruth, { trouble }: StartingState): Promise<void> {
  switch (trouble) {
    case 'rolled-back-stack':
      await updateByHand(world, { Fail: true, Value: String(Date.now()) });
      return settle(world);
    case 'orphan':
      await addOrphan(world, canary);
      return settle(world);
    case 'test-rule':
      return addTestRule(world, canary);
    case 'small-green':
      await shrinkGreen(world, canary);
      return settle(world);
    case 'busy-stack':
      return updateByHand(world, { DelaySeconds: 40, Value: String(Date.now()) });
    case 'foreign-group':
    case undefined:
      return;
  }
}

/** Somebody changes the stack without these steps. */
export async function updateByHand({ emulator: { world }, stackName }: FaultWorld, Properties: object): Promise<void> {
  const { TemplateBody } = await world.invoke<{ TemplateBody: string }>('cloudformation', 'GetTemplate', {
    StackName: stackName,
  });
  const template = JSON.parse(TemplateBody) as { Parameters: object; Resources: object };
  await world.invoke('cloudformation', 'UpdateStack', {
    StackName: stackName,
    TemplateBody: JSON.stringify({
      ...template,
      Resources: { ...template.Resources, ByHand: { Type: 'Test::Fake::Resource', Properties } },
    }),
    Parameters: Object.keys(template.Parameters).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
  });
}

export async function addOrphan({ emulator: { world }, scene }: FaultWorld, canary: CanaryTruth): Promise<void> {
  const service = describeService(world, canary.cluster, canary.serviceArn);
  const green = service?.taskSets?.find(({ id }) => id === canary.green.taskSet);
  await world.invoke('ecs', 'CreateTaskSet', {
    cluster: canary.cluster,
    service: canary.serviceArn,
    taskDefinition: green?.taskDefinition,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: scene.subnets, assignPublicIp: 'ENABLED' } },
    loadBalancers: green?.loadBalancers,
    scale: { unit: 'PERCENT', value: 50 },
  });
}

async function addTestRule({ emulator: { world }, stackName, neighbourhood }: FaultWorld, { green }: CanaryTruth) {
  await world.invoke('elb', 'CreateRule', {
    ListenerArn: neighbourhood.listenerArn,
    Priority: 5,
    Conditions: [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'before' }] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: green.group }],
    Tags: [{ Key: testRuleTag, Value: stackName }],
  });
}

async function shrinkGreen({ emulator: { world } }: FaultWorld, { cluster, serviceArn, green }: CanaryTruth) {
  const scale = { unit: 'PERCENT', value: 10 };
  await world.invoke('ecs', 'UpdateTaskSet', { cluster, service: serviceArn, taskSet: green.taskSet, scale });
}

/** The stable version may have everything, the other one what it has: somebody once approved that. */
function approve({ approvals }: FaultWorld, { blue, green }: CanaryTruth, { tag, weights = [100, 0] }: StartingState) {
  const [blueWeight, greenWeight] = weights;
  const share = (weight: number): number => (weight * 100) / (blueWeight + greenWeight);
  approvals.approve(blue.version, tag === 'Green' ? share(blueWeight) : 100);
  approvals.approve(green.version, tag === 'Green' ? 100 : share(greenWeight));
}

function requireCanary(world: FaultWorld): CanaryTruth {
  const { canary } = world.truth();
  if (!canary)
    throw new Error(
      `There is no canary: ${JSON.stringify(world.truth())} ${JSON.stringify(physicalIds(world.emulator.world, world.stackName))}`,
    );
  return canary;
}
