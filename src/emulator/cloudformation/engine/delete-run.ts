import type { CloudFormation, Stack } from '../state.ts';
import { beginOperation, setStackStatus } from './events.ts';
import { exportInUse } from './exports.ts';
import { removeAll } from './remove.ts';
import { createRun, describeFailures, launch, type Run } from './run.ts';

/** Starts to delete a stack, after stopping its create if that is in progress. */
export function startDelete(
  cloud: CloudFormation,
  stack: Stack,
  token: string | undefined,
  retain: readonly string[],
): void {
  const interrupted = stack.running;
  interrupted?.controller.abort('delete');
  const before = stack.status;
  beginOperation(cloud, stack, 'DELETE_STACK', token);
  setStackStatus(cloud, stack, 'DELETE_IN_PROGRESS', 'User Initiated');
  const run = createRun(cloud, stack, 'cleanup');
  launch(run, async () => {
    await interrupted?.done;
    const inUse = exportInUse(cloud, stack, []);
    if (inUse) return setStackStatus(cloud, stack, before, inUse);
    await remove(run, retain);
  });
}

async function remove(run: Run, retain: readonly string[]): Promise<void> {
  const { cloud, stack } = run;
  const left = [...stack.resources.values(), ...stack.garbage].filter(
    ({ status }) => !/^DELETE_(COMPLETE|SKIPPED)$/.test(status),
  );
  const removals = left.map((resource) => ({
    resource,
    retain: retain.includes(resource.logicalId) || resource.deletionPolicy !== 'Delete',
  }));
  await removeAll(run, removals, false);
  if (run.failures.length > 0) return setStackStatus(cloud, stack, 'DELETE_FAILED', describeFailures(run));
  stack.outputs = [];
  stack.deletionTime = cloud.world.clock.now();
  setStackStatus(cloud, stack, 'DELETE_COMPLETE');
}
