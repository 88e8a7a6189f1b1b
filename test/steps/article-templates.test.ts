import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { forwardGroups, listenerArnOf } from '../../src/canary/listener-rule.ts';
import { fitArns } from '../../src/rehearsal/own-template.ts';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

type TemplateText = (version: string) => string;

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeEach(async () => {
  world = await openCanaryWorld({ timeScale: 800, taskStartSeconds: 4 }, ['test']);
  awsConsole = openCanaryConsole(world.emulator);
});

afterEach(async () => {
  awsConsole.close();
  await world.close();
});

describe.each([
  ['first-deployment.json', 'AwsvpcConfiguration'],
  ['first-deployment.yaml', 'AwsVpcConfiguration'],
])("the article's %s with %s", (file, casing) => {
  it('runs the whole loop, and every deployment changes only green', async () => {
    const text: TemplateText = (version) => articleText(file, casing, version);
    expect((await world.run(prepareBlue)).outputs).toMatchObject({ FirstDeployment: 'True' });
    expect(await deploy(text('1.0.0'))).toBeUndefined();
    const first = await awsConsole.resources();
    const untouched = Object.keys(first).filter((id) => !['MyTask', 'GreenTaskSet', 'BlueTaskSet'].includes(id));
    expect(await awsConsole.ask()).toEqual({ status: 200, version: '1.0.0' });

    await prepare();
    // On another scale than the template's, so that an update that wrote the template's weights would be noticed.
    await awsConsole.setWeights(999, 0);
    expect(await deploy(text('1.0.1'))).toBeUndefined();
    const second = await awsConsole.resources();
    expect(await changedResources()).toEqual(['GreenTaskSet', 'MyTask']);
    expect(second['BlueTaskSet']).toBe(first['BlueTaskSet']);
    expect(second['GreenTaskSet']).not.toBe(first['GreenTaskSet']);
    expect(await awsConsole.weights()).toEqual({ blue: 999, green: 0 });
    expect(await versionsOfTaskSets()).toEqual({ Blue: first['MyTask'], Green: second['MyTask'] });

    expect((await world.run(addTestRule)).error).toBeUndefined();
    expect(await awsConsole.ask('/?test=true')).toEqual({ status: 200, version: '1.0.1' });
    const shifted = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' });
    expect(shifted.outputs).toMatchObject({ BlueWeight: '90', GreenWeight: '10' });
    expect((await world.run(promote)).outputs).toMatchObject({ StableStack: 'Green', GreenWeight: '100' });
    expect(await awsConsole.ask()).toEqual({ status: 200, version: '1.0.1' });

    const weightsBeforeWrites = await prepare();
    const third = await awsConsole.resources();
    expect(weightsBeforeWrites).toEqual([{ blue: 0, green: 100 }]);
    expect(await changedResources()).toEqual(['BlueTaskSet']);
    expect(third['GreenTaskSet']).toBe(second['GreenTaskSet']);
    expect(await versionsOfTaskSets()).toEqual({ Blue: second['MyTask'], Green: second['MyTask'] });

    expect(await deploy(text('1.0.2'))).toBeUndefined();
    const fourth = await awsConsole.resources();
    expect(await changedResources()).toEqual(['GreenTaskSet', 'MyTask']);
    expect(fourth['BlueTaskSet']).toBe(third['BlueTaskSet']);
    await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '50' });
    expect((await world.run(rollback)).outputs).toMatchObject({ BlueWeight: '100', StableStack: 'Blue' });
    expect(await awsConsole.ask()).toEqual({ status: 200, version: '1.0.1' });
    expect(await versionsOfTaskSets()).toEqual({ Blue: second['MyTask'], Green: fourth['MyTask'] });
    for (const id of untouched) expect(fourth[id]).toBe(first[id]);
  });
});

describe("the article's second template", () => {
  it('pins blue to a version from another account, and is repinned to the stable one here', async () => {
    expect(await deploy(articleText('first-deployment.json', 'AwsvpcConfiguration', '1.0.0'))).toBeUndefined();
    const one = (await awsConsole.resources())['MyTask'];
    await prepare();
    expect(await deploy(fitArns(fixture('second-deployment.json'), world.scene).text)).toBeUndefined();
    expect((await versionsOfTaskSets()).Blue).toBe(one);
    expect((await versionsOfTaskSets()).Green).not.toBe(one);
  });
});

async function deploy(template: string) {
  const run = await world.run(deployOwnTemplate, { 'EcsCanary.Template': template });
  return run.error;
}

/** Runs Prepare Blue. @returns the weights in force before each of its own weight writes */
async function prepare() {
  const found: { blue: number; green: number }[] = [];
  const run = await world.run(prepareBlue, {}, { between: (aws) => notingWeights(aws, found) });
  expect(run.error).toBeUndefined();
  expect(run.outputs).toMatchObject({ StableStack: 'Blue', FirstDeployment: 'False' });
  return found;
}

function notingWeights(aws: Aws, found: { blue: number; green: number }[]): Aws {
  const modifyActions: Aws['loadBalancing']['modifyActions'] = async (target, actions) => {
    const { BlueTargetGroup } = await awsConsole.outputs();
    const rules = await aws.loadBalancing.listRules(listenerArnOf(target.arn));
    const rule = rules.find((each) => each.arn === target.arn);
    const groups = rule ? forwardGroups(rule) : [];
    const blue = groups.find((group) => group.TargetGroupArn === BlueTargetGroup)?.Weight ?? -1;
    const green = groups.find((group) => group.TargetGroupArn !== BlueTargetGroup)?.Weight ?? -1;
    found.push({ blue, green });
    await aws.loadBalancing.modifyActions(target, actions);
  };
  return { ...aws, loadBalancing: { ...aws.loadBalancing, modifyActions } };
}

/** Logical ids that the stack's last operation changed. */
async function changedResources(): Promise<readonly string[]> {
  const ids = (await awsConsole.lastEvents())
    .filter((event) => event.ResourceType !== 'AWS::CloudFormation::Stack')
    .map((event) => event.LogicalResourceId ?? '');
  return [...new Set(ids)].sort();
}

async function versionsOfTaskSets() {
  const [blue, green] = await Promise.all([awsConsole.taskSet('Blue'), awsConsole.taskSet('Green')]);
  return { Blue: blue.taskDefinition, Green: green.taskDefinition };
}

function articleText(file: string, casing: string, version: string): string {
  const text = fixture(file).replace('1.0.0', version).replaceAll('AwsvpcConfiguration', casing);
  return fitArns(text, world.scene).text;
}

function fixture(file: string): string {
  return readFileSync(new URL(`../fixtures/article/${file}`, import.meta.url), 'utf8');
}
