import type { AwsError } from './contract/aws-error.ts';
import type { Caller } from './contract/caller.ts';
import type { ServiceName } from './contract/service.ts';

/** A call before it is carried out. */
export interface CallToAuthorize {
  readonly service: ServiceName;
  readonly operation: string;
  /** SDK-shaped. */
  readonly input: object;
  readonly caller: Caller;
}

/** Returns the error that refuses a call, or undefined to allow it. */
export type Authorize = (call: CallToAuthorize) => Promise<AwsError | undefined>;

/** Throws the AwsError that refuses a call; does nothing if it is allowed. */
export async function requireAuthorization(authorize: Authorize | undefined, call: CallToAuthorize): Promise<void> {
  const error = await authorize?.(call);
  if (error) throw error;
}
