import type { Variables } from './substitution.ts';

/** The AWS part of a script's environment, or why Octopus cannot provide it. */
export type AwsEnvironment = { readonly environment: Readonly<Record<string, string>> } | { readonly problem: string };

/** Finds credentials and region in the action's properties, as Octopus does before it starts an AWS script. */
export function awsEnvironment(variables: Variables): AwsEnvironment {
  const region = variables.get('Octopus.Action.Aws.Region') ?? '';
  const regions = region === '' ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region };
  if (variables.get('Octopus.Action.AwsAccount.UseInstanceRole')?.toLowerCase() === 'true') {
    return { problem: 'AWS-LOGIN-ERROR-0003: the rehearsal has no instance role; use an AWS account.' };
  }
  const account = variables.get('Octopus.Action.AwsAccount.Variable') ?? '';
  const accessKey = variables.get(`${account}.AccessKey`);
  const secretKey = variables.get(`${account}.SecretKey`);
  if (accessKey === undefined || secretKey === undefined) {
    return {
      problem: `AWS-LOGIN-ERROR-0006: there is no AWS account variable named "${account}". The step's account parameter must hold the name of the variable, not its value.`,
    };
  }
  return { environment: { ...regions, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } };
}
