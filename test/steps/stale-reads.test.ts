import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { writesAmong } from '../support/call-log.ts';
import type { CanaryConsole } from '../support/canary-console.ts';
import type { CanaryWorld } from '../support/canary-world.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  ({ world, awsConsole } = await openDeployedCanary({ pageSize: 100, timeScale: 300 }));
});

// Leaves a stale answer for every read: blue has everything, and the tag says so.
beforeEach(async () => {
  expect((await world.run(rollback)).error).toBeUndefined();
  expect((await world.run(rollback)).error).toBeUndefined();
});

afterEach(() => world.emulator.faults.clear());

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

/** The next such read returns the state before the last write. */
const stale = (operation: string) => world.emulator.faults.add({ kind: 'stale-read', operation, occurrence: 1 });

describe('where AWS answers with the state before the last write', () => {
  it('Deploy Stack replaces no green that has just got traffic', async () => {
    await awsConsole.setWeights(90, 10);
    const fault = stale('DescribeRules');
    const before = world.emulator.calls().length;
    const run = await world.run(deployStack, world.builtIn('3'));
    expect(world.emulator.faults.list().find(({ id }) => id === fault.id)?.fired).toBe(1);
    expect(run.error).toMatchObject({ code: 'green-has-traffic' });
    expect(writesAmong(world.emulator.calls().slice(before))).toEqual([]);
  });

  it('Rollback takes the traffic back from a green that has just got it', async () => {
    await awsConsole.setWeights(50, 50);
    stale('DescribeRules');
    const run = await world.run(rollback);
    expect(run.error).toBeUndefined();
    expect(run.outputs).toMatchObject({ BlueWeight: '100', GreenWeight: '0' });
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('Rollback records blue as stable although green has just been promoted', async () => {
    await awsConsole.setWeights(0, 100);
    await world.aws.ecs.describeService('rehearsal', (await awsConsole.service()).serviceArn ?? '');
    await awsConsole.tag('Green');
    stale('DescribeServices');
    expect((await world.run(rollback)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await awsConsole.readTag()).toBe('Blue');
  });

  it('Prepare Blue keeps the promoted version, and not the one before it', async () => {
    await awsConsole.setWeights(0, 100);
    const promoted = (await awsConsole.taskSet('Green')).taskDefinition;
    await world.aws.ecs.describeService('rehearsal', (await awsConsole.service()).serviceArn ?? '');
    await awsConsole.tag('Green');
    stale('DescribeServices');
    const run = await world.run(prepareBlue);
    expect(run.error).toBeUndefined();
    expect((await awsConsole.taskSet('Blue')).taskDefinition).toBe(promoted);
    expect(run.outputs).toMatchObject({ StableStack: 'Blue', BlueTaskDefinition: promoted, BlueWeight: '100' });
  });
});

describe('where one read of the rule is older than everything else', () => {
  it('a failed deployment neither records blue as stable nor moves users away from a promoted green', async () => {
    await awsConsole.setWeights(0, 100);
    await awsConsole.tag('Green');
    const run = await world.run(rollback, {}, { deploymentFailed: true, ...olderRule(100, 0) });
    expect(run.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
    expect(await awsConsole.readTag()).toBe('Green');
  });

  it('Promote does not record green as stable while blue has traffic', async () => {
    await awsConsole.setWeights(50, 50);
    const run = await world.run(promote, {}, olderRule(0, 100));
    expect(run.error).toBeUndefined();
    const writes = writesAmong(run.records);
    expect(writes.indexOf('ModifyRule')).toBe(0);
    expect(await awsConsole.weights()).toEqual({ blue: 0, green: 100 });
  });

  it('Prepare Blue moves the traffic although it has locked the canary and then sees the traffic on blue', async () => {
    await awsConsole.setWeights(50, 50);
    const run = await world.run(prepareBlue, {}, olderRule(100, 0, 2));
    expect(run.error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
  });

  it('Prepare Blue waits for a stack that is being changed, although its first observation showed it at rest', async () => {
    expect((await world.run(prepareBlue)).error).toBeUndefined();
    await awsConsole.setWeights(50, 50);
    let looks = 0;
    const describeStack: Aws['cloudFormation']['describeStack'] = async (name) => {
      const stack = await world.aws.cloudFormation.describeStack(name);
      looks += 1;
      return stack && looks > 1 && looks < 4 ? { ...stack, status: 'UPDATE_IN_PROGRESS' } : stack;
    };
    const between = (aws: Aws): Aws => ({ ...aws, cloudFormation: { ...aws.cloudFormation, describeStack } });
    const run = await world.run(prepareBlue, {}, { between });
    expect(run.error).toBeUndefined();
    expect(run.log.join('\n')).toContain('(UPDATE_IN_PROGRESS');
    expect(looks).toBeGreaterThan(3);
  });
});

/** The step's first read of the rules, or another one, shows those weights. */
function olderRule(blue: number, green: number, look = 1) {
  const older = (rule: ListenerRule): ListenerRule => ({
    ...rule,
    actions: rule.actions.map((action) => {
      const groups = action.ForwardConfig?.TargetGroups ?? [];
      if (groups.length < 2) return action;
      const TargetGroups = groups.map((group, index) => ({ ...group, Weight: [blue, green][index] }));
      return { ...action, ForwardConfig: { ...action.ForwardConfig, TargetGroups } };
    }),
  });
  let shown = 0;
  const listRules = async (arn: string) => {
    const rules = await world.aws.loadBalancing.listRules(arn);
    shown += 1;
    return shown === look ? rules.map(older) : rules;
  };
  return { between: (aws: Aws): Aws => ({ ...aws, loadBalancing: { ...aws.loadBalancing, listRules } }) };
}
