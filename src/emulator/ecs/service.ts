import type { OperationTable } from '../world.ts';

/** The emulated ECS, as the rest of the emulator sees it. */
export interface EcsService {
  readonly operations: OperationTable;
  /** Stops every task's server and timer. */
  close(): Promise<void>;
}
