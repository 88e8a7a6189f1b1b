import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noOutsideValues } from '../../../src/emulator/contract/outside-values.ts';
import { createEmulator, type Emulator } from '../../../src/emulator/emulator.ts';
import { requireProgram, runProgram } from '../../support/cross-check.ts';
import { stackShorthands } from './stack-scene.ts';

let emulator: Emulator;
let notes: string[];

const values = {
  ...noOutsideValues,
  exports: { 'given-vpc': 'vpc-given' },
  ssm: { '/shop/image': 'shop:1.0.0', '/shop/banner': 'hello' },
  secretsmanager: { 'shop/db': '{"username":"shop"}' },
  attributes: { 'Lookup.Address': '10.1.2.3' },
};

beforeEach(async () => {
  await start(values);
});
afterEach(() => emulator.close());

async function start(given: typeof values | typeof noOutsideValues): Promise<void> {
  emulator = await createEmulator({ timeScale: 400, values: given });
  notes = [];
  emulator.onNote((note) => notes.push(note));
}

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/public-shapes/${name}.yaml`, import.meta.url), 'utf8');

const stackCalled = (StackName: string) => {
  const stack = stackShorthands(emulator.world, StackName);
  const submit = async (operation: string, status: string, TemplateBody: string, others: object = {}) => {
    const Capabilities = ['CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'];
    await stack.call(operation, { StackName, TemplateBody, Capabilities, ...others });
    return stack.settle(status);
  };
  return {
    ...stack,
    create: (text: string, others?: object) => submit('CreateStack', 'CREATE_COMPLETE', text, others),
    update: (text: string, others?: object) => submit('UpdateStack', 'UPDATE_COMPLETE', text, others),
    outputs: async (): Promise<Record<string, string>> =>
      Object.fromEntries(((await stack.stack()).Outputs ?? []).map((each) => [each.OutputKey, each.OutputValue ?? ''])),
    remove: async () => {
      const { StackId } = await stack.stack();
      await stack.call('DeleteStack', { StackName });
      const byId = stackShorthands(emulator.world, StackId);
      await byId.settle('DELETE_COMPLETE');
    },
  };
};

const parameter = (ParameterKey: string, ParameterValue: string) => ({
  Parameters: [{ ParameterKey, ParameterValue }],
});

describe('a network stack that exports, and a canary that imports', () => {
  it('are created, updated and deleted, with alarms, scaling and permissions beside the canary', async () => {
    const network = stackCalled('network');
    const service = stackCalled('service');
    await network.create(fixture('network'));
    await service.create(fixture('service'));
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
      await emulator.world.invoke<{ services: [{ taskSets: object[] }] }>('ecs', 'DescribeServices', {
        cluster: Cluster,
        services: [ids['Service']],
      })
    ).services;
    expect(taskSets).toMatchObject([{ stabilityStatus: 'STEADY_STATE' }, { stabilityStatus: 'STEADY_STATE' }]);
    expect(Blue).toContain(':targetgroup/');
    await service.update(fixture('service').replace('Threshold: !If', 'DatapointsToAlarm: 1\n      Threshold: !If'));
    expect(await service.outputs()).toMatchObject({ Alarm, Topic });
    await service.remove();
    await network.remove();
    expect(notes.toSorted()).toEqual([
      'The emulator only records Lookup (Custom::Lookup), which calls no function here.',
      'The emulator only records Scaling (AWS::ApplicationAutoScaling::ScalableTarget), which scales nothing here.',
    ]);
  });

  it('refuses to change or delete an export while another stack imports it, as AWS does', async () => {
    const network = stackCalled('network');
    const importer = stackCalled('importer');
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

describe('what no other stack exports', () => {
  it('is made up once, in the form that its place asks for, with a note that says how to choose it', async () => {
    await emulator.close();
    await start(noOutsideValues);
    const service = stackCalled('service');
    await service.create(fixture('service'));
    const told = (name: string) => notes.find((note) => note.includes(` ${name}.`)) ?? '';
    expect(told('the export network-subnets')).toMatch(
      /^The emulator made up subnet-\w{17},subnet-\w{17},subnet-\w{17} for /,
    );
    expect(told('the export network-task-group')).toMatch(/^The emulator made up sg-\w{17} for /);
    expect(told('the export network-listener')).toMatch(/made up arn:aws:elasticloadbalancing:.*:listener\/app\//);
    expect(told('the export network-blue')).toMatch(/made up arn:aws:elasticloadbalancing:.*:targetgroup\/stand-in-/);
    expect(told('the export network-cluster')).toContain(
      'made up stand-in for the export network-cluster. To choose it, put {"exports": {"network-cluster": "…"}} into the file of --values.',
    );
    expect(told('the SSM parameter /shop/image')).toContain('made-up/shop/image:1');
    expect(told("the custom resource's attribute Lookup.Address")).toContain('{"attributes": {"Lookup.Address": "…"}}');
    const known = notes.length;
    await service.update(fixture('service').replace("Value: '1'}", "Value: '2'}"));
    expect(notes).toHaveLength(known);
    await service.remove();
  });

  it('may be given as on AWS: what should exist then has a stand-in', async () => {
    await emulator.close();
    const real = (resource: string) => `arn:aws:elasticloadbalancing:eu-west-1:999999999999:${resource}`;
    const listener = real('listener/app/live/0123456789abcdef/0123456789abcdef');
    const cluster = 'arn:aws:ecs:eu-west-1:999999999999:cluster/production';
    await start({
      ...values,
      exports: { ...values.exports, 'network-listener': listener, 'network-cluster': cluster } as typeof values.exports,
    });
    await stackCalled('service').create(fixture('service'));
    expect(notes.find((note) => note.includes(listener))).toMatch(
      /^The emulator has no arn:.*; arn:aws:elasticloadbalancing:us-east-1:.* stands in for it \(the export network-listener\)\.$/,
    );
    const { clusters } = await emulator.world.invoke<{ clusters: object[] }>('ecs', 'DescribeClusters', {
      clusters: ['production'],
    });
    expect(clusters).toMatchObject([{ activeServicesCount: 1 }]);
  });

  it('comes from the values that were given', async () => {
    const stack = stackCalled('one');
    await stack.create(
      '{Resources: {R: {Type: Test::Fake::Resource, Properties: {Value: !ImportValue given-vpc}}}, Outputs: {O: {Value: !GetAtt R.Value}}}',
    );
    expect(await stack.outputs()).toEqual({ O: 'vpc-given' });
    expect(notes).toEqual([]);
  });

  it('of the parameter store and of secrets also comes from other stacks', async () => {
    await stackCalled('store').create(`Resources:
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /a/b, Type: String, Value: stored}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: s, SecretString: '{"k": "kept"}'}}`);
    const reader = stackCalled('reader');
    await reader.create(`Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/b}}
Resources:
  R: {Type: Test::Fake::Resource, Properties: {Value: !Sub '\${P} {{resolve:ssm:/a/b}} {{resolve:secretsmanager:s:SecretString:k}}'}}
Outputs: {O: {Value: !GetAtt R.Value}}`);
    expect(await reader.outputs()).toEqual({ O: 'stored stored kept' });
    expect((await reader.stack()).Parameters).toEqual([
      { ParameterKey: 'P', ParameterValue: '/a/b', ResolvedValue: 'stored' },
    ]);
  });
});

describe('HTTPS with sign-in', () => {
  it('is created, updated and deleted, and shows its settings again', async () => {
    const secure = stackCalled('secure');
    await secure.create(fixture('secure'), { Tags: [{ Key: 'Team', Value: 'shop' }] });
    const { Policy, Numbers, Pool } = await secure.outputs();
    expect([Policy, Numbers]).toEqual(['the default', '{"Subnets":3}']);
    expect(Pool).toMatch(/^https:\/\//);
    const resources = await secure.resources();
    const elb = <Output>(operation: string, input: object) => emulator.world.invoke<Output>('elb', operation, input);
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
      fixture('secure').replace("Value: 'false'}", "Value: 'true'}").replace('Mode: verify', 'Mode: passthrough'),
    );
    expect(await elb('DescribeListenerAttributes', { ListenerArn })).toMatchObject({ Attributes: [{ Value: 'true' }] });
    await secure.remove();
    expect(emulator.listeners()).toEqual({});
  });
});

async function environmentOf(taskDefinition: string | undefined): Promise<Record<string, string>> {
  const answer = await emulator.world.invoke<{
    taskDefinition: { containerDefinitions: { environment: { name: string; value: string }[] }[] };
  }>('ecs', 'DescribeTaskDefinition', { taskDefinition });
  const [container] = answer.taskDefinition.containerDefinitions;
  return Object.fromEntries((container?.environment ?? []).map(({ name, value }) => [name, value]));
}

it('what the CDK adds to every template is accepted', async () => {
  const cdk = stackCalled('cdk');
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
  await stackCalled('many').create(['Resources:', ...many].join('\n'));
  const text = `Resources:
  Cluster: {Type: AWS::ECS::Cluster}
  Definition: {Type: AWS::ECS::TaskDefinition, Properties: {ContainerDefinitions: [{Name: a, Image: a, Memory: 128}]}}
  Service: {Type: AWS::ECS::Service, Properties: {Cluster: !Ref Cluster, TaskDefinition: !Ref Definition}}`;
  const stack = stackCalled('rolling');
  await stack.call('CreateStack', { StackName: 'rolling', TemplateBody: text });
  await stack.settle('ROLLBACK_COMPLETE');
  expect(await stack.story()).toContain(
    'Service CREATE_FAILED The emulator does not support tasks of a service that is not EXTERNAL; use desiredCount 0.',
  );
  process.off('warning', warned);
  expect(warnings).not.toContain('MaxListenersExceededWarning');
});

it('a rule of the template is checked, and one that asks for values of the account is noted', async () => {
  const ruled = (rules: string) =>
    `{Parameters: {P: {Type: String, Default: a}}, Resources: {R: {Type: Test::Fake::Resource}}, Rules: ${rules}}`;
  const broken = ruled(
    '{Named: {Assertions: [{Assert: !EachMemberIn [[!Ref P], [b, c]], AssertDescription: P must be b or c}]}}',
  );
  const stack = stackCalled('ruled');
  await expect(stack.call('CreateStack', { StackName: 'ruled', TemplateBody: broken })).rejects.toThrow(
    'The emulator finds rules of the template broken: Named: P must be b or c.',
  );
  await stack.create(broken, parameter('P', 'c'));
  await stackCalled('asking').create(
    ruled("{Vpc: {Assertions: [{Assert: !Contains [!RefAll 'AWS::EC2::VPC::Id', !Ref P]}]}}"),
  );
  expect(notes).toEqual([
    'The emulator does not check the rule Vpc of the template, because it asks for values of the account.',
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
