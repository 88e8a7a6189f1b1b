import { steps } from '../steps/index.ts';
import type { StepId } from '../steps/step.ts';
import type { PolicyScope } from './policy-scope.ts';
import { buildPolicy, type Policy } from './policy-statement.ts';
import { callerGrants, stackGrants, stackRoleTrust } from './stack-grants.ts';
import { grantsFor } from './step-grants.ts';

/** A policy document; its name is its file name without `.json`. */
export interface PolicyFile {
  readonly name: string;
  /** One sentence that says where to attach it. */
  readonly purpose: string;
  readonly document: Policy | typeof stackRoleTrust;
}

/** Every policy document that a set-up may need, starting with those of the steps. */
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
      purpose: 'For the service role that CloudFormation uses (EcsCanary.StackRoleArn).',
      document: buildPolicy(stackGrants, scope),
    },
    {
      name: 'cloudformation-service-role-trust',
      purpose: 'The trust policy of that role.',
      document: stackRoleTrust,
    },
    {
      name: 'cloudformation-without-role',
      purpose:
        'Without a service role: for the credentials of Prepare Blue and of the step that deploys, in addition to their own policies.',
      document: buildPolicy(callerGrants, scope),
    },
  ];
}

/** The policy of a step. */
export function policyOf(step: StepId, scope: PolicyScope): Policy {
  const actions = steps.find(({ id }) => id === step)?.actions ?? [];
  return buildPolicy(grantsFor(actions), scope);
}

/** A warning if a policy is too long for a managed policy, otherwise undefined. */
export function describeExcess({ name, document }: PolicyFile): string | undefined {
  const length = JSON.stringify(document).length;
  if (length <= longestManagedPolicy) return undefined;
  return `${name}.json has ${length} characters without white space, but a managed policy may have only ${longestManagedPolicy}. Split it, or embed it in a role as an inline policy (limit 10,240).`;
}

/** In characters; IAM does not count white space. */
const longestManagedPolicy = 6144;

/** The text of a policy file. */
export function renderPolicy(document: PolicyFile['document']): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
