import { AwsError } from '../../contract/aws-error.ts';
import type { CloudFormation, Stack } from '../state.ts';

/** Finds a stack by name, or by id even after it was deleted. */
export function findStack(cloud: CloudFormation, reference: string | undefined): Stack | undefined {
  return cloud.stacks.findLast(
    ({ id, name, deletionTime }) => id === reference || (name === reference && !deletionTime),
  );
}

/** The stack; throws ValidationError with one of AWS's two messages for a missing stack. */
export function requireStack(cloud: CloudFormation, reference: string | undefined, wording: 'id' | 'brackets'): Stack {
  const stack = findStack(cloud, reference);
  if (stack) return stack;
  throw invalid(wording === 'id' ? `Stack with id ${reference} does not exist` : `Stack [${reference}] does not exist`);
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** A required member of a request. */
export function requireMember(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value;
  throw invalid(
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}
