import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireProgram, runProgram } from '../../support/cross-check.ts';
import { givenValues, type OrdinaryScene, openOrdinaryScene, publicShape } from './ordinary-scene.ts';

let scene: OrdinaryScene;

beforeEach(async () => {
  scene = await openOrdinaryScene(givenValues);
});
afterEach(() => scene.emulator.close());

describe('a network stack that exports, and a canary that imports', () => {
  it('are created, updated and deleted, with alarms, scaling and permissions beside the canary', async () => {
    const network = scene.stackCalled('network');
    const service = scene.stackCalled('service');
    await network.create(publicShape('network'));
    await service.create(publicShape('service'));
    const { Blue, Cluster, Subnets } = await network.outputs();
    const { Topic, TopicName, Alarm, Address } = await service.outputs();
    expect([Cluster, Subnets]).toEqual([
      expect.stringContaining('network-Cluster-'),
      expect.stringMatching(/^(subnet-\w{17},?){2}$/),
    ]);
    expect(Topic).toBe(`arn:aws:sns:us-east-1:123456789012:${TopicName}`);
    expect(Alarm).toMatch(/^arn:aws:cloudwatch:us-east-1:123456789012:alarm:service-Errors-/);
    expect(Address).toBe('10.1.2.3');
    const { StackResources } = await service.call<{
      StackResources: { PhysicalResourceId: string; LogicalResourceId: string }[];
    }>('DescribeStackResources', { StackName: 'service' });
    const ids = Object.fromEntries(StackResources.map((each) => [each.LogicalResourceId, each.PhysicalResourceId]));
    expect(ids['Scaling']).toMatch(
      /^service\/network-Cluster-\w+\/service-Service-\w+\|ecs:service:DesiredCount\|ecs$/,
    );
    expect(ids['Database']).toMatch(/^arn:aws:secretsmanager:us-east-1:123456789012:secret:service-Database-/);
    expect(await environmentOf(ids['Definition'])).toEqual({ APPVERSION: '1', BANNER: 'hello', DB_USER: 'shop' });
    const [{ taskSets }] = (
      await scene.emulator.world.invoke<{ services: [{ taskSets: object[] }] }>('ecs', 'DescribeServices', {
        cluster: Cluster,
        services: [ids['Service']],
      })
    ).services;
    expect(taskSets).toMatchObject([{ stabilityStatus: 'STEADY_STATE' }, { stabilityStatus: 'STEADY_STATE' }]);
    expect(Blue).toContain(':targetgroup/');
    await service.update(
      publicShape('service').replace('Threshold: !If', 'DatapointsToAlarm: 1\n      Threshold: !If'),
    );
    expect(await service.outputs()).toMatchObject({ Alarm, Topic });
    await service.remove();
    await network.remove();
    expect(scene.notes.toSorted()).toEqual([
      'The emulator only records Lookup (Custom::Lookup), which calls no function here.',
      'The emulator only records Scaling (AWS::ApplicationAutoScaling::ScalableTarget), which scales nothing here.',
    ]);
  });

  it('refuses to change or delete an export while another stack imports it, as AWS does', async () => {
    const network = scene.stackCalled('network');
    const importer = scene.stackCalled('importer');
    const exporting = (value: string) =>
      `{Resources: {R: {Type: Test::Fake::Resource, Properties: {Value: ${value}}}}, Outputs: {O: {Value: ${value}, Export: {Name: shared}}}}`;
    await network.create(exporting('one'));
    await importer.create('{Resources: {R: {Type: Test::Fake::Resource, Properties: {Value: !ImportValue shared}}}}');
    await network.call('UpdateStack', { StackName: 'network', TemplateBody: exporting('two') });
    await network.settle('UPDATE_ROLLBACK_COMPLETE');
    expect(await network.story()).toContain(
      'network UPDATE_ROLLBACK_IN_PROGRESS Export shared cannot be updated as it is in use by importer',
    );
    await network.call('DeleteStack', { StackName: 'network' });
    const kept = await network.settle('UPDATE_ROLLBACK_COMPLETE');
    expect(kept.StackStatusReason).toBe('Export shared cannot be deleted as it is in use by importer');
    expect(await network.call('ListExports')).toMatchObject({ Exports: [{ Name: 'shared', Value: 'one' }] });
    expect(await network.call('ListImports', { ExportName: 'shared' })).toMatchObject({ Imports: ['importer'] });
    await importer.remove();
    await expect(network.call('ListImports', { ExportName: 'shared' })).rejects.toThrow('not imported by any stack');
    await network.remove();
  });
});

describe('HTTPS with sign-in', () => {
  it('is created, updated and deleted, and shows its settings again', async () => {
    const secure = scene.stackCalled('secure');
    await secure.create(publicShape('secure'), { Tags: [{ Key: 'Team', Value: 'shop' }] });
    const { Policy, Numbers, Pool } = await secure.outputs();
    expect([Policy, Numbers]).toEqual(['the default', '{"Subnets":3}']);
    expect(Pool).toMatch(/^https:\/\//);
    const resources = await secure.resources();
    const elb = <Output>(operation: string, input: object) =>
      scene.emulator.world.invoke<Output>('elb', operation, input);
    const ListenerArn = resources['Secure']?.PhysicalResourceId;
    expect(await elb('DescribeListeners', { ListenerArns: [ListenerArn] })).toMatchObject({
      Listeners: [{ SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06', MutualAuthentication: { Mode: 'verify' } }],
    });
    expect(await elb('DescribeListenerAttributes', { ListenerArn })).toEqual({
      Attributes: [{ Key: 'routing.http.response.server.enabled', Value: 'false' }],
    });
    expect(await elb('DescribeTags', { ResourceArns: [ListenerArn] })).toMatchObject({
      TagDescriptions: [{ Tags: [{ Key: 'Team', Value: 'shop' }] }],
    });
    const { Attributes } = await elb<{ Attributes: { Key: string; Value: string }[] }>(
      'DescribeLoadBalancerAttributes',
      {
        LoadBalancerArn: resources['Balancer']?.PhysicalResourceId,
      },
    );
    expect(Attributes).toContainEqual({
      Key: 'access_logs.s3.bucket',
      Value: resources['LogsOfBalancer']?.PhysicalResourceId,
    });
    await secure.update(
      publicShape('secure').replace("Value: 'false'}", "Value: 'true'}").replace('Mode: verify', 'Mode: passthrough'),
    );
    expect(await elb('DescribeListenerAttributes', { ListenerArn })).toMatchObject({ Attributes: [{ Value: 'true' }] });
    await secure.remove();
    expect(scene.emulator.listeners()).toEqual({});
  });
});

async function environmentOf(taskDefinition: string | undefined): Promise<Record<string, string>> {
  const answer = await scene.emulator.world.invoke<{
    taskDefinition: { containerDefinitions: { environment: { name: string; value: string }[] }[] };
  }>('ecs', 'DescribeTaskDefinition', { taskDefinition });
  const [container] = answer.taskDefinition.containerDefinitions;
  return Object.fromEntries((container?.environment ?? []).map(({ name, value }) => [name, value]));
}

it('what the CDK adds to every template is accepted', async () => {
  const cdk = scene.stackCalled('cdk');
  await cdk.create(`Parameters:
  BootstrapVersion: {Type: AWS::SSM::Parameter::Value<String>, Default: /cdk-bootstrap/hnb659fds/version}
Rules:
  CheckBootstrapVersion:
    Assertions:
      - {Assert: !Not [!Contains [['1', '2', '3', '4', '5'], !Ref BootstrapVersion]], AssertDescription: too old}
Resources:
  Topic: {Type: AWS::SNS::Topic, Metadata: {'aws:cdk:path': Stack/Topic/Resource}}
  CDKMetadata: {Type: AWS::CDK::Metadata, Properties: {Analytics: v2:deflate64:H4s}}`);
  await cdk.remove();
});

it('a stack of many resources, and one that the emulator cannot carry out, tell so', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error) => void warnings.push(warning.name);
  process.on('warning', warned);
  const many = Array.from({ length: 15 }, (_, index) => `  R${index}: {Type: AWS::SNS::Topic}`);
  await scene.stackCalled('many').create(['Resources:', ...many].join('\n'));
  const text = `Resources:
  Cluster: {Type: AWS::ECS::Cluster}
  Definition: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Name: a, Image: a, Memory: 128}]}}
  Service: {Type: AWS::ECS::Service, Properties: {Cluster: !Ref Cluster, TaskDefinition: !Ref Definition}}`;
  const stack = scene.stackCalled('rolling');
  await stack.call('CreateStack', { StackName: 'rolling', TemplateBody: text });
  await stack.settle('ROLLBACK_COMPLETE');
  expect(await stack.story()).toContain(
    'Service CREATE_FAILED The emulator does not support tasks of a service that is not EXTERNAL; use desiredCount 0.',
  );
  process.off('warning', warned);
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});

const parameter = (ParameterKey: string, ParameterValue: string) => ({
  Parameters: [{ ParameterKey, ParameterValue }],
});

it('a rule of the template is checked, and one that needs values from the account is noted', async () => {
  const ruled = (rules: string) =>
    `{Parameters: {P: {Type: String, Default: a}}, Resources: {R: {Type: Test::Fake::Resource}}, Rules: ${rules}}`;
  const broken = ruled(
    '{Named: {Assertions: [{Assert: !EachMemberIn [[!Ref P], [b, c]], AssertDescription: P must be b or c}]}}',
  );
  const stack = scene.stackCalled('ruled');
  await expect(stack.call('CreateStack', { StackName: 'ruled', TemplateBody: broken })).rejects.toThrow(
    'The emulator finds broken rules in the template: Named: P must be b or c.',
  );
  await stack.create(broken, parameter('P', 'c'));
  await scene
    .stackCalled('asking')
    .create(ruled("{Vpc: {Assertions: [{Assert: !Contains [!RefAll 'AWS::EC2::VPC::Id', !Ref P]}]}}"));
  expect(scene.notes).toEqual([
    'The emulator does not check the rule Vpc of the template, because it needs values from the account.',
  ]);
});

it.runIf(requireProgram('cfn-lint'))(
  'cfn-lint finds nothing wrong with these templates, so the emulator may accept them',
  async () => {
    const files = ['network', 'service', 'secure'].map((name) => `test/fixtures/public-shapes/${name}.yaml`);
    const { status, stdout } = await runProgram('cfn-lint', ['--regions', 'us-east-1', '--', ...files]);
    expect({ status, stdout: status === 0 ? '' : stdout }).toEqual({ status: 0, stdout: '' });
  },
);
