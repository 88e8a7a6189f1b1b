import type { Caller } from './caller.ts';
import type { BoundOperations } from './operations.ts';

/** The emulator's services, by the names that it uses for them. */
export const serviceNames = ['ecs', 'elb', 'cloudformation', 's3', 'cloudwatch'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** What a template may need to exist already. */
export type StandInKind = 'cluster' | 'load balancer' | 'listener' | 'target group';

/** One emulated service, as seen by the code that assembles services. */
export interface Service {
  readonly operations: BoundOperations;
  /**
   * The name or ARN of a thing that a template expects to exist: the given one if it exists, otherwise one that stands in for it,
   * created if need be. Undefined if it is not of this service.
   */
  standIn?(kind: StandInKind, name: string, given?: string): string | undefined;
  /** Stops every server and timer of the service. */
  close(): Promise<void>;
}

/**
 * Calls an operation in process, as CloudFormation calls other services. The call is not listed under /_emulator/calls, and
 * is authorized only if it has a caller. Rejects with AwsError.
 */
export type Invoke = <Output>(
  service: ServiceName,
  operation: string,
  input: object,
  caller?: Caller,
) => Promise<Output>;
