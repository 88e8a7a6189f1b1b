import { noHints } from '../../canary/location-hints.ts';
import { createCanaryReader } from '../../observation/canary-reader.ts';
import {
  type ActualCanary,
  describeService,
  idleTag,
  ledgerTags,
  lockTag,
  sharesTag,
  stableTag,
} from '../actual-state/actual-state.ts';
import { readRule } from '../actual-state/rules.ts';
import type { Split, StartingState } from '../cases/starting-state.ts';
import { connectToEmulator } from '../step-runs/connection.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import { addForeignTags, ruleActions } from '../world/neighbours.ts';
import type { FaultWorld } from '../world/world.ts';
import { createAnomaly } from './anomalies.ts';
import { makeEntryPoints, writeEntryPoint } from './manual-entry-points.ts';
import { forgetShares } from './recorded-share.ts';
import { requireCanary, resetCanary } from './reset.ts';

/** Sets up a world's canary for the start of a case, and records what is approved there. */
export async function arrange(world: FaultWorld, state: StartingState): Promise<void> {
  world.emulator.faults.clear();
  world.approvals.clear();
  if (!state.weights) return;
  await resetCanary(world);
  await forgetShares(world, requireCanary(world));
  await refresh(world, state);
  await makeEntryPoints(world, requireCanary(world), state);
  const canary = requireCanary(world);
  const parts: Readonly<Record<StartingState['lastly'], () => Promise<void>>> = {
    weights: () => setWeights(world, canary, state),
    lock: () => setTags(world, canary, state),
    anomaly: () => createAnomaly(world, canary, state),
    nothing: async () => {},
  };
  const opposite: Split = state.weights[1] === 0 ? [0, 100] : [100, 0];
  await setWeights(world, canary, { ...state, ...everywhere(state, opposite) });
  await setTags(world, canary, { ...state, lock: state.lock === 'none' ? 'own' : 'begun' });
  await setLedger(world, canary, state);
  for (const [part, make] of Object.entries(parts)) if (part !== state.lastly) await make();
  // A stale read will return what was read before the last write.
  await readOnce(world);
  await parts[state.lastly]();
  approve(world, canary, state);
  world.emulator.setRuleLag(world.setting.lagSeconds);
}

/** The same weights at all entry points of a state. */
function everywhere(
  { entryPoints = [] }: StartingState,
  weights: Split,
): Pick<StartingState, 'weights' | 'entryPoints'> {
  return { weights, entryPoints: entryPoints.map(({ kind }) => ({ kind, weights })) };
}

/** Reads through the API what every step reads, as a previous step would have. */
async function readOnce({ connection, stackName, setting }: FaultWorld): Promise<void> {
  const hints = { ...noHints, listenerRuleArn: setting.named };
  const reader = createCanaryReader(connectToEmulator({ ...connection, requestTimeoutMs: 30_000 }), stackName, hints);
  await Promise.all([
    reader.stack(),
    reader.testRules(),
    reader.service(),
    reader.targets('Blue'),
    reader.targets('Green'),
  ]);
}

/** Deploys a new version to green if both colours run the same one, if green does not behave as this state wants, or if the stack's status is left over from an earlier case. */
async function refresh(world: FaultWorld, state: StartingState): Promise<void> {
  const { stack, canary } = world.actualState();
  const clean = stack === 'UPDATE_COMPLETE' || state.anomaly === 'rolled-back-stack';
  const behaviour = state.behaviour === undefined ? '' : `--${state.behaviour}`;
  const isWanted = canary?.green.version.replace(/^[^-]*/, '') === behaviour;
  if (clean && isWanted && canary?.blue.version !== canary?.green.version) return;
  await setTags(world, requireCanary(world), { tag: 'Blue', lock: 'none' });
  await setWeights(world, requireCanary(world), { weights: [100, 0] });
  const parameters = world.builtIn(`${world.nextVersion()}${behaviour}`);
  const outcome = await world.run(world.order('deploy-stack', { parameters }));
  if (outcome.kind !== 'done') throw new Error(`Green could not be renewed: ${JSON.stringify(outcome)}`);
  await addForeignTags(world.emulator.world, world.stackName);
}

/** Sets these of our tags on the service, and removes the others. */
export async function setTags(
  { emulator: { world } }: FaultWorld,
  { serviceArn: resourceArn, green, cluster }: ActualCanary,
  state: { readonly tag?: string; readonly lock: Lock },
): Promise<void> {
  const wanted = new Map<string, string>();
  if (state.tag !== undefined) wanted.set(stableTag, state.tag);
  if (state.lock !== 'none') wanted.set(lockTag, lockValue(state.lock, green.taskSet));
  const present = describeService(world, cluster, resourceArn)?.tags ?? [];
  const stale = [stableTag, lockTag, idleTag, sharesTag].filter(
    (key) => !wanted.has(key) && present.some((tag) => tag.key === key),
  );
  if (stale.length > 0) await world.invoke('ecs', 'UntagResource', { resourceArn, tagKeys: stale });
  const tags = [...wanted].map(([key, value]) => ({ key, value }));
  if (tags.length > 0) await world.invoke('ecs', 'TagResource', { resourceArn, tags });
}

/** A ledger that says how the canary came into this state, as the steps before would have left it. */
export async function setLedger(
  { emulator: { world } }: FaultWorld,
  { serviceArn: resourceArn, cluster }: ActualCanary,
  state: Pick<StartingState, 'weights' | 'entryPoints' | 'tag'>,
): Promise<void> {
  const share = Math.max(...splitsOf(state).map(([blue, green]) => (green * 100) / (blue + green)));
  const begin = '1 c1 2026-01-01T00:00:00Z begin 0 to 0 d Deployments-1';
  const kind = state.tag === 'Green' ? 'promotion' : 'share';
  const values = [begin, ...(share > 0 ? [`2 c1 2026-01-01T00:01:00Z ${kind} 0 to ${Number(share.toFixed(1))}`] : [])];
  const tags = values.map((value, index) => ({ key: ledgerTags[index] ?? '', value }));
  const present = describeService(world, cluster, resourceArn)?.tags ?? [];
  const stale = ledgerTags.slice(values.length).filter((key) => present.some((tag) => tag.key === key));
  if (stale.length > 0) await world.invoke('ecs', 'UntagResource', { resourceArn, tagKeys: stale });
  await world.invoke('ecs', 'TagResource', { resourceArn, tags });
}

/** A lock does not name green before Deploy Stack has checked it. */
type Lock = StartingState['lock'] | 'begun';

function lockValue(lock: Exclude<Lock, 'none'>, greenTaskSet: string): string {
  const { id, release } = deploymentOwner(lock === 'other' ? 9 : 1);
  const green = lock === 'begun' ? '' : ` green ${greenTaskSet}`;
  return `${id} release ${release} of Shop to Production since 2026-01-01T00:00:00Z${green}`;
}

/**
 * Writes the weights of every entry point of a state.
 * @param stickySeconds how long users stick to a colour; 0 for no stickiness
 */
export async function setWeights(
  world: FaultWorld,
  { entryPoints, blue, green }: ActualCanary,
  state: Pick<StartingState, 'weights' | 'entryPoints' | 'anomaly' | 'idle'>,
  // No step waits as long as the usual stickiness, so states with a colour to scale to 0 get a shorter one.
  stickySeconds: number = state.idle ? 30 : 1234,
): Promise<void> {
  const foreign = state.anomaly === 'foreign-group' ? [{ arn: world.neighbourhood.groupArn, weight: 0 }] : [];
  for (const [index, [blueWeight, greenWeight]] of splitsOf(state).entries()) {
    const colours = [
      { arn: blue.group, weight: blueWeight },
      { arn: green.group, weight: greenWeight },
    ];
    const ruleArn = entryPoints[index]?.ruleArn ?? '';
    const actions = ruleActions([...colours, ...foreign], stickySeconds);
    if (JSON.stringify(readRule(world.emulator.world, ruleArn).Actions) !== JSON.stringify(actions))
      await writeEntryPoint(world, ruleArn, actions);
  }
}

/** The stack's own rule comes first, as in the actual state. */
function splitsOf({
  weights = [100, 0],
  entryPoints = [],
}: Pick<StartingState, 'weights' | 'entryPoints'>): readonly Split[] {
  return [weights, ...entryPoints.map((entryPoint) => entryPoint.weights)];
}

/** The stable version may have everything, the other one its largest current share, as somebody once approved it. */
function approve({ approvals }: FaultWorld, { blue, green }: ActualCanary, state: StartingState): void {
  const shares = splitsOf(state).map(([one, other]) => (other * 100) / (one + other));
  const isGreenStable = state.tag === 'Green';
  approvals.approve(blue.version, isGreenStable ? 100 - Math.min(...shares) : 100);
  approvals.approve(green.version, isGreenStable ? 100 : Math.max(...shares));
}
