import { describe, expect, it } from 'vitest';
import { strayTaskSets, type TaskSet } from '../../src/canary/service.ts';
import { trafficOutputs } from '../../src/canary/summary.ts';
import { refuseBusyStack, refuseForeignGroups, refuseStrayTaskSets, type Traffic } from '../../src/canary/traffic.ts';
import { groups, sampleTraffic } from './sample-traffic.ts';

const plain = sampleTraffic();
const [blue] = plain.service.taskSets as readonly [TaskSet, TaskSet];
const another = (more: Partial<TaskSet> = {}): TaskSet => ({ ...blue, id: 'other', ...more });

function withSets(...others: readonly TaskSet[]): Traffic {
  return { ...plain, service: { ...plain.service, taskSets: [...plain.service.taskSets, ...others] } };
}

describe('a task set that the stack does not know', () => {
  it.each<[string, Partial<TaskSet>, boolean]>([
    ["serves from blue's group", {}, true],
    ["serves from green's group", { targetGroupArns: ['arn:else', groups.green] }, true],
    ['serves from its own group', { targetGroupArns: ['arn:else'] }, false],
    ['serves from no group', { targetGroupArns: [] }, false],
    ['is draining', { status: 'DRAINING' }, false],
    ['is primary', { status: 'PRIMARY' }, true],
    ['is blue itself', { id: 'blue' }, false],
  ])('%s: it is a stray one: %s', (_, more, isStray) => {
    const traffic = withSets(another(more));
    expect(strayTaskSets(traffic.service, groups, ['blue', 'green'])).toHaveLength(isStray ? 1 : 0);
    const refuse = () => refuseStrayTaskSets(traffic);
    if (isStray) expect(refuse).toThrow(expect.objectContaining({ code: 'stray-task-set' }));
    else expect(refuse).not.toThrow();
  });

  it('takes a place that the stack needs where there are five, including draining ones', () => {
    const outside = (id: string, more: Partial<TaskSet> = {}) => another({ id, targetGroupArns: [], ...more });
    const four = withSets(outside('a'), outside('b'));
    const five = withSets(outside('a'), outside('b'), outside('c', { status: 'DRAINING' }));
    expect(() => refuseStrayTaskSets(four, true)).not.toThrow();
    expect(() => refuseStrayTaskSets(five)).not.toThrow();
    expect(() => refuseStrayTaskSets(five, true)).toThrow(
      expect.objectContaining({ code: 'stray-task-set', hint: expect.stringMatching(/--task-set a .*--task-set b /) }),
    );
  });
});

describe('a target group that is neither colour', () => {
  it.each([
    [0, false],
    [1, true],
  ])('is refused with the weight %d at any of the rules: %s', (weight, refused) => {
    const { productionRules } = sampleTraffic({ foreignWeight: weight });
    for (const all of [
      productionRules,
      [...plain.productionRules, ...productionRules],
      [...productionRules, ...plain.productionRules],
    ]) {
      const refuse = () => refuseForeignGroups({ productionRules: all, groups });
      if (refused) expect(refuse).toThrow(expect.objectContaining({ code: 'foreign-target-group' }));
      else expect(refuse).not.toThrow();
    }
  });
});

it('a stack that is not at rest gets green no more traffic', () => {
  for (const stackStatus of ['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'CREATE_COMPLETE'])
    expect(() => refuseBusyStack(sampleTraffic({ stackStatus }))).not.toThrow();
  for (const stackStatus of [
    'UPDATE_IN_PROGRESS',
    'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'UPDATE_FAILED',
    'DELETE_FAILED',
  ])
    expect(() => refuseBusyStack(sampleTraffic({ stackStatus }))).toThrow(
      expect.objectContaining({ code: 'stack-busy', message: expect.stringContaining(stackStatus) }),
    );
});

it('of several rules, outputs show the one with most for green', () => {
  const outputs = trafficOutputs(
    sampleTraffic({
      weights: { blue: 90, green: 10 },
      others: [
        { blue: 1, green: 2 },
        { blue: 80, green: 20 },
      ],
    }),
  );
  expect(outputs).toEqual({
    StableStack: 'Blue',
    BlueTaskDefinition: 'arn:aws:ecs:us-east-1:1:task-definition/app:1',
    GreenTaskDefinition: 'arn:aws:ecs:us-east-1:1:task-definition/app:2',
    BlueWeight: '1',
    GreenWeight: '2',
    GreenPercent: '66.7',
  });
  expect(trafficOutputs(sampleTraffic({ tag: 'Purple' }))).toMatchObject({ StableStack: '', GreenPercent: '0' });
});
