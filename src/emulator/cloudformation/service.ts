import type { OperationTable } from '../world.ts';

/** The emulated CloudFormation, as the rest of the emulator sees it. */
export interface CloudFormationService {
  readonly operations: OperationTable;
  close(): Promise<void>;
}
