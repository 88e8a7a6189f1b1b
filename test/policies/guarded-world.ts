import type { Authorize, CallToAuthorize } from '../../src/emulator/authorization.ts';
import { AwsError } from '../../src/emulator/contract/aws-error.ts';
import type { ParameterSet } from '../../src/parameters/parameters.ts';
import { policyOf } from '../../src/policies/policy-files.ts';
import type { PolicyScope } from '../../src/policies/policy-scope.ts';
import { buildPolicy, type Policy } from '../../src/policies/policy-statement.ts';
import { callerGrants, stackGrants } from '../../src/policies/stack-grants.ts';
import type { Step, StepId } from '../../src/steps/step.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type RunOptions, type StepRun } from '../support/canary-world.ts';
import { isAllowed } from './iam-evaluator.ts';
import { type IamRequest, iamRequests } from './iam-requests.ts';

/** Whose permissions a request used. */
export type Principal = StepId | 'cloudformation';

/** A canary's world in which every call needs a permission: from the step's own policy, or from CloudFormation's role. */
export interface GuardedWorld {
  readonly world: CanaryWorld;
  readonly awsConsole: CanaryConsole;
  /** Every permission that was requested, in order. */
  readonly asked: readonly (IamRequest & { readonly by: Principal })[];
  /** Runs a step with its policy; at each call `trap` may choose one action to remove from the policy for the rest of the run. */
  readonly run: <P extends ParameterSet, S>(
    step: Step<P, S>,
    parameters: Readonly<Record<string, string>>,
    options?: RunOptions & { readonly trap?: (action: string) => boolean },
  ) => Promise<StepRun & { readonly trapped: string | undefined }>;
  /** Removes an action from CloudFormation's policy, or restores the policy. */
  readonly takeFromStack: (action: string | undefined) => void;
  readonly close: () => Promise<void>;
}

/** The scope of the policies in these tests, with the cluster and load balancer of the scene. */
export const scope: PolicyScope = {
  partition: 'aws',
  region: 'us-east-1',
  account: '123456789012',
  stack: 'canary',
  cluster: 'rehearsal',
  service: 'canary-*',
  loadBalancer: 'rehearsal',
  taskFamily: 'canary',
  stackRole: 'canary-stack',
  taskRoles: ['execution', 'task'],
  logGroup: '/ecs/canary',
  templateBucket: 'templates/canary',
  defaultActions: true,
};

export async function openGuardedWorld(): Promise<GuardedWorld> {
  const guard: Guard = { step: undefined, trap: undefined, trapped: undefined, stackLacks: undefined, asked: [] };
  let world: CanaryWorld | undefined;
  const tagsOf = async (arn: string) => (world ? readTags(world, arn) : {});
  const opened = await openCanaryWorld({
    timeScale: 400,
    taskStartSeconds: 4,
    accountId: scope.account,
    authorize: authorizeWith(guard, tagsOf),
  });
  world = opened;
  const awsConsole = openCanaryConsole(opened.emulator);
  return {
    world: opened,
    awsConsole,
    asked: guard.asked,
    run: async (step, parameters, { trap, ...options } = {}) => {
      Object.assign(guard, { step: step.id, trap, trapped: undefined });
      const run = await opened.run(step, parameters, options);
      return { ...run, trapped: guard.trapped };
    },
    takeFromStack: (action) => {
      guard.stackLacks = action;
    },
    close: async () => {
      awsConsole.close();
      await opened.close();
    },
  };
}

interface Guard {
  step: StepId | undefined;
  trap: ((action: string) => boolean) | undefined;
  trapped: string | undefined;
  stackLacks: string | undefined;
  readonly asked: (IamRequest & { readonly by: Principal })[];
}

function authorizeWith(guard: Guard, tagsOf: (arn: string) => Promise<Readonly<Record<string, string>>>): Authorize {
  const around = { region: scope.region, account: scope.account, tagsOf };
  return async (call) => {
    const by = principalOf(guard, call);
    if (by === undefined) return undefined;
    for (const request of await iamRequests(call, around)) {
      guard.asked.push({ ...request, by });
      if (by !== 'cloudformation' && guard.trapped === undefined && guard.trap?.(request.action))
        guard.trapped = request.action;
      const policies = policiesOf(guard, call);
      if (!(await isAllowed(policies, withCallChain(call, request), scope.account))) return denial(call, request);
    }
    return undefined;
  };
}

/** Undefined for calls that people make by hand; they may do everything. */
function principalOf(guard: Guard, { caller }: CallToAuthorize): Principal | undefined {
  if (caller.kind === 'cloudformation') return 'cloudformation';
  return caller.userAgent.includes('octopus-ecs-canary') ? guard.step : undefined;
}

function policiesOf(guard: Guard, { caller }: CallToAuthorize): readonly Policy[] {
  const own = guard.step === undefined ? [] : [without(policyOf(guard.step, scope), guard.trapped)];
  if (caller.kind === 'client') return own;
  const ofStack = caller.roleArn === undefined ? callerGrants : stackGrants;
  const policy = without(buildPolicy(ofStack, scope), guard.stackLacks);
  return caller.roleArn === undefined ? [...own, policy] : [policy];
}

function withCallChain({ caller }: CallToAuthorize, request: IamRequest): IamRequest {
  if (caller.kind === 'client' || caller.roleArn !== undefined) return request;
  return { ...request, context: { ...request.context, 'aws:CalledVia': ['cloudformation.amazonaws.com'] } };
}

/** A policy without one of its actions. */
export function without(policy: Policy, action: string | undefined): Policy {
  const Statement = policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((each) => each !== action),
  }));
  return { ...policy, Statement: Statement.filter(({ Action }) => Action.length > 0) };
}

function denial({ service }: CallToAuthorize, { action, resource }: IamRequest): AwsError {
  const json = service === 'ecs';
  return new AwsError(
    json ? 'AccessDeniedException' : 'AccessDenied',
    `User: arn:aws:sts::${scope.account}:assumed-role/octopus/session is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    json ? 400 : 403,
  );
}

async function readTags(world: CanaryWorld, arn: string): Promise<Readonly<Record<string, string>>> {
  const { TagDescriptions } = await world.emulator.world.invoke<{
    TagDescriptions?: { Tags?: { Key: string; Value: string }[] }[];
  }>('elb', 'DescribeTags', { ResourceArns: [arn] });
  return Object.fromEntries((TagDescriptions?.[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
}
