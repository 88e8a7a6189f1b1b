import type { OperationTable, World } from '../world.ts';
import { createClusterOperations } from './cluster-operations.ts';
import { createScheduler } from './scheduler.ts';
import { createServiceOperations } from './service-operations.ts';
import { createState } from './state.ts';
import { createTagOperations } from './tag-operations.ts';
import { createTaskDefinitionOperations } from './task-definition-operations.ts';
import { createTaskOperations } from './task-operations.ts';
import { createTaskSetOperations } from './task-set-operations.ts';

/** The emulated ECS, as the rest of the emulator sees it. */
export interface EcsService {
  readonly operations: OperationTable;
  /** Stops every task's server and timer. */
  close(): Promise<void>;
}

/** Builds the emulated ECS; reads the world's other services only when an operation or the scheduler runs. */
export function createEcsService(world: World): EcsService {
  const state = createState();
  const scheduler = createScheduler(world, state);
  const ecs = { world, state, scheduler };
  return {
    operations: {
      ...createClusterOperations(ecs),
      ...createTaskDefinitionOperations(ecs),
      ...createServiceOperations(ecs),
      ...createTaskSetOperations(ecs),
      ...createTaskOperations(ecs),
      ...createTagOperations(ecs),
    },
    close: () => scheduler.close(),
  };
}
