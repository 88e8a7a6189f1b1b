import { CloudFormation, type Stack } from '@aws-sdk/client-cloudformation';
import { ECS } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallToAuthorize } from '../../src/emulator/authorization.ts';
import { AwsError } from '../../src/emulator/contract/aws-error.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { eventually } from '../support/canary-console.ts';

let emulator: Emulator;
let ecs: ECS;
let cloudFormation: CloudFormation;
const asked: CallToAuthorize[] = [];
let refused = '';

beforeEach(async () => {
  asked.length = 0;
  refused = '';
  emulator = await createEmulator({
    timeScale: 400,
    authorize: async (call) => {
      asked.push(call);
      return call.operation === refused ? new AwsError('AccessDeniedException', `not ${refused}`) : undefined;
    },
  });
  const config = {
    endpoint: emulator.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'b' },
    customUserAgent: 'tester',
  };
  ecs = new ECS(config);
  cloudFormation = new CloudFormation(config);
});

afterEach(async () => {
  ecs.destroy();
  cloudFormation.destroy();
  await emulator.close();
});

const template = {
  Resources: { Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'of-the-stack' } } },
};

it('a call that is not authorized is refused before it is carried out', async () => {
  refused = 'CreateCluster';
  await expect(ecs.createCluster({ clusterName: 'mine' })).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'not CreateCluster',
  });
  expect((await ecs.describeClusters({ clusters: ['mine'] })).clusters).toEqual([]);
  expect(asked[0]).toMatchObject({
    service: 'ecs',
    operation: 'CreateCluster',
    input: { clusterName: 'mine' },
    caller: { kind: 'client', userAgent: expect.stringContaining('tester') },
  });
});

it("CloudFormation's own calls are authorized with the role that the stack was last given", async () => {
  await deploy({ RoleARN: 'arn:aws:iam::123456789012:role/first' });
  expect(await statusOf()).toMatchObject({ RoleARN: 'arn:aws:iam::123456789012:role/first' });
  expect(byStack()).toEqual([['CreateCluster', 'arn:aws:iam::123456789012:role/first']]);
  await cloudFormation.deleteStack({ StackName: 'roles', RoleARN: 'arn:aws:iam::123456789012:role/second' });
  await eventually('the cluster is gone', async () => byStack().some(([operation]) => operation === 'DeleteCluster'));
  expect(byStack().at(-1)).toEqual(['DeleteCluster', 'arn:aws:iam::123456789012:role/second']);
});

it('a resource that CloudFormation may not create fails, and the reason names the refused call', async () => {
  refused = 'CreateCluster';
  expect(await deploy({})).toMatchObject({ StackStatus: 'ROLLBACK_COMPLETE' });
  expect(await reasons()).toContain('not CreateCluster');
  expect(byStack()).toEqual([['CreateCluster', undefined]]);
});

async function deploy(more: { readonly RoleARN?: string }) {
  await cloudFormation.createStack({ StackName: 'roles', TemplateBody: JSON.stringify(template), ...more });
  await eventually('the stack is at rest', async () => !(await statusOf()).StackStatus?.endsWith('_IN_PROGRESS'));
  return statusOf();
}

async function statusOf(): Promise<Partial<Stack>> {
  return (await cloudFormation.describeStacks({ StackName: 'roles' })).Stacks?.[0] ?? {};
}

/** The reasons of all events, newest first. */
async function reasons(): Promise<string> {
  const found: (string | undefined)[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudFormation.describeStackEvents({ StackName: 'roles', NextToken });
    found.push(...(page.StackEvents ?? []).map(({ ResourceStatusReason }) => ResourceStatusReason));
    NextToken = page.NextToken;
  } while (NextToken);
  return found.join('\n');
}

function byStack(): readonly (readonly [string, string | undefined])[] {
  return asked.flatMap(({ operation, caller }) =>
    caller.kind === 'cloudformation' ? [[operation, caller.roleArn] as const] : [],
  );
}
