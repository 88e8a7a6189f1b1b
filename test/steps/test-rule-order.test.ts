import { describe, expect, it } from 'vitest';
import type { ListenerRule } from '../../src/canary/listener-rule.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { decideTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { groups, type Sample, sampleRule, sampleTraffic } from '../canary/sample-traffic.ts';

const address = { protocol: 'HTTP', port: 80, dnsName: 'lb.example.com' };
const request = {
  stackName: 'canary',
  testQueryString: { key: 'test', value: 'true' },
  testHeader: undefined,
  testRulePriority: 5,
};
const own: ListenerRule = {
  arn: `${sampleRule().arn}-own`,
  priority: '5',
  conditions: [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'true' }] } }],
  actions: [{ Type: 'forward', TargetGroupArn: groups.green }],
};
const outdated: ListenerRule = { ...own, arn: 'arn:outdated', priority: '4' };

interface More {
  readonly ours?: readonly ListenerRule[];
  readonly others?: readonly ListenerRule[];
  readonly isTestListener?: boolean;
}

function decide(sample: Sample = {}, { ours = [], others = [], isTestListener = false }: More = {}) {
  const traffic: Traffic = sampleTraffic(sample);
  const rule = sampleRule(sample.weights);
  return decideTestRule({ traffic, rule, rules: [rule, ...ours, ...others], ours, address, isTestListener }, request);
}

describe('a test rule', () => {
  it('is created for a green with a healthy target', () => {
    expect(decide({ greenHealthy: 1 })).toMatchObject({
      change: { kind: 'create-test-rule', rule: { priority: 5, tags: { 'octopus-ecs-canary:test-rule': 'canary' } } },
    });
    expect(() => decide({ greenHealthy: 0 })).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
    expect(decide({ greenHealthy: 0, greenRunning: 1 })).toMatchObject({ kind: 'wait' });
  });

  it('is done once it is correct, whatever the state of green', () => {
    expect(decide({ greenHealthy: 0 }, { ours: [own] })).toMatchObject({
      kind: 'done',
      outputs: { TestUrl: 'http://lb.example.com/?test=true' },
    });
  });

  it('that is outdated is removed first, even next to a current one', () => {
    for (const ours of [[outdated], [own, outdated], [outdated, own]])
      expect(decide({ greenHealthy: 0 }, { ours })).toMatchObject({
        change: { kind: 'delete-rule', arn: 'arn:outdated' },
      });
  });

  it.each<[string, string, Sample, More]>([
    ['green is recorded as stable', 'not-prepared', { tag: 'Green' }, {}],
    ['the stable version is unknown', 'tag-unclear', { tag: 'Purple' }, {}],
    ['another task set serves', 'stray-task-set', { stray: true }, {}],
    ['its priority is in use', 'priority-taken', {}, { others: [{ ...own, arn: 'arn:else' }] }],
    [
      "it would take others' requests",
      'test-rule-unsafe',
      {},
      { others: [{ ...own, arn: 'arn:else', priority: '7' }] },
    ],
  ])('is neither made nor replaced where %s', (_, code, sample, more) => {
    for (const ours of [[], [outdated]])
      expect(() => decide(sample, { ...more, ours })).toThrow(expect.objectContaining({ code }));
  });

  it("that exists already warns of others' requests that it takes", () => {
    const between: ListenerRule = { ...own, arn: 'arn:else', priority: '7' };
    expect(decide({}, { ours: [own], others: [between] })).toMatchObject({
      kind: 'done',
      warnings: [expect.stringContaining('arn:else')],
    });
  });
});

describe('a listener that only testers use', () => {
  const listener = (sample: Sample, ours: readonly ListenerRule[] = []) =>
    decide(sample, { ours, isTestListener: true });

  it("needs no test rule, and an earlier deployment's is removed", () => {
    expect(listener({}, [own])).toMatchObject({ change: { kind: 'delete-rule', arn: own.arn } });
    expect(listener({})).toMatchObject({ kind: 'done', outputs: { TestUrl: 'http://lb.example.com/' } });
  });

  it('needs a green with a healthy target', () => {
    expect(() => listener({ greenHealthy: 0 })).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
    expect(() => listener({ stray: true })).toThrow(expect.objectContaining({ code: 'stray-task-set' }));
  });
});
