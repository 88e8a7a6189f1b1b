import type { AwsError } from './contract/aws-error.ts';
import type { ServiceName } from './world.ts';

/** Who makes a call: a client over HTTP, or CloudFormation for a stack. */
export type Caller =
  | { readonly kind: 'client'; readonly userAgent: string }
  | {
      readonly kind: 'cloudformation';
      readonly stackName: string;
      /** The role that the stack works with; undefined when it uses the rights of whoever asked for the operation. */
      readonly roleArn: string | undefined;
    };

/** A call before anything of it is carried out. */
export interface CallToAuthorize {
  readonly service: ServiceName;
  readonly operation: string;
  /** SDK-shaped. */
  readonly input: object;
  readonly caller: Caller;
}

/** Answers the error with which a call is refused, or undefined to let it pass. */
export type Authorize = (call: CallToAuthorize) => Promise<AwsError | undefined>;

/** Throws the AwsError of a call that may not be made. */
export async function requireAuthorization(authorize: Authorize | undefined, call: CallToAuthorize): Promise<void> {
  const error = await authorize?.(call);
  if (error) throw error;
}
