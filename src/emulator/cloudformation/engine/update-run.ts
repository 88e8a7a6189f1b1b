import type { CloudFormation, Deployment, ResourceState, Stack } from '../state.ts';
import { applyAll, finish } from './create-run.ts';
import { beginOperation, setStackStatus } from './events.ts';
import { type Removal, removeAll } from './remove.ts';
import { rollBackUpdate } from './rollback-run.ts';
import { createRun, launch, type Run } from './run.ts';

/** Starts to update a stack to a deployment; returns the operation's id at once. */
export function startUpdate(cloud: CloudFormation, stack: Stack, deployment: Deployment, token?: string): string {
  const id = beginOperation(cloud, stack, 'UPDATE_STACK', token);
  stack.previousDeployment ??= stack.deployment;
  stack.deployment = deployment;
  stack.lastUpdatedTime = cloud.world.clock.now();
  setStackStatus(cloud, stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
  const run = createRun(cloud, stack, 'forward');
  launch(run, () => update(run, deployment));
  return id;
}

async function update(run: Run, deployment: Deployment): Promise<void> {
  const { cloud, stack } = run;
  const failure = (await applyAll(run, deployment)) ?? finish(run, deployment);
  if (failure === undefined) return cleanUp(run, deployment);
  if (stack.settings.disableRollback) return setStackStatus(cloud, stack, 'UPDATE_FAILED', failure);
  await rollBackUpdate(cloud, stack, failure);
}

/** Deletes what the update replaced or removed. A resource that cannot be deleted is skipped, and becomes an orphan. */
async function cleanUp({ cloud, stack }: Run, deployment: Deployment): Promise<void> {
  const removals = [...replaced(stack, deployment), ...removed(stack, deployment), ...abandoned(stack)];
  stack.undo.clear();
  stack.garbage.length = 0;
  stack.previousDeployment = undefined;
  followTemplate(stack, deployment);
  setStackStatus(cloud, stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  await removeAll(createRun(cloud, stack, 'cleanup'), removals, true);
  for (const { resource } of removals)
    if (stack.resources.get(resource.logicalId) === resource) stack.resources.delete(resource.logicalId);
  setStackStatus(cloud, stack, 'UPDATE_COMPLETE');
}

function replaced(stack: Stack, deployment: Deployment): Removal[] {
  return [...stack.undo].flatMap(([logicalId, before]) => {
    const now = stack.resources.get(logicalId);
    const template = deployment.compiled.resources.get(logicalId);
    if (!before || !now || before.physicalId === now.physicalId) return [];
    return [{ resource: before, retain: template?.updateReplacePolicy === 'Retain' }];
  });
}

function removed(stack: Stack, deployment: Deployment): Removal[] {
  return [...stack.resources.values()]
    .filter(({ logicalId }) => !deployment.compiled.resources.has(logicalId))
    .map((resource) => ({ resource, retain: resource.deletionPolicy !== 'Delete' }));
}

function abandoned(stack: Stack): Removal[] {
  return stack.garbage.map((resource: ResourceState) => ({ resource, retain: false }));
}

function followTemplate(stack: Stack, deployment: Deployment): void {
  for (const [logicalId, template] of deployment.compiled.resources) {
    const resource = stack.resources.get(logicalId);
    if (!resource) continue;
    const { deletionPolicy, updateReplacePolicy, metadata } = template;
    const dependencies = deployment.compiled.dependencies.get(logicalId) ?? [];
    Object.assign(resource, { deletionPolicy, updateReplacePolicy, metadata, dependencies });
  }
}
