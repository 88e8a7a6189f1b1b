import { setTimeout as sleep } from 'node:timers/promises';
import { type ActualCanary, lockTag, stableTag } from '../actual-state/actual-state.ts';
import { addOrphan, fakeResource, updateStackManually } from '../arranging/anomalies.ts';
import { writeEntryPoint } from '../arranging/manual-entry-points.ts';
import { ruleActions } from '../world/neighbours.ts';
import type { FaultWorld } from '../world/world.ts';
import type { Action } from './sequence.ts';
import type { SequenceRun } from './sequence-run.ts';

/** What a person does in the console. */
export type OperatorAction = Extract<
  Action,
  { kind: 'weights' | 'tag' | 'stack' | 'scale' | 'orphan' | 'remove-lock' }
>;

/** Performs it, unless no sensible person would. @returns whether it was done */
export async function performOperatorAction(run: SequenceRun, action: OperatorAction): Promise<boolean> {
  const { canary } = run.world.actualState();
  if (!canary) return false;
  run.isOperatorActing = true;
  try {
    return await change(run, action, canary);
  } finally {
    run.isOperatorActing = false;
  }
}

async function change(run: SequenceRun, action: OperatorAction, canary: ActualCanary): Promise<boolean> {
  switch (action.kind) {
    case 'weights':
      return setWeights(run.world, canary, action);
    case 'tag':
      return setTag(run.world, canary, action.value);
    case 'stack':
      return updateStack(run, action.fails);
    case 'scale':
      return scale(run.world, canary, action.colour, action.percent);
    case 'orphan':
      return toggleOrphan(run.world, canary);
    case 'remove-lock':
      if (canary.lock === undefined) return false;
      await invoke(run.world, 'UntagResource', { resourceArn: canary.serviceArn, tagKeys: [lockTag] });
      return true;
  }
}

/** An operator who sets weights thereby approves them; nobody moves them to a side that is down. */
async function setWeights(
  world: FaultWorld,
  { entryPoints, blue, green }: ActualCanary,
  { green: share, entryPoint }: Extract<Action, { kind: 'weights' }>,
): Promise<boolean> {
  const needed = [...(share > 0 ? [green] : []), ...(share < 100 ? [blue] : [])];
  if (needed.some(({ healthy }) => healthy === 0)) return false;
  for (const [version, percent] of [[blue.version, 100 - share] as const, [green.version, share] as const])
    world.approvals.approve(version, Math.max(percent, world.approvals.allowed(version)));
  const Actions = ruleActions([
    { arn: blue.group, weight: 100 - share },
    { arn: green.group, weight: share },
  ]);
  const chosen =
    entryPoint === undefined ? entryPoints : entryPoints.slice(entryPoint % entryPoints.length).slice(0, 1);
  for (const { ruleArn } of chosen) await writeEntryPoint(world, ruleArn, Actions);
  return true;
}

/** Setting the tag declares which version is good. */
async function setTag(world: FaultWorld, canary: ActualCanary, value: string): Promise<boolean> {
  const { serviceArn: resourceArn, blue, green } = canary;
  if (value === 'Blue' || value === 'Green') world.approvals.approve((value === 'Blue' ? blue : green).version, 100);
  if (value === 'remove') await invoke(world, 'UntagResource', { resourceArn, tagKeys: [stableTag] });
  else await invoke(world, 'TagResource', { resourceArn, tags: [{ key: stableTag, value }] });
  return true;
}

async function updateStack({ world, slots }: SequenceRun, Fail: boolean): Promise<boolean> {
  if (!/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(world.actualState().stack ?? '')) return false;
  for (const slot of slots) if (slot) slot.disturbed = true;
  await updateStackManually(world, { Other: fakeResource({ Fail, DelaySeconds: 20, Value: String(Date.now()) }) });
  return true;
}

/** Nobody scales a side down below what its traffic needs. */
async function scale(
  world: FaultWorld,
  canary: ActualCanary,
  colour: 'blue' | 'green',
  value: number,
): Promise<boolean> {
  const { cluster, serviceArn: service, entryPoints } = canary;
  if (canary[colour].scale === value || (value === 0 && entryPoints.some(({ weights }) => weights[colour] > 0)))
    return false;
  await invoke(world, 'UpdateTaskSet', {
    ...{ cluster, service, taskSet: canary[colour].taskSet, scale: { unit: 'PERCENT', value } },
  });
  return true;
}

/** Adds a task set next to green's, as a failed clean-up would leave it; the next such action removes it. */
async function toggleOrphan(world: FaultWorld, canary: ActualCanary): Promise<boolean> {
  if (await removeOrphans(world)) return true;
  if (world.actualState().stack?.endsWith('_IN_PROGRESS') || canary.green.healthy === 0) return false;
  await addOrphan(world, canary);
  return true;
}

/** @returns whether there were any */
export async function removeOrphans(world: FaultWorld): Promise<boolean> {
  const { canary, stack } = world.actualState();
  if (!canary || stack?.endsWith('_IN_PROGRESS')) return false;
  const { cluster, serviceArn: service, blue, green, taskSets } = canary;
  const orphans = taskSets.filter((id) => id !== blue.taskSet && id !== green.taskSet);
  for (const taskSet of orphans) await invoke(world, 'DeleteTaskSet', { cluster, service, taskSet, force: true });
  return orphans.length > 0;
}

/** Waits until everything that is running in AWS has ended, or will never end. */
export async function letSettle(world: FaultWorld): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isSettled(world) && Date.now() < deadline) await sleep(5);
}

function isSettled(world: FaultWorld): boolean {
  const { stack, canary } = world.actualState();
  return !stack?.endsWith('_IN_PROGRESS') && (!canary || (canary.blue.steady && canary.green.steady));
}

function invoke(world: FaultWorld, operation: string, input: object): Promise<unknown> {
  return world.emulator.world.invoke('ecs', operation, input);
}
