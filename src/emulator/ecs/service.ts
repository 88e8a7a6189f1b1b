import { bindOperations, type OperationTable } from '../contract/operations.ts';
import type { Service } from '../contract/service.ts';
import { anyCluster, clusterOperations } from './cluster-operations.ts';
import type { EcsContext } from './context.ts';
import { createScheduler } from './scheduler.ts';
import { serviceOperations } from './service-operations.ts';
import { createState, type EcsWorld } from './state.ts';
import { tagOperations } from './tag-operations.ts';
import { taskDefinitionOperations } from './task-definition-operations.ts';
import { taskOperations } from './task-operations.ts';
import { taskSetOperations } from './task-set-operations.ts';

/** An emulated ECS without clusters. */
export function createEcsService(world: EcsWorld): Service {
  const state = createState();
  const scheduler = createScheduler(world, state);
  return {
    operations: bindOperations({ world, state, scheduler }, operations),
    standIn: (kind, _, given) => (kind === 'cluster' ? anyCluster({ world, state, scheduler }, given) : undefined),
    close: () => scheduler.close(),
  };
}

const operations: OperationTable<EcsContext> = {
  ...clusterOperations,
  ...taskDefinitionOperations,
  ...serviceOperations,
  ...taskSetOperations,
  ...taskOperations,
  ...tagOperations,
};
