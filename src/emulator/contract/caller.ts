/** Who makes a call: a client over HTTP, or CloudFormation on behalf of a stack. */
export type Caller =
  | { readonly kind: 'client'; readonly userAgent: string }
  | {
      readonly kind: 'cloudformation';
      readonly stackName: string;
      /** The stack's service role; undefined if the stack uses its caller's permissions. */
      readonly roleArn: string | undefined;
    };
