import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { writesOf } from '../support/call-log.ts';
import { eventually } from '../support/canary-console.ts';
import type { StepRun } from '../support/canary-world.ts';
import { type OwnCanary, openOwnCanary } from '../support/own-canary.ts';

const unnamed = (text: string) =>
  text
    .replace(/ {2}\w+TargetGroup: \{Value.*\n/g, '')
    // The first one is blue's.
    .replace('      TaskDefinition:', '      Scale: {Unit: PERCENT, Value: 100}\n      TaskDefinition:');
const brief = { 'EcsCanary.TimeoutMinutes': '1' };

let canary: OwnCanary;
let ids: Readonly<Record<string, string>>;

beforeEach(async () => {
  canary = await openOwnCanary('cases/first-deployment-blue-empty.yaml', [], { edit: unnamed });
  const { cloudFormation, settle, resources } = canary.awsConsole;
  await cloudFormation.createStack({ StackName: 'canary', TemplateBody: canary.template('1') });
  expect(await settle()).toBe('CREATE_COMPLETE');
  ids = await resources();
  await eventually('blue serves', async () => (await canary.ask('Listener')).status === 200);
  await split(50, 50);
});
afterEach(() => canary.close());

const group = (arn = '', Weight = 0) => ({ TargetGroupArn: arn, Weight });
const actionsOf = (blue: number, green: number) => [
  {
    Type: 'forward' as const,
    ForwardConfig: { TargetGroups: [group(ids['BlueGroup'], blue), group(ids['GreenGroup'], green)] },
  },
];
const split = (blue: number, green: number) =>
  canary.awsConsole.elb.modifyRule({ RuleArn: ids['Rule'] ?? '', Actions: actionsOf(blue, green) });
async function weights(): Promise<readonly (number | undefined)[]> {
  const { Rules } = await canary.awsConsole.elb.describeRules({ RuleArns: [ids['Rule'] ?? ''] });
  return ['BlueGroup', 'GreenGroup'].map(
    (id) =>
      Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.find(({ TargetGroupArn }) => TargetGroupArn === ids[id])
        ?.Weight,
  );
}
const removeSet = async (id: string): Promise<void> => {
  const [cluster, service, taskSet] = (ids[id] ?? '').split('|');
  await canary.awsConsole.ecs.deleteTaskSet({ cluster, service, taskSet, force: true });
  await eventually(
    `${id} is gone`,
    async () => !(await canary.awsConsole.service()).taskSets?.some((each) => each.id === taskSet),
  );
};
/** Carries out the command that the words give for this target group. */
async function follow({ error }: StepRun, id: string): Promise<void> {
  const command = error?.message.split(`by hand, if ${ids[id]} is its target group: `)[1] ?? '';
  const [, RuleArn, actions = '[]'] = /^aws elbv2 modify-rule --rule-arn (\S+) --actions '([^']+)'/.exec(command) ?? [];
  await canary.awsConsole.elb.modifyRule({ RuleArn, Actions: JSON.parse(actions) });
}

describe('where only the registration of the task sets tells the target groups, Rollback', () => {
  it('gives blue all of the traffic although the green task set is gone', async () => {
    await removeSet('GreenSet');
    const run = await canary.world.run(rollback, brief);
    expect(run.error).toBeUndefined();
    expect(writesOf(run)[0]).toBe('ModifyRule');
    expect(await weights()).toEqual([100, 0]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => canary.ask('Listener')));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  });

  it('finds blue by the rule if its task set is gone, and gives it what green cannot serve', async () => {
    await removeSet('BlueSet');
    const lost = await canary.world.run(rollback, brief);
    expect(lost.error).toMatchObject({ code: 'blue-unhealthy', hint: expect.stringContaining('modify-rule') });
    expect(lost.error?.message).toContain("Blue's task set");
    expect(await weights()).toEqual([50, 50]);
  });

  it('says how to move the traffic when the service is gone, and does so with the line that it asks for', async () => {
    const service = (await canary.awsConsole.service()).serviceName;
    await canary.awsConsole.ecs.deleteService({ cluster: 'default', service, force: true });
    await eventually('no task set is left', async () => (await canary.awsConsole.service()).taskSets?.length === 0);
    const run = await canary.world.run(rollback, brief);
    expect(run.error?.code).toBe('canary-not-found');
    expect(run.error?.message).toContain('add the line BlueTargetGroup=LOGICAL_ID to EcsCanary.Parts');
    expect(writesOf(run)).toEqual([]);
    const lines = { 'EcsCanary.Parts': 'BlueTargetGroup=BlueGroup\nGreenTargetGroup=GreenGroup' };
    expect(writesOf(await canary.world.run(rollback, { ...lines, ...brief }))).toEqual(['ModifyRule']);
    expect(await weights()).toEqual([100, 0]);
    await split(50, 50);
    await follow(run, 'BlueGroup');
    expect(await weights()).toEqual([100, 0]);
  });

  it.each(['access-denied', 'unavailable'] as const)(
    'says how to move the traffic when ECS cannot be read: %s',
    async (kind) => {
      canary.world.emulator.faults.add({ kind, service: 'ecs', operation: 'DescribeServices' });
      const run = await canary.world.run(rollback, brief);
      expect(run.error?.code).toBe(kind === 'access-denied' ? 'aws-access-denied' : 'timed-out');
      expect(writesOf(run)).toEqual([]);
      await follow(run, 'BlueGroup');
      expect(await weights()).toEqual([100, 0]);
    },
  );

  it('finds the group of the other colour by the rule if one has an output and ECS cannot be read', async () => {
    // The line stands for the output: both name the group without ECS.
    const { faults } = canary.world.emulator;
    faults.add({ kind: 'access-denied', service: 'ecs', operation: 'DescribeServices' });
    const run = await canary.world.run(rollback, { 'EcsCanary.Parts': 'BlueTargetGroup=BlueGroup', ...brief });
    expect(writesOf(run)).toEqual(['ModifyRule']);
    expect(await weights()).toEqual([100, 0]);
  });
});
