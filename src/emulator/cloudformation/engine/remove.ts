import type { ResourceState } from '../state.ts';
import { handlerOf } from './apply.ts';
import { setResourceStatus } from './events.ts';
import { runGraph } from './graph.ts';
import { attempt, type Run } from './run.ts';

/** A physical resource to remove; a retained one is only forgotten. */
export interface Removal {
  readonly resource: ResourceState;
  readonly retain: boolean;
}

/** Removes physical resources, dependents first. Failures are recorded on the run; with `persist` they do not stop the rest. */
export async function removeAll(run: Run, removals: readonly Removal[], persist: boolean): Promise<void> {
  const needs = new Map(
    removals.map((removal) => [
      removal,
      removals.filter(({ resource }) => resource.dependencies.includes(removal.resource.logicalId)),
    ]),
  );
  await runGraph(needs, async (removal) => (await remove(run, removal)) || persist);
}

async function remove(run: Run, { resource, retain }: Removal): Promise<boolean> {
  const { cloud, stack } = run;
  const { physicalId, properties, attributes } = resource;
  if (physicalId === undefined) return true;
  if (retain) {
    setResourceStatus(cloud, stack, resource, 'DELETE_SKIPPED');
    return true;
  }
  setResourceStatus(cloud, stack, resource, 'DELETE_IN_PROGRESS');
  const outcome = await attempt(
    run,
    resource,
    () => {},
    (context) => handlerOf(resource.type).delete(context, { physicalId, properties, attributes }),
  );
  if ('result' in outcome) {
    setResourceStatus(cloud, stack, resource, 'DELETE_COMPLETE');
    return true;
  }
  run.failures.push({ logicalId: resource.logicalId, action: 'delete' });
  setResourceStatus(cloud, stack, resource, 'DELETE_FAILED', outcome.reason);
  return false;
}
