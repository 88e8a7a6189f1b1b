import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import type { Policy } from '../../src/policies/policy-statement.ts';
import type { IamRequest } from './iam-requests.ts';

/** Whether an independent evaluator says that identity policies allow a request; throws if a policy or the request is malformed. */
export async function isAllowed(policies: readonly Policy[], request: IamRequest, account: string): Promise<boolean> {
  const key = JSON.stringify([policies, request, account]);
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = await evaluate(policies, request, account);
  verdicts.set(key, verdict);
  return verdict;
}

const verdicts = new Map<string, boolean>();

async function evaluate(policies: readonly Policy[], request: IamRequest, account: string): Promise<boolean> {
  const simulation: Simulation = {
    request: {
      principal: `arn:aws:iam::${account}:role/octopus`,
      action: request.action,
      resource: { resource: request.resource, accountId: account },
      contextVariables: { ...request.context },
    },
    identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  // Its reference knows AddTags and RemoveTags only for Classic Load Balancers, so their resource types cannot be checked.
  if (/^elasticloadbalancing:(Add|Remove)Tags$/.test(request.action))
    return runUnsafeSimulation(simulation, {}) === 'Allowed';
  const outcome = await runSimulation(simulation, {});
  if (outcome.resultType === 'error')
    throw new TypeError(`${request.action} on ${request.resource}: ${JSON.stringify(outcome.errors)}`);
  return outcome.overallResult === 'Allowed';
}
