import { type PolicyScope, regionalArn } from './policy-scope.ts';

/** Actions that are allowed on the same resources under the same condition; becomes one policy statement. */
export interface Grant {
  readonly sid: string;
  readonly actions: readonly string[];
  /** If the scope has no such resource, this is empty and the actions are not allowed. */
  readonly resources: (scope: PolicyScope) => readonly string[];
  readonly condition?: (scope: PolicyScope) => Condition;
}

/** Operator, then key, then the value or values. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement as IAM reads it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Condition;
}

/** A policy as IAM reads it. */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** The policy of all grants that have a resource in the scope. */
export function buildPolicy(grants: readonly Grant[], scope: PolicyScope): Policy {
  return { Version: '2012-10-17', Statement: grants.flatMap((grant) => toStatement(grant, scope)) };
}

function toStatement({ sid, actions, resources, condition }: Grant, scope: PolicyScope): Statement[] {
  const [first, ...others] = resources(scope);
  if (first === undefined || actions.length === 0) return [];
  return [
    {
      Sid: sid,
      Effect: 'Allow',
      Action: [...actions].sort(),
      Resource: others.length === 0 ? first : [first, ...others],
      ...(condition && { Condition: condition(scope) }),
    },
  ];
}

/** For actions that AWS does not let a policy restrict by resource, mostly reads of load balancing. */
export const anything = (): readonly string[] => ['*'];

/** Resources of one AWS service in the region. */
export function within(service: string, ...paths: readonly ((scope: PolicyScope) => string)[]): Grant['resources'] {
  return (scope) => paths.map((path) => regionalArn(scope, service, path(scope)));
}
