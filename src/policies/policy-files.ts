import { steps } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';
import { buildPolicy, type Policy } from './grants.ts';
import type { PolicyScope } from './policy-scope.ts';
import { callerGrants, stackGrants, stackRoleTrust } from './stack-grants.ts';
import { grantsFor } from './step-grants.ts';

/** A policy document, by the name of its file without `.json`. */
export interface PolicyFile {
  readonly name: string;
  /** What it is for, as a sentence. */
  readonly purpose: string;
  readonly document: Policy | typeof stackRoleTrust;
}

/** Every policy document that a set-up may need, those of the steps first. */
export function policyFiles(scope: PolicyScope): readonly PolicyFile[] {
  const own = steps.map(({ id, name, actions }) => ({
    name: id,
    purpose: `For the credentials of the step ${name}.`,
    document: buildPolicy(grantsFor(actions), scope),
  }));
  const all = [...new Set(steps.flatMap(({ actions }) => actions))];
  return [
    ...own,
    {
      name: 'all-steps',
      purpose: 'For credentials that all steps share.',
      document: buildPolicy(grantsFor(all), scope),
    },
    {
      name: 'cloudformation-service-role',
      purpose: 'For the role that CloudFormation works with (EcsCanary.StackRoleArn).',
      document: buildPolicy(stackGrants, scope),
    },
    {
      name: 'cloudformation-service-role-trust',
      purpose: 'Who may assume that role.',
      document: stackRoleTrust,
    },
    {
      name: 'cloudformation-without-role',
      purpose:
        'Without such a role: for the credentials of Prepare Blue and the step that deploys, beside their own policies.',
      document: buildPolicy(callerGrants, scope),
    },
  ];
}

/** The policy of a step. */
export function policyOf(step: StepId, scope: PolicyScope): Policy {
  const actions = steps.find(({ id }) => id === step)?.actions ?? [];
  return buildPolicy(grantsFor(actions), scope);
}

/** What is wrong with a policy that is longer than IAM lets a managed policy be, or undefined. */
export function describeExcess({ name, document }: PolicyFile): string | undefined {
  const length = JSON.stringify(document).length;
  if (length <= longestManagedPolicy) return undefined;
  return `${name}.json has ${length} characters without white space, and a managed policy takes ${longestManagedPolicy}: split it, or put it into a role as an inline policy (10,240).`;
}

/** IAM counts no white space. */
const longestManagedPolicy = 6144;

/** The text of a policy's file. */
export function renderPolicy(document: PolicyFile['document']): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
