import type { AwsError } from './contract/aws-error.ts';
import type { Caller, ServiceName } from './contract/service.ts';

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
