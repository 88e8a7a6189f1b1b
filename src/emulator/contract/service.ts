import type { BoundOperations } from './operations.ts';

/** The services that the emulator has, by the names that it gives them. */
export const serviceNames = ['ecs', 'elb', 'cloudformation'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** One emulated service, as whatever puts services together sees it. */
export interface Service {
  readonly operations: BoundOperations;
  /** Stops every server and timer of its own. */
  close(): Promise<void>;
}

/** Who makes a call: a client over HTTP, or CloudFormation for a stack. */
export type Caller =
  | { readonly kind: 'client'; readonly userAgent: string }
  | {
      readonly kind: 'cloudformation';
      readonly stackName: string;
      /** The role that the stack works with; undefined when it uses the rights of whoever asked for the operation. */
      readonly roleArn: string | undefined;
    };

/**
 * Calls an operation in process, as a service calls another (CloudFormation does); not listed under /_emulator/calls, and
 * authorized only for a caller. Rejects with AwsError.
 */
export type Invoke = <Output>(
  service: ServiceName,
  operation: string,
  input: object,
  caller?: Caller,
) => Promise<Output>;
