import { afterAll, beforeAll, expect, it } from 'vitest';
import { asOwnTemplate } from '../../src/rehearsal/sample-deployment.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
const none = { 'EcsCanary.LogGroup': 'None' };
const noRole = { 'EcsCanary.ExecutionRoleArn': '', 'EcsCanary.ListenerPort': '8081' };

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4, pageSize: 100 });
  awsConsole = openCanaryConsole(world.emulator);
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

it('a new stack keeps logs in a log group that is named after it, to which a failure leads', async () => {
  await deploy('1');
  const { LogGroup = '' } = await awsConsole.resources();
  expect(LogGroup).toMatch(/^canary-LogGroup-/);
  const { error } = await world.run(deployStack, world.builtIn('2--crash-loop'));
  expect(error?.message).toContain(`aws logs tail ${LogGroup} --log-stream-names canary/web/`);
});

it('the log group stays in AWS when it leaves the stack', async () => {
  const left = await deploy('2', none);
  expect(left.log).toContain('LogGroup (LogGroup): DELETE_SKIPPED');
  expect(await awsConsole.resources()).not.toHaveProperty('LogGroup');
  expect(left.log.join()).not.toContain('no log group');
});

it('an update creates a missing log group only if the operator says how long to keep logs', async () => {
  const before = await deploy('3');
  expect(await awsConsole.resources()).not.toHaveProperty('LogGroup');
  expect(before.log.join('\n')).toMatch(/^The container has no log group\. .*EcsCanary\.CreateLogGroup/m);
  const with30Days = await deploy('4', { 'EcsCanary.CreateLogGroup': '30' });
  expect(with30Days.log.join()).not.toContain('no log group');
  const { LogGroup } = await awsConsole.resources();
  await deploy('5');
  expect((await awsConsole.resources())['LogGroup']).toBe(LogGroup);
});

it('a stack without an execution role on Fargate is created without a log group, with a warning', async () => {
  const run = await world.run(deployStack, { ...world.builtIn('1', noRole), 'EcsCanary.StackName': 'silent' });
  expect(run.error).toBeUndefined();
  expect(warningsOf(run)).toEqual([expect.stringMatching(/^The container has no log group\. .*ExecutionRoleArn/)]);
});

it('Deploy Own Template warns of a container that logs nowhere when it creates the stack', async () => {
  const own = asOwnTemplate(world.builtIn('1', { ...none, 'EcsCanary.ListenerPort': '8080' }));
  const run = await world.run(deployOwnTemplate, { ...own, 'EcsCanary.StackName': 'own' });
  expect(run.error).toBeUndefined();
  expect(warningsOf(run)).toEqual([
    expect.stringMatching(/^TaskDefinition: the container web has no LogConfiguration/),
  ]);
});

async function deploy(version: string, more = {}): Promise<StepRun> {
  const run = await world.run(deployStack, world.builtIn(version, more));
  expect(run.error).toBeUndefined();
  return run;
}

/** Lines between service messages that switch to the level of warnings and back. */
function warningsOf({ lines }: StepRun): readonly string[] {
  return lines.filter((_, index) => /^##octopus\[stdout-warning\]/.test(lines[index - 1] ?? ''));
}
