import { afterEach, describe, expect, it } from 'vitest';
import { noOutsideValues, type OutsideValues } from '../../../src/emulator/contract/outside-values.ts';
import { givenValues, type OrdinaryScene, openOrdinaryScene, publicShape } from './ordinary-scene.ts';

let scene: OrdinaryScene;

async function open(values: OutsideValues): Promise<void> {
  scene = await openOrdinaryScene(values);
}

afterEach(() => scene.emulator.close());

describe('what no other stack exports', () => {
  it('is made up once, in the form that its place suggests, with a note that says how to choose it', async () => {
    await open(noOutsideValues);
    const service = scene.stackCalled('service');
    await service.create(publicShape('service'));
    const told = (name: string) => scene.notes.find((note) => note.includes(` ${name}.`)) ?? '';
    expect(told('the export network-subnets')).toMatch(
      /^The emulator made up subnet-\w{17},subnet-\w{17},subnet-\w{17} for /,
    );
    expect(told('the export network-task-group')).toMatch(/^The emulator made up sg-\w{17} for /);
    expect(told('the export network-listener')).toMatch(/made up arn:aws:elasticloadbalancing:.*:listener\/app\//);
    expect(told('the export network-blue')).toMatch(/made up arn:aws:elasticloadbalancing:.*:targetgroup\/stand-in-/);
    expect(told('the export network-cluster')).toContain(
      'made up stand-in for the export network-cluster. To choose another value, put {"exports": {"network-cluster": "…"}} into the file that --values names.',
    );
    expect(told('the SSM parameter /shop/image')).toContain('made-up/shop/image:1');
    expect(told("the custom resource's attribute Lookup.Address")).toContain('{"attributes": {"Lookup.Address": "…"}}');
    expect(told('the secret shop/db:username')).toContain('{"secretsmanager": {"shop/db": {"username": "…"}}}');
    const known = scene.notes.length;
    await service.update(publicShape('service').replace("Value: '1'}", "Value: '2'}"));
    expect(scene.notes).toHaveLength(known);
    await service.remove();
  });

  it('may be given as on AWS: what should exist then has a stand-in', async () => {
    const real = (resource: string) => `arn:aws:elasticloadbalancing:eu-west-1:999999999999:${resource}`;
    const listener = real('listener/app/live/0123456789abcdef/0123456789abcdef');
    const cluster = 'arn:aws:ecs:eu-west-1:999999999999:cluster/production';
    await open({ ...givenValues, exports: { 'network-listener': listener, 'network-cluster': cluster } });
    await scene.stackCalled('service').create(publicShape('service'));
    expect(scene.notes.find((note) => note.includes(listener))).toMatch(
      /^The emulator has no arn:.*; arn:aws:elasticloadbalancing:us-east-1:.* stands in for it \(the export network-listener\)\.$/,
    );
    const { clusters } = await scene.emulator.world.invoke<{ clusters: object[] }>('ecs', 'DescribeClusters', {
      clusters: ['production'],
    });
    expect(clusters).toMatchObject([{ activeServicesCount: 1 }]);
  });

  it('comes from the values that were given', async () => {
    await open({ ...givenValues, exports: { 'given-vpc': 'vpc-given' } });
    const stack = scene.stackCalled('one');
    await stack.create(
      '{Resources: {R: {Type: Test::Fake::Resource, Properties: {Value: !ImportValue given-vpc}}}, Outputs: {O: {Value: !GetAtt R.Value}}}',
    );
    expect(await stack.outputs()).toEqual({ O: 'vpc-given' });
    expect(scene.notes).toEqual([]);
  });

  it('of the parameter store and of secrets also comes from other stacks', async () => {
    await open(givenValues);
    await scene.stackCalled('store').create(`Resources:
  Parameter: {Type: AWS::SSM::Parameter, Properties: {Name: /a/b, Type: String, Value: stored}}
  Secret: {Type: AWS::SecretsManager::Secret, Properties: {Name: s, SecretString: '{"k": "kept"}'}}`);
    const reader = scene.stackCalled('reader');
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
