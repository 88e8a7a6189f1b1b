import { readFileSync } from 'node:fs';
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CreateListenerCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, it, vi } from 'vitest';
import { createEmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { rehearsalCredentials } from '../../src/rehearsal/scene.ts';
import { askAsTester } from '../../src/rehearsal/tester.ts';
import { gatherUsers, measureEntryPoints } from '../../src/rehearsal/users.ts';

/** What to close after a test, the last first. */
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** The fixture, in which green runs version 2. */
function twoVersions(): string {
  const text = readFileSync(new URL('../fixtures/entry-points/every-entry-point.yaml', import.meta.url), 'utf8');
  const definition = /^ {2}Definition:\n(?: {4}.*\n)+/m.exec(text)?.[0] ?? '';
  const second = definition.replace('Definition:', 'NewDefinition:').replaceAll('#{Octopus.Release.Number}', '2.0');
  return text
    .replace(definition, () => definition.replaceAll('#{Octopus.Release.Number}', '1.0') + second)
    .replace(/(GreenSet:[\s\S]*?!Ref )Definition/, '$1NewDefinition');
}

/** The fixture's stack in the emulated AWS, made by no step of ours. */
async function deploy(template = twoVersions(), parameters: Readonly<Record<string, string>> = {}) {
  const cloud = await createEmulatedCloud({ timeScale: 100, template, parameters });
  const config = { endpoint: cloud.endpoint, region: 'us-east-1', credentials: rehearsalCredentials };
  const cloudFormation = new CloudFormationClient(config);
  const elb = new ElasticLoadBalancingV2Client(config);
  open.push(
    cloud.close,
    () => cloudFormation.destroy(),
    () => elb.destroy(),
  );
  const StackName = cloud.variables['Canary.StackName'] ?? '';
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: cloud.variables['Canary.Template'] }));
  const outputs = await vi.waitFor(
    async () => {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      expect(Stacks?.[0]?.StackStatus).toBe('CREATE_COMPLETE');
      return new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue ?? '']));
    },
    { timeout: 200_000, interval: 100 },
  );
  const groups = ['BlueTargetGroup', 'GreenTargetGroup'].map((name) => outputs.get(name) ?? '');
  return { cloud, elb, groups, balancer: cloud.variables['Canary.LoadBalancerArn'] ?? '' };
}

type Deployed = Awaited<ReturnType<typeof deploy>>;

/** Gives green one share at the API's rule and another at the internal listener. */
async function split({ elb, groups, balancer }: Deployed, api: number, internal: number): Promise<void> {
  const weighted = (green: number) => {
    const TargetGroups = groups.map((TargetGroupArn, index) => ({
      TargetGroupArn,
      Weight: [100 - green, green][index],
    }));
    return [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  };
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer }));
  const listenerArn = (port: number) => Listeners.find(({ Port }) => Port === port)?.ListenerArn;
  const { Rules = [] } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn(443) }));
  const RuleArn = Rules.find(({ Priority }) => Priority === '8')?.RuleArn;
  await elb.send(new ModifyRuleCommand({ RuleArn, Actions: weighted(api) }));
  await elb.send(new ModifyListenerCommand({ ListenerArn: listenerArn(8080), DefaultActions: weighted(internal) }));
}

it('every entry point of a stack is found, and its users get the split of its rule', async () => {
  const deployed = await deploy();
  const { cloud } = deployed;
  const crowd = gatherUsers(cloud, 400, () => undefined);
  open.push(crowd.stop);
  const users = await crowd.welcome();
  expect(users.entryPoints.map(({ name, kind, url }) => [name, kind, new URL(url).pathname])).toEqual([
    ['HTTP:80 (default)', 'redirect', '/'],
    ['HTTPS:443 /api/*', 'service', '/api/x'],
    ['HTTPS:443 /*', 'service', '/'],
    ['HTTP:8080 (default)', 'service', '/'],
  ]);
  await split(deployed, 50, 100);
  // Answers that were pending when the weights were written come first.
  await users.load.nextAnswers(64);
  const seen = await measureEntryPoints(users, 60);
  // Answers may overtake one another at either end of the sample.
  const half = { '1.0': expect.closeTo(30, -1), '2.0': expect.closeTo(30, -1) };
  expect(seen.map(({ measured: { requests, errors, versions } }) => ({ requests, errors, versions }))).toEqual([
    { requests: 60, errors: 0, versions: { '1.0': 60 } },
    { requests: 60, errors: 0, versions: half },
    { requests: 60, errors: 0, versions: { '1.0': 60 } },
    { requests: 60, errors: 0, versions: { '2.0': 60 } },
  ]);

  await crowd.stop();
  const served = await cloud.served();
  const at = (name: string) => served.filter(({ entryPoint }) => entryPoint === name).length;
  expect(served).toHaveLength(at('HTTPS:443 /api/*') + at('HTTPS:443 /*') + at('HTTP:8080 (default)'));
  // Redirected users reach the service through another rule.
  expect(at('HTTPS:443 /*')).toBeGreaterThan(1.5 * at('HTTPS:443 /api/*'));
});

it('a tester finds a listener of their own, which is no entry point of users once it is named', async () => {
  const parameters = { 'EcsCanary.Parts': 'TestListener=Other\nTestListener=TestListener' };
  const testListener = `  TestListener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties: {LoadBalancerArn: !Ref Lb, Port: 9001, Protocol: HTTP, DefaultActions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]}
`;
  const template = twoVersions().replace('  Service:\n', () => `${testListener}  Service:\n`);
  const { cloud, elb, groups, balancer } = await deploy(template, parameters);
  const entryPoints = await cloud.findEntryPoints();
  expect(entryPoints.map(({ name }) => name)).not.toContain('HTTP:9001 (default)');
  const answer = await askAsTester(entryPoints, 'http://rehearsal.us-east-1.elb.amazonaws.com:9001/');
  expect(answer.version).toBe('2.0');
  expect(await cloud.served()).toEqual([]);

  const foreign = { LoadBalancerArn: balancer, Port: 9002, Protocol: 'HTTP' as const };
  await elb.send(
    new CreateListenerCommand({ ...foreign, DefaultActions: [{ Type: 'forward', TargetGroupArn: groups[1] }] }),
  );
  expect((await cloud.findEntryPoints()).map(({ name }) => name)).toEqual(entryPoints.map(({ name }) => name));
});
