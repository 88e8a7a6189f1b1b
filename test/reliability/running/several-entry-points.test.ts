import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { weightsOf } from '../../../src/canary/listener-rule.ts';
import { lockTagKey } from '../../../src/canary/lock.ts';
import { greenIdleTagKey } from '../../../src/canary/settling.ts';
import { parseCase } from '../../../src/reliability/cases/case.ts';
import { type Bench, openBench } from '../../../src/reliability/running/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(1);
});
afterAll(() => bench.close());

/** Runs a case by its name. @returns how its runs ended, and what was violated in it */
async function run(name: string, mutation?: (aws: Aws) => Aws) {
  const testCase = parseCase(name);
  if (!testCase) throw new Error(`${name} is no case`);
  return bench.run(testCase, undefined, mutation);
}

describe('where users have several entry points', () => {
  it.each([
    ['promote from two-rules: kill-after ModifyRule #1, then retry', ['killed', 'done', 'done', 'done']],
    ['rollback from two-rules-apart: stale-read DescribeRules #2, then retry', ['done', 'done', 'done']],
    ['shift-traffic from default-action: reset-after ModifyListener #1, then retry', ['done', 'done', 'done']],
    ['prepare-blue from default-action: kill-before ModifyListener #1, then rollback', ['killed', 'done']],
    ['promote from rule-to-blue: none, then retry', ['rule-to-blue', 'rule-to-blue', 'done']],
    ['shift-traffic from rule-to-blue: none, then retry', ['rule-to-blue', 'rule-to-blue', 'done']],
    ['promote from kept-on-blue: none, then retry', ['done', 'done', 'done']],
    ['promote from lagging: throttle UpdateTaskSet #1, then retry', ['done', 'done', 'done']],
    ['rollback from lagging: kill-after ModifyRule #1, then rollback', ['killed', 'done', 'done', 'done']],
  ])('all invariants hold in %s', async (name, outcomes) => {
    expect(await run(name)).toMatchObject({ met: true, violations: [], outcomes });
  });
});

describe('a faulty step is found', () => {
  it.each<[string, string, (aws: Aws) => Aws, RegExp]>([
    [
      'that promotes only at the first entry point',
      'promote from two-rules',
      firstEntryPointOnly,
      /^I6: the faulted run reported success, but it is not true that green has everything at the rule 10$/,
    ],
    [
      'that rolls back with the tag before the second entry point',
      'add-test-rule from default-action',
      tagBeforeSecondEntryPoint,
      /^I4: Rollback wrote TagResource while green had traffic at the default action at port 8081$/,
    ],
    [
      'that gives green more at the second entry point than was approved',
      'shift-traffic from two-rules',
      moreAtSecondEntryPoint,
      /^I1: v\d+ has 60\.0 %, but 50 % is approved, at the rule 10 after ModifyRule /,
    ],
    [
      'that scales blue down while a node still leads users there',
      'promote from lagging',
      shrinkAtOnce,
      /^I2: a node that lags leads users to .*, which has no serving target$/,
    ],
    [
      'that replaces green while a node still leads users there',
      'add-test-rule from lagging',
      forgetIdleGreen,
      /^I1: a node that lags leads users to v\d+, which has no approval$/,
    ],
    [
      'that scales blue down although users of a rule reach only blue',
      'promote from kept-on-blue',
      shrinkAtOnce,
      /^I2: blue was scaled to 0 % although users of a rule reach only blue$/,
    ],
    [
      'that moves a rule that leads users to blue only',
      'promote from kept-on-blue',
      moveBlueRule,
      /^I1: \d+ users got v\d+, although their rule leads only to blue, which ran v\d+$/,
    ],
  ])('%s', async (_which, place, mutation, violation) => {
    const { violations } = await run(`${place}: none, then retry`, mutation);
    expect(violations).toContainEqual(expect.stringMatching(violation));
  });
});

type LoadBalancing = Aws['loadBalancing'];

/** Replaces the load balancing of an `Aws`. */
function balance(aws: Aws, others: (real: LoadBalancing) => Partial<LoadBalancing>): Aws {
  return { ...aws, loadBalancing: { ...aws.loadBalancing, ...others(aws.loadBalancing) } };
}

/** Does something before each write to an entry point except the first. */
function beforeLaterEntryPoints(aws: Aws, write: () => Promise<void>): Aws {
  let first: string | undefined;
  return balance(aws, (real) => ({
    modifyActions: async (rule, actions) => {
      first ??= rule.arn;
      if (rule.arn !== first) await write();
      await real.modifyActions(rule, actions);
    },
  }));
}

/** Only the first entry point is written, and the others are read as if they had been. */
function firstEntryPointOnly(aws: Aws): Aws {
  const believed = new Map<string, Parameters<LoadBalancing['modifyActions']>[1]>();
  let first: string | undefined;
  return balance(aws, (real) => ({
    modifyActions: async (rule, actions) => {
      first ??= rule.arn;
      if (rule.arn === first) await real.modifyActions(rule, actions);
      else believed.set(rule.arn, actions);
    },
    listRules: async (listener) =>
      (await real.listRules(listener)).map((rule) => ({ ...rule, actions: believed.get(rule.arn) ?? rule.actions })),
  }));
}

function tagBeforeSecondEntryPoint(aws: Aws): Aws {
  return beforeLaterEntryPoints(aws, async () => aws.ecs.tagStable((await addressOf(aws)).service, 'Blue'));
}

function moreAtSecondEntryPoint(aws: Aws): Aws {
  let first: string | undefined;
  return balance(aws, (real) => ({
    modifyActions: (rule, actions) => {
      first ??= rule.arn;
      const weighted = JSON.stringify(actions)
        .replace('"Weight":50', '"Weight":40')
        .replace('"Weight":50', '"Weight":60');
      return real.modifyActions(rule, rule.arn === first ? actions : JSON.parse(weighted));
    },
  }));
}

/** Blue is scaled down as soon as green has everything. */
function shrinkAtOnce(aws: Aws): Aws {
  return balance(aws, (real) => ({
    modifyActions: async (rule, actions) => {
      await real.modifyActions(rule, actions);
      const { service, blueTaskSet, groups } = await addressOf(aws);
      if (weightsOf({ ...rule, conditions: [], actions }, groups).blue === 0)
        await aws.ecs.scaleTaskSet('test', service, blueTaskSet, 0);
    },
  }));
}

/** The next deployment does not see when green lost its traffic. */
function forgetIdleGreen(aws: Aws): Aws {
  const describeService: Aws['ecs']['describeService'] = async (...where) => {
    const service = await aws.ecs.describeService(...where);
    if (!service?.tags[lockTagKey]?.startsWith('Deployments-3')) return service;
    const { [greenIdleTagKey]: _forgotten, ...tags } = service.tags;
    return { ...service, tags };
  };
  return { ...aws, ecs: { ...aws.ecs, describeService } };
}

/** The rule to blue gets what the production rule gets. */
function moveBlueRule(aws: Aws): Aws {
  return balance(aws, (real) => ({
    modifyActions: async (rule, actions) => {
      const rules = await real.listRules(rule.arn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, ''));
      for (const other of rules) if (other.priority === '4') await real.modifyActions(other, actions);
      await real.modifyActions(rule, actions);
    },
  }));
}

async function addressOf(aws: Aws) {
  const resources = (await aws.cloudFormation.listResources('canary')) ?? [];
  const find = (logicalId: string): string => resources.find((each) => each.logicalId === logicalId)?.physicalId ?? '';
  return {
    service: find('Service'),
    blueTaskSet: find('BlueTaskSet').split('|').at(-1) ?? '',
    groups: { blue: find('BlueTargetGroup'), green: find('GreenTargetGroup') },
  };
}
