import type { Caller } from './authorization.ts';
import type { CloudFormationService } from './cloudformation/service.ts';
import type { EmulatedClock } from './contract/clock.ts';
import type { Network } from './contract/network.ts';
import type { EcsService } from './ecs/service.ts';
import type { ElbService } from './elb/service.ts';
import type { EmulatorOptions } from './options.ts';
import type { ReadMemory } from './read-memory.ts';

export type ServiceName = 'ecs' | 'elb' | 'cloudformation';

/** One API operation: plain SDK-shaped input (as the client's TypeScript types, dates as Date), plain SDK-shaped output; throws AwsError. */
export type Operation = (input: never) => unknown | Promise<unknown>;

/** Operations by AWS name, for example `DescribeServices`. An operation missing here is refused loudly. */
export type OperationTable = Readonly<Record<string, Operation>>;

/** Everything the emulated services share. Built once by emulator.ts. */
export interface World {
  readonly options: EmulatorOptions;
  readonly clock: EmulatedClock;
  readonly network: Network;
  readonly ecs: EcsService;
  readonly elb: ElbService;
  readonly cloudFormation: CloudFormationService;
  /** What reads were answered before the last write, for reads that are to be stale. */
  readonly reads: ReadMemory;
  /** Next hexadecimal id of that length, unique in this world. */
  id(length: number): string;
  /** Calls an operation in process, as a service calls another (CloudFormation does); not listed under /_emulator/calls, and authorized only for a caller. */
  invoke<Output>(service: ServiceName, operation: string, input: object, caller?: Caller): Promise<Output>;
}
