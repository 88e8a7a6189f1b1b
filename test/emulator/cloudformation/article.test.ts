import type { DescribeServicesResponse } from '@aws-sdk/client-ecs';
import { afterEach, expect, it } from 'vitest';
import { type ArticleScene, openArticleScene } from './article-scene.ts';
import { fake } from './stack-scene.ts';

let scene: ArticleScene;
afterEach(() => scene.close());

const pinned = 'arn:aws:ecs:us-east-1:123456789012:task-definition/mytask:26';
const revision = (number: number): string => pinned.replace(/26$/, String(number));
const secondTo = (number: number, version: string): string =>
  scene.template('second-deployment.json', [pinned, revision(number)], ['1.0.1', version]);

async function update(TemplateBody: string, status = 'UPDATE_COMPLETE'): Promise<void> {
  await scene.cloudFormation.updateStack({ StackName: 'canary', TemplateBody });
  await scene.stack.settle(status);
}

async function shift(weights: Readonly<Record<string, number>>): Promise<void> {
  const { arn } = await scene.rule();
  const TargetGroups = Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight }));
  await scene.elb.modifyRule({ RuleArn: arn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] });
}

async function promote(): Promise<void> {
  const { BlueTargetGroup = '', GreenTargetGroup = '' } = await scene.outputs();
  await shift({ [GreenTargetGroup]: 100, [BlueTargetGroup]: 0 });
  const resourceArn = (await scene.stack.resources())['MyService']?.PhysicalResourceId;
  await scene.ecs.tagResource({ resourceArn, tags: [{ key: 'StableStack', value: 'Green' }] });
}

async function stableStack(): Promise<string | undefined> {
  const resourceArn = (await scene.stack.resources())['MyService']?.PhysicalResourceId;
  const { tags } = await scene.ecs.listTagsForResource({ resourceArn });
  return tags?.find(({ key }) => key === 'StableStack')?.value;
}

/** Read in process, because a cleanup may end during an HTTP request. */
async function runs(): Promise<Record<string, string | undefined>> {
  const where = { cluster: 'test', services: ['myservice'] };
  const { services } = await scene.emulator.world.invoke<DescribeServicesResponse>('ecs', 'DescribeServices', where);
  return Object.fromEntries((services?.[0]?.taskSets ?? []).map(({ id = '', taskDefinition }) => [id, taskDefinition]));
}

it.each(['json', 'yaml'])('the first deployment creates eight resources and four outputs (%s)', async (format) => {
  scene = await openArticleScene();
  await scene.deployFirst(`first-deployment.${format}`);
  const resources = await scene.stack.resources();
  expect(Object.keys(resources)).toHaveLength(8);
  const outputs = await scene.outputs();
  expect(outputs['BlueTaskSet']).toMatch(/^ecs-svc\/\d{19}$/);
  expect(resources['BlueTaskSet']?.PhysicalResourceId).toBe(
    `arn:aws:ecs:us-east-1:123456789012:cluster/test|myservice|${outputs['BlueTaskSet']}`,
  );
  expect(outputs['GreenTargetGroup']).toContain(':targetgroup/OctopusGreenTargetGroup/');
  const taskSets = await scene.taskSets();
  expect(taskSets.map(({ stabilityStatus }) => stabilityStatus)).toEqual(['STEADY_STATE', 'STEADY_STATE']);
  expect((await scene.rule()).weights).toEqual({
    [outputs['GreenTargetGroup'] ?? '']: 0,
    [outputs['BlueTargetGroup'] ?? '']: 100,
  });
  expect(await stableStack()).toBe('Blue');
  const [url = ''] = Object.values(scene.emulator.listeners());
  expect(await (await fetch(url)).text()).toContain('1.0.0');
});

it('the second deployment replaces only green, and deletes the old one in the cleanup', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  const before = await scene.outputs();
  await scene.stack.story();
  await update(secondTo(1, '1.0.1'), 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const during = await runs();
  expect(Object.keys(during)).toHaveLength(3);
  await scene.stack.settle('UPDATE_COMPLETE');
  const after = await scene.outputs();
  expect(after['BlueTaskSet']).toBe(before['BlueTaskSet']);
  expect(after['GreenTaskSet']).not.toBe(before['GreenTaskSet']);
  expect(await runs()).toEqual({
    [after['BlueTaskSet'] ?? '']: revision(1),
    [after['GreenTaskSet'] ?? '']: revision(2),
  });
  const story = await scene.stack.story();
  expect(story.filter((line) => !/^(canary|MyTask|GreenTaskSet) /.test(line))).toEqual([]);
  expect(story).toContain('MyTask DELETE_SKIPPED');
  const { taskDefinition } = await scene.ecs.describeTaskDefinition({ taskDefinition: revision(1) });
  expect(taskDefinition?.status).toBe('ACTIVE');
});

it('the hazard: after a promotion, the next deployment leaves weights and tag alone and puts the new version live', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  await update(secondTo(1, '1.0.1'));
  await promote();
  const live = await scene.rule();
  await update(secondTo(2, '1.0.2'));
  expect(await scene.rule()).toEqual(live);
  expect(await stableStack()).toBe('Green');
  const { BlueTaskSet = '', GreenTaskSet = '' } = await scene.outputs();
  expect(await runs()).toEqual({ [BlueTaskSet]: revision(2), [GreenTaskSet]: revision(3) });
  const [url = ''] = Object.values(scene.emulator.listeners());
  expect(await (await fetch(url)).text()).toContain('1.0.2');
});

it('a change of the rule applies the weights of the template again, and a changed tag its value', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  await promote();
  const edited = scene.template('first-deployment.json', ['"/*"', '"/shop/*"'], ['"StableStack"', '"Owner"']);
  await update(edited);
  const { BlueTargetGroup = '', GreenTargetGroup = '' } = await scene.outputs();
  expect((await scene.rule()).weights).toEqual({ [GreenTargetGroup]: 0, [BlueTargetGroup]: 100 });
  expect(await stableStack()).toBeUndefined();
});

it('the rollback of an update that touched the rule applies the weights of the old template', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  await promote();
  const { Resources, Outputs } = JSON.parse(scene.template('first-deployment.json', ['"/*"', '"/shop/*"']));
  await scene.stack.update(
    { ...Resources, Bad: fake({ Fail: true }, { DependsOn: 'MyListenerRule' }) },
    { Rest: { Outputs } },
  );
  await scene.stack.settle('UPDATE_ROLLBACK_COMPLETE');
  const { BlueTargetGroup = '', GreenTargetGroup = '' } = await scene.outputs();
  expect((await scene.rule()).weights).toEqual({ [GreenTargetGroup]: 0, [BlueTargetGroup]: 100 });
  expect(await stableStack()).toBe('Green');
});

it('a change of scale keeps the task set', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  const { GreenTaskSet } = await scene.outputs();
  const template = JSON.parse(scene.template('first-deployment.json'));
  template.Resources.GreenTaskSet.Properties.Scale.Value = 0;
  await update(JSON.stringify(template));
  expect((await scene.outputs())['GreenTaskSet']).toBe(GreenTaskSet);
  const green = (await scene.taskSets()).find(({ id }) => id === GreenTaskSet);
  expect(green).toMatchObject({ scale: { value: 0 }, computedDesiredCount: 0, stabilityStatus: 'STEADY_STATE' });
});

it('cancelling gives up a green that never becomes steady, and the stable version stays', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  const before = await runs();
  const TemplateBody = secondTo(1, '1.0.1').replace(
    'helloworldwithversion',
    'helloworldwithversion:latest--failing-health-check',
  );
  await scene.cloudFormation.updateStack({ StackName: 'canary', TemplateBody });
  await expect.poll(async () => (await scene.taskSets()).length).toBe(3);
  expect((await scene.stack.stack()).StackStatus).toBe('UPDATE_IN_PROGRESS');
  await scene.cloudFormation.cancelUpdateStack({ StackName: 'canary' });
  await scene.stack.settle('UPDATE_ROLLBACK_COMPLETE');
  expect(await runs()).toEqual(before);
});

it('a task set whose target group no rule forwards to fails if the emulator does not retry', async () => {
  scene = await openArticleScene({ taskSetAwaitsAttachment: false });
  const { Resources } = JSON.parse(scene.template('first-deployment.json'));
  const { MyListenerRule: _, ...withoutRule } = Resources;
  await scene.stack.create(withoutRule);
  await scene.stack.settle('ROLLBACK_COMPLETE');
  const story = await scene.stack.story();
  expect(story.find((line) => line.includes('CREATE_FAILED'))).toContain('does not have an associated load balancer');
});

it('an option restricts the casing to the documented one, and unknown keys are always refused', async () => {
  scene = await openArticleScene({ acceptAwsvpcCasing: false });
  const { Resources } = JSON.parse(scene.template('first-deployment.json'));
  await scene.stack.create(Resources);
  await scene.stack.settle('ROLLBACK_COMPLETE');
  const story = await scene.stack.story();
  expect(story.find((line) => line.includes('CREATE_FAILED'))).toContain(
    '#/NetworkConfiguration: extraneous key [AwsvpcConfiguration] is not permitted',
  );
});

it('deleting a stack deletes everything except what is retained', async () => {
  scene = await openArticleScene();
  await scene.deployFirst();
  await scene.cloudFormation.deleteStack({ StackName: 'canary' });
  await expect
    .poll(() => scene.stack.stack().catch(({ message }) => message))
    .toBe('Stack with id canary does not exist');
  const { TargetGroups } = await scene.elb.describeTargetGroups({});
  expect(TargetGroups ?? []).toEqual([]);
  const { services } = await scene.ecs.describeServices({ cluster: 'test', services: ['myservice'] });
  expect(services?.[0]?.status).not.toBe('ACTIVE');
});
