import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { fitArns } from '../../src/rehearsal/own-template.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { writesOf } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

async function open(): Promise<void> {
  world = await openCanaryWorld({ timeScale: 800, taskStartSeconds: 4 }, ['test']);
  awsConsole = openCanaryConsole(world.emulator);
}
async function close(): Promise<void> {
  awsConsole.close();
  await world.close();
}

describe('on a stack of the built-in template, Deploy Stack refuses before its first write', () => {
  beforeAll(async () => {
    await open();
    expect((await world.run(deployStack, world.builtIn('1'))).error).toBeUndefined();
  });
  afterAll(close);

  it.each<[string, string, string]>([
    ['ContainerPort', '5000', 'BlueTaskSet.LoadBalancers.ContainerPort: 4000 becomes 5000.'],
    ['ContainerName', 'other', 'BlueTaskSet.LoadBalancers.ContainerName: web becomes other.'],
    ['Subnets', 'subnet-0a1b2c3d4e5f60001', 'BlueTaskSet.NetworkConfiguration.AwsVpcConfiguration.Subnets'],
    ['AssignPublicIp', 'False', 'AssignPublicIp: ENABLED becomes DISABLED.'],
    ['VpcId', 'vpc-0a1b2c3d4e5f60009', 'BlueTargetGroup.VpcId'],
    ['ServiceName', 'shop', 'Service.ServiceName: nothing becomes shop.'],
    ['CapacityProviders', 'FARGATE=1', 'BlueTaskSet.LaunchType: FARGATE becomes nothing.'],
  ])('another %s', async (name, value, told) => {
    const run = await world.run(deployStack, world.builtIn('2', { [`EcsCanary.${name}`]: value }));
    expect(run.error).toMatchObject({ code: 'disruptive-update', message: expect.stringContaining(told) });
    expect(run.error?.hint).toContain('another name');
    expect(writesOf(run)).toEqual([]);
  });
});

describe('on a stack of an own template', () => {
  beforeAll(async () => {
    await open();
    expect((await deploy(article())).error).toBeUndefined();
  });
  afterAll(close);

  it('Deploy Stack refuses another port in a mapping by region, and to replace both groups for it', async () => {
    const run = await deploy(article().replace('Web: 4000', 'Web: 4001'));
    expect(run.error).toMatchObject({
      code: 'disruptive-update',
      message: expect.stringContaining('BlueTargetGroup.Port: 4000 becomes 4001.'),
    });
    expect(writesOf(run)).toEqual([]);
  });

  it.each([
    ['Elsewhere', 'Elsewhere, which does not hold'],
    ['Unsure', 'Unsure, which may not hold'],
    ['Missing', 'Missing, which may not hold'],
  ])('Deploy Stack refuses to let the condition %s take green away', async (condition, told) => {
    const run = await deploy(article().replace('  GreenTaskSet:\n', `  GreenTaskSet:\n    Condition: ${condition}\n`));
    expect(run.error).toMatchObject({
      code: 'invalid-template',
      message: expect.stringContaining(`GreenTaskSet has the Condition ${told}`),
    });
    expect(writesOf(run)).toEqual([]);
  });

  it('Deploy Stack refuses to replace a target group, and to give the stack another template', async () => {
    const renamed = await deploy(article().replace('OctopusBlueTargetGroup', 'Other'));
    expect(renamed.error).toMatchObject({
      code: 'disruptive-update',
      message: expect.stringContaining('BlueTargetGroup.Name: OctopusBlueTargetGroup becomes Other.'),
    });
    const other = await world.run(deployStack, world.builtIn('2'));
    expect(other.error).toMatchObject({ code: 'disruptive-update' });
    expect(other.error?.message).toContain(
      'MyListenerRule (AWS::ElasticLoadBalancingV2::ListenerRule) would be removed',
    );
    for (const run of [renamed, other]) expect(writesOf(run)).toEqual([]);
  });

  it('Deploy Stack refuses a secret instead of a name without showing it', async () => {
    const secret = article()
      .replace('Resources:', 'Parameters: {Password: {Type: String, NoEcho: true}}\nResources:')
      .replace('OctopusBlueTargetGroup', '!Ref Password');
    const listed = secret.replace('Type: String, NoEcho', 'Type: CommaDelimitedList, NoEcho');
    for (const [template, typed, told] of [
      [secret, 'Tr0ub4dor', '********'],
      [listed, 'Tr0ub4dor, c0rrecthorse', '["********","********"]'],
    ] as const) {
      const run = await deploy(template, { 'EcsCanary.TemplateParameters': `Password=${typed}` });
      expect(run.error?.message).toContain(`BlueTargetGroup.Name: OctopusBlueTargetGroup becomes ${told}.`);
      expect(writesOf(run)).toEqual([]);
    }
  });

  it('Prepare Blue leaves the serving green alone when a value of Parameter Store changed', async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    expect((await deploy(article('{{resolve:ssm:/shop/version}}'))).error).toBeUndefined();
    expect((await world.run(promote)).error).toBeUndefined();
    const { id } = await awsConsole.taskSet('Green');
    // AWS resolves Parameter Store values at every update.
    const updateStack: Aws['cloudFormation']['updateStack'] = (submission, token) =>
      world.aws.cloudFormation.updateStack(
        { ...submission, templateBody: submission.templateBody.replaceAll(/\{\{resolve.*?\}\}/g, 'untested') },
        token,
      );
    const between = (aws: Aws): Aws => ({ ...aws, cloudFormation: { ...aws.cloudFormation, updateStack } });
    expect((await world.run(prepareBlue, {}, { between })).error).toBeUndefined();
    expect((await awsConsole.lastEvents()).map((event) => event.LogicalResourceId)).toContain('MyTask');
    expect((await awsConsole.taskSet('Green')).id).toBe(id);
    expect((await awsConsole.taskSet('Blue')).taskDefinition).toBe((await awsConsole.taskSet('Green')).taskDefinition);
  });
});

/** What stacks of several regions share a template with. */
const byRegion = `Mappings: {Ports: {us-east-1: {Web: 4000}}}
Conditions:
  Here: !Equals [!Ref AWS::Region, us-east-1]
  Elsewhere: !Not [!Condition Here]
  Unsure: !Equals [!Ref AWS::URLSuffix, amazonaws.com]
`;

function deploy(template: string, more = {}) {
  return world.run(deployOwnTemplate, { 'EcsCanary.Template': template, ...more });
}

function article(version = '1.0.0'): string {
  const file = new URL('../fixtures/article/first-deployment.yaml', import.meta.url);
  const text = readFileSync(file, 'utf8')
    .replace('1.0.0', version)
    .replace('Resources:\n', `${byRegion}Resources:\n`)
    .replace('  MyListenerRule:\n', '  MyListenerRule:\n    Condition: Here\n')
    .replaceAll('Port: 4000\n      Protocol', 'Port: !FindInMap [Ports, !Ref AWS::Region, Web]\n      Protocol');
  return fitArns(text, world.scene).text;
}
