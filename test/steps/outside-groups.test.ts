import { afterAll, beforeAll, expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { writesOf } from '../support/call-log.ts';
import { eventually } from '../support/canary-console.ts';
import type { StepRun } from '../support/canary-world.ts';
import { type OwnCanary, openOwnCanary } from '../support/own-canary.ts';

/** The service's stack; target groups and listeners are in a network stack, whose exports only AWS knows. */
function withoutNetwork(text: string): string {
  return text
    .replace(/ {2}BlueGroup:\n[\s\S]*? {2}Service:\n/, '  Service:\n')
    .replaceAll('    DependsOn: Rule\n', '')
    .replaceAll('!Ref BlueGroup', '!If [Aws, !Ref Blue, none]')
    .replaceAll('!Ref GreenGroup', '!If [Aws, !Ref Green, none]')
    .replace(
      'Parameters:\n',
      'Conditions: {Aws: !Equals [!Ref AWS::URLSuffix, amazonaws.com]}\nParameters:\n  Blue: {Type: String}\n  Green: {Type: String}\n',
    );
}

const unnamed = (text: string): string => text.replace(/ {2}\w+TargetGroup: \{Value.*\n/g, '');

let canary: OwnCanary;
let outputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  canary = await openOwnCanary('cases/first-deployment-blue-empty.yaml', [], { edit: withoutNetwork });
  const { cloudFormation } = canary.awsConsole;
  const group =
    '{Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Port: 80, Protocol: HTTP, TargetType: ip, VpcId: vpc-0a1b2c3d4e5f60001, HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 4}}';
  const listener = (port: number, actions: string) =>
    `{Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: '${canary.world.scene.loadBalancerArn}', Port: ${port}, Protocol: HTTP, DefaultActions: ${actions}}}`;
  const both =
    '[{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref Blue, Weight: 100}, {TargetGroupArn: !Ref Green, Weight: 0}]}}]';
  await cloudFormation.createStack({
    StackName: 'network',
    TemplateBody: `Resources:\n  Blue: ${group}\n  Green: ${group}\n  Live: ${listener(8080, both)}\n  Test: ${listener(8081, '[{Type: forward, TargetGroupArn: !Ref Green}]')}\nOutputs: {Blue: {Value: !Ref Blue}, Green: {Value: !Ref Green}, Live: {Value: !Ref Live}, Test: {Value: !Ref Test}}\n`,
  });
  const read = async () => (await cloudFormation.describeStacks({ StackName: 'network' })).Stacks?.[0];
  await eventually('the network is there', async () => (await read())?.StackStatus === 'CREATE_COMPLETE');
  outputs = Object.fromEntries(
    (await read())?.Outputs?.map((each) => [each.OutputKey ?? '', each.OutputValue ?? '']) ?? [],
  );
});
afterAll(() => canary.close());

const deploy = (version: string, parts: Readonly<Record<string, string>>): Promise<StepRun> =>
  canary.deploy(version, {
    ...parts,
    'EcsCanary.TemplateParameters': `Blue=${outputs['Blue']}\nGreen=${outputs['Green']}`,
  });
const live = () => ({ 'EcsCanary.Parts': `ListenerRule=${outputs['Live']}` });
const parts = () => ({ 'EcsCanary.Parts': `ListenerRule=${outputs['Live']}\nTestListener=${outputs['Test']}` });
const ask = async (name: string) => {
  const url = canary.world.emulator.listeners()[outputs[name] ?? ''];
  return (await fetch(url ?? '')).text();
};

it('a service whose target groups are in another stack is refused until its rule is named', async () => {
  const run = await deploy('1', {});
  expect(run.error?.message).toContain(
    'for a rule outside the template, add the line ListenerRule=ARN to EcsCanary.Parts',
  );
  expect(run.calls).toEqual([]);
});

it('a service whose target groups only its task sets tell is refused with the outputs to add', async () => {
  const run = await deploy('1', { ...parts(), 'EcsCanary.Template': unnamed(canary.template('1')) });
  expect(run.error?.code).toBe('invalid-template');
  for (const colour of ['Blue', 'Green'])
    expect(run.error?.message).toContain(
      `Only the LoadBalancers of ${colour}Set tell which target group ${colour}TargetGroup is, so Rollback could not move traffic while ECS cannot be read. Add the output ${colour}TargetGroup with that TargetGroupArn as its Value.`,
    );
  expect(run.calls).toEqual([]);
});

it('a listener of the other stack that leads users to green is found, although no line names it', async () => {
  for (const version of ['1', '2']) {
    const run = await deploy(version, live());
    expect(run.error).toMatchObject({ code: 'rule-to-green', message: expect.stringContaining(outputs['Test'] ?? '') });
    expect(run.error?.hint).toContain(`add the line TestListener=${outputs['Test']} to EcsCanary.Parts`);
    if (version === '2') expect(writesOf(run)).toEqual([]);
  }
});

it('with the line that the refusal asks for, every step finds its way through a whole canary', async () => {
  const { world } = canary;
  for (const version of ['1', '2']) expect((await deploy(version, parts())).error).toBeUndefined();
  expect([await ask('Live'), await ask('Test')]).toEqual([expect.stringContaining('1'), expect.stringContaining('2')]);
  expect((await world.run(addTestRule, parts())).error).toBeUndefined();
  const shift = await world.run(shiftTraffic, { ...parts(), 'EcsCanary.GreenPercent': '10' });
  expect(shift.outputs).toMatchObject({ GreenPercent: '10' });
  expect((await world.run(promote, parts())).outputs).toMatchObject({ StableStack: 'Green', GreenPercent: '100' });
  expect((await world.run(prepareBlue, parts())).outputs).toMatchObject({ StableStack: 'Blue', GreenPercent: '0' });
  expect((await deploy('3', parts())).error).toBeUndefined();
  expect(await ask('Live')).toContain('2');
  expect((await world.run(rollback, parts())).outputs).toMatchObject({ StableStack: 'Blue', GreenPercent: '0' });
});

it.each(['access-denied', 'unavailable'] as const)(
  'Rollback moves the traffic and records blue before it looks at listeners that it may be unable to read: %s',
  async (kind) => {
    const { world, awsConsole } = canary;
    const forward = (blue: number, green: number) => [
      { TargetGroupArn: outputs['Blue'], Weight: blue },
      { TargetGroupArn: outputs['Green'], Weight: green },
    ];
    const DefaultActions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups: forward(50, 50) } }];
    await awsConsole.elb.modifyListener({ ListenerArn: outputs['Live'], DefaultActions });
    await awsConsole.tag('Green');
    world.emulator.faults.add({ kind, service: 'elb', operation: 'DescribeListeners' });
    const more = { 'EcsCanary.TimeoutMinutes': '1', 'EcsCanary.IdleScalePercent': '0', 'EcsCanary.SettleSeconds': '0' };
    const run = await world.run(rollback, { ...parts(), ...more });
    world.emulator.faults.clear();
    // Green may still serve at a listener that could not be read, so it keeps its scale.
    expect(writesOf(run)).toEqual(['ModifyListener', 'TagResource']);
    expect(run.calls.indexOf('DescribeListeners')).toBeGreaterThan(run.calls.indexOf('ModifyListener'));
    expect(run.error?.code).toBe(kind === 'access-denied' ? 'aws-access-denied' : 'timed-out');
    const { Rules } = await awsConsole.elb.describeRules({ ListenerArn: outputs['Live'] });
    expect(Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups).toEqual(forward(100, 0));
    expect(await awsConsole.readTag()).toBe('Blue');
  },
);
