import type { UpdateStackInput } from '@aws-sdk/client-cloudformation';
import type { Rule, TargetDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import { listenerArnOf } from '../../../src/canary/listener-rule.ts';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { eventually } from '../../support/canary-console.ts';
import type { Hint } from './hint.ts';
import type { HintScene } from './hint-case.ts';

/** What people do to the canary, by mistake or because an error says so. */

export const ten = { 'EcsCanary.GreenPercent': '10' };
export const lockTag = 'EcsCanaryTakenBy';

/** The outputs of an approved manual intervention, and the parameter that names it. */
export const approved = {
  'EcsCanary.ApprovalStep': 'Approve 10%',
  'Approval.Manual.Approved': 'True',
  'Approval.Manual.ResponsibleUser.DisplayName': 'Ann',
};

/** Starts the deployment of the waiting version again. */
export async function deployAgain(hint: Hint, { world }: HintScene): Promise<void> {
  await hint.runsStep(prepareBlue);
  expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
}

export async function splitAfterPromotion({ awsConsole }: HintScene): Promise<void> {
  await awsConsole.setWeights(50, 50);
  await awsConsole.tag('Green');
}

export async function writeLock({ awsConsole }: HintScene, value: string): Promise<void> {
  const { serviceArn: resourceArn } = await awsConsole.service();
  await awsConsole.ecs.tagResource({ resourceArn, tags: [{ key: lockTag, value }] });
}

export async function untag({ awsConsole }: HintScene, key: string): Promise<void> {
  const { serviceArn: resourceArn } = await awsConsole.service();
  await awsConsole.ecs.untagResource({ resourceArn, tagKeys: [key] });
}

/** Adds a rule to the canary's listener. @param to an output of the stack, or `foreign` for a group of somebody else */
export async function addRule(scene: HintScene, to: string, priority: string, path = '/*'): Promise<void> {
  const { elb, outputs, productionRule } = scene.awsConsole;
  const TargetGroupArn = to === 'foreign' ? await createForeignGroup(scene) : (await outputs())[to];
  await elb.createRule({
    ListenerArn: listenerArnOf((await productionRule()).RuleArn ?? ''),
    Priority: Number(priority),
    Conditions: [{ Field: 'path-pattern', Values: [path] }],
    Actions: [{ Type: 'forward', TargetGroupArn }],
  });
}

/** Rules of the canary's listener that do not belong to the stack. */
export async function addedRules({ awsConsole }: HintScene): Promise<readonly Rule[]> {
  const { RuleArn } = await awsConsole.productionRule();
  return (await awsConsole.rules()).filter((rule) => !rule.IsDefault && rule.RuleArn !== RuleArn);
}

export async function addForeignGroup(scene: HintScene): Promise<void> {
  const { BlueTargetGroup, GreenTargetGroup } = await scene.awsConsole.outputs();
  const TargetGroups = [
    { TargetGroupArn: BlueTargetGroup, Weight: 90 },
    { TargetGroupArn: GreenTargetGroup, Weight: 0 },
    { TargetGroupArn: await createForeignGroup(scene), Weight: 10 },
  ];
  await scene.awsConsole.setActions([{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
}

async function createForeignGroup({ world, awsConsole }: HintScene): Promise<string> {
  const { vpcId: VpcId } = world.scene;
  const settings = { Name: 'foreign', Protocol: 'HTTP', Port: 80, TargetType: 'ip', VpcId } as const;
  const { TargetGroups } = await awsConsole.elb.createTargetGroup(settings);
  return TargetGroups?.[0]?.TargetGroupArn ?? '';
}

export async function addStray({ awsConsole }: HintScene): Promise<void> {
  const { clusterArn: cluster, serviceArn: service } = await awsConsole.service();
  const { taskDefinition, loadBalancers, networkConfiguration } = await awsConsole.taskSet('Green');
  await awsConsole.ecs.createTaskSet({
    ...{ cluster, service, taskDefinition, loadBalancers, networkConfiguration },
    launchType: 'FARGATE',
    scale: { unit: 'PERCENT', value: 50 },
  });
}

interface StackTemplate {
  readonly Parameters: object;
  readonly Resources: Readonly<Record<string, { readonly Properties: object }>>;
  readonly Outputs: object;
}

/** Updates the stack with an edited template, without the steps. */
export async function updateByHand(
  { awsConsole: { cloudFormation } }: HintScene,
  edit: (template: StackTemplate) => object,
  more: Pick<UpdateStackInput, 'DisableRollback'> = {},
): Promise<void> {
  const { TemplateBody = '' } = await cloudFormation.getTemplate({ StackName: 'canary', TemplateStage: 'Original' });
  const template = JSON.parse(TemplateBody) as StackTemplate;
  await cloudFormation.updateStack({
    StackName: 'canary',
    TemplateBody: JSON.stringify({ ...template, ...edit(template) }),
    Parameters: Object.keys(template.Parameters).map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
    ...more,
  });
}

/** Adds resources to the stack, or changes them. */
export function changeResources(
  scene: HintScene,
  resources: object,
  more: Pick<UpdateStackInput, 'DisableRollback'> = {},
): Promise<void> {
  return updateByHand(scene, ({ Resources }) => ({ Resources: { ...Resources, ...resources } }), more);
}

/** Takes green's task set, with its output, out of the template. */
export function removeGreen(scene: HintScene): Promise<void> {
  const without = ({ GreenTaskSet: _lost, ...rest }: { readonly GreenTaskSet?: unknown }) => rest;
  return updateByHand(scene, ({ Resources, Outputs }) => ({
    Resources: without(Resources),
    Outputs: without(Outputs),
  }));
}

/** Deletes a colour's task set, as a person might. */
export async function deleteTaskSet({ awsConsole }: HintScene, colour: 'Blue' | 'Green'): Promise<void> {
  const { clusterArn: cluster, serviceArn: service } = await awsConsole.service();
  const { id: taskSet } = await awsConsole.taskSet(colour);
  await awsConsole.ecs.deleteTaskSet({ cluster, service, taskSet, force: true });
  const isGone = async () => !(await awsConsole.service()).taskSets?.some(({ id }) => id === taskSet);
  await eventually(`the ${colour} task set is gone`, isGone);
}

/** Gives blue another task definition in the template, so that CloudFormation replaces its task set. */
export async function recreateBlue(scene: HintScene): Promise<void> {
  const { taskDefinition: TaskDefinition } = await scene.awsConsole.taskSet('Green');
  await updateByHand(scene, ({ Resources: { BlueTaskSet, ...others } }) => ({
    Resources: {
      ...others,
      BlueTaskSet: { ...BlueTaskSet, Properties: { ...BlueTaskSet?.Properties, TaskDefinition } },
    },
  }));
  expect(await scene.awsConsole.settle()).toBe('UPDATE_COMPLETE');
}

export async function setDesiredCount({ awsConsole }: HintScene, desiredCount: number): Promise<void> {
  const { clusterArn: cluster, serviceArn: service } = await awsConsole.service();
  await awsConsole.ecs.updateService({ cluster, service, desiredCount });
  const isScaled = async () => (await awsConsole.taskSet('Green')).runningCount === desiredCount;
  await eventually(`green runs ${desiredCount} tasks`, isScaled);
}

export async function scaleBlue({ awsConsole }: HintScene, value: number): Promise<void> {
  const { clusterArn: cluster, serviceArn: service } = await awsConsole.service();
  const { id: taskSet } = await awsConsole.taskSet('Blue');
  await awsConsole.ecs.updateTaskSet({ cluster, service, taskSet, scale: { unit: 'PERCENT', value } });
  await eventually('blue is scaled', async () => (await awsConsole.taskSet('Blue')).runningCount === 0 || value > 0);
}

const lost = new Map<string, TargetDescription[]>();

/** Takes a colour's targets out of its group, as a person might. */
export async function deregister({ awsConsole }: HintScene, colour: 'Blue' | 'Green'): Promise<void> {
  const TargetGroupArn = (await awsConsole.outputs())[`${colour}TargetGroup`];
  const { TargetHealthDescriptions = [] } = await awsConsole.elb.describeTargetHealth({ TargetGroupArn });
  const Targets = TargetHealthDescriptions.flatMap(({ Target }) => (Target ? [Target] : []));
  lost.set(colour, Targets);
  await awsConsole.elb.deregisterTargets({ TargetGroupArn, Targets });
  // Until ECS notices, its word that the colour is steady would still count.
  await eventually(
    `${colour} is no longer steady`,
    async () => (await awsConsole.taskSet(colour)).stabilityStatus !== 'STEADY_STATE',
  );
}

/** Brings them back. */
export async function register({ awsConsole }: HintScene, colour: 'Blue' | 'Green'): Promise<void> {
  const TargetGroupArn = (await awsConsole.outputs())[`${colour}TargetGroup`];
  await awsConsole.elb.registerTargets({ TargetGroupArn, Targets: lost.get(colour) ?? [] });
  await eventually(
    `${colour} is steady`,
    async () => (await awsConsole.taskSet(colour)).stabilityStatus === 'STEADY_STATE',
  );
}
