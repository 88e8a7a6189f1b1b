import type { CloudFormation, ResourceState, Stack } from '../state.ts';
import { changeInPlace, handlerOf } from './apply.ts';
import { beginOperation, setResourceStatus, setStackStatus } from './events.ts';
import { runGraph } from './graph.ts';
import { removeAll } from './remove.ts';
import { createRun, describeFailures, launch, type Run } from './run.ts';

/** Starts or continues the rollback of an update; resources to skip count as rolled back. Returns the operation's id at once. */
export function startRollback(
  cloud: CloudFormation,
  stack: Stack,
  type: 'ROLLBACK' | 'CONTINUE_ROLLBACK',
  token: string | undefined,
  skip: readonly string[],
): string {
  const id = beginOperation(cloud, stack, type, token);
  const run = createRun(cloud, stack, 'rollback');
  setStackStatus(cloud, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', 'User Initiated');
  launch(run, () => undo(run, skip));
  return id;
}

/** Rolls back an update that failed or was cancelled. */
export async function rollBackUpdate(cloud: CloudFormation, stack: Stack, reason: string): Promise<void> {
  const token = stack.operations.at(-1)?.token;
  beginOperation(cloud, stack, 'ROLLBACK', token);
  setStackStatus(cloud, stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  await undo(createRun(cloud, stack, 'rollback'), []);
}

async function undo(run: Run, skip: readonly string[]): Promise<void> {
  const { cloud, stack } = run;
  stack.deployment = stack.previousDeployment ?? stack.deployment;
  discardNew(stack);
  const touched = new Map([...stack.undo].flatMap(([id, before]) => (before ? [[id, before] as const] : [])));
  const needs = new Map(
    [...touched].map(([id, before]) => [id, before.dependencies.filter((other) => touched.has(other))]),
  );
  await runGraph(needs, async (id) => {
    const before = touched.get(id);
    if (before && (skip.includes(id) ? forgive(run, before) : await restore(run, before))) stack.undo.delete(id);
    return true;
  });
  if (run.failures.length > 0) return setStackStatus(cloud, stack, 'UPDATE_ROLLBACK_FAILED', describeFailures(run));
  await cleanUp(run);
}

/** The cleanup deletes what the update created. */
function discardNew(stack: Stack): void {
  for (const [id, before] of [...stack.undo]) {
    const made = stack.resources.get(id);
    if (before || !made) continue;
    stack.garbage.push(made);
    stack.undo.delete(id);
  }
}

async function restore(run: Run, before: ResourceState): Promise<boolean> {
  const { cloud, stack } = run;
  const made = stack.resources.get(before.logicalId);
  const state = { ...before };
  stack.resources.set(before.logicalId, state);
  if (made && made.physicalId !== before.physicalId) {
    stack.garbage.push(made);
    setResourceStatus(cloud, stack, state, 'UPDATE_COMPLETE');
    return true;
  }
  setResourceStatus(cloud, stack, state, 'UPDATE_IN_PROGRESS');
  const outcome = await changeInPlace(run, handlerOf(before.type), state, made ?? before, before.properties);
  if ('reason' in outcome) {
    stack.resources.set(before.logicalId, { ...(made ?? before) });
    run.failures.push({ logicalId: before.logicalId, action: 'update' });
    setResourceStatus(cloud, stack, stack.resources.get(before.logicalId) ?? state, 'UPDATE_FAILED', outcome.reason);
    return false;
  }
  Object.assign(state, { attributes: outcome.result, stale: false });
  setResourceStatus(cloud, stack, state, 'UPDATE_COMPLETE');
  return true;
}

function forgive({ cloud, stack }: Run, before: ResourceState): boolean {
  const state = { ...before };
  stack.resources.set(before.logicalId, state);
  setResourceStatus(cloud, stack, state, 'UPDATE_COMPLETE');
  return true;
}

async function cleanUp({ cloud, stack }: Run): Promise<void> {
  setStackStatus(cloud, stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const removals = stack.garbage.map((resource) => ({
    resource,
    retain: isNew(stack, resource) && resource.deletionPolicy === 'Retain' && !stack.settings.retainExceptOnCreate,
  }));
  await removeAll(createRun(cloud, stack, 'cleanup'), removals, true);
  for (const { resource } of removals) if (isNew(stack, resource)) stack.resources.delete(resource.logicalId);
  stack.garbage.length = 0;
  stack.undo.clear();
  stack.previousDeployment = undefined;
  setStackStatus(cloud, stack, 'UPDATE_ROLLBACK_COMPLETE');
}

function isNew(stack: Stack, resource: ResourceState): boolean {
  return stack.resources.get(resource.logicalId) === resource;
}
