import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram, runAwsCli } from '../../support/cross-check.ts';
import { createGroup, createListener, createLoadBalancer, createRule, openScene, type Scene } from '../scene.ts';

const present = requireProgram('aws');

let scene: Scene;
let listener: string;
let rule: string;
let blue: string;
let green: string;

describe.runIf(present)("the article's load balancing commands, typed into the aws CLI", () => {
  beforeAll(async () => {
    scene = await openScene();
    listener = await createListener(scene, await createLoadBalancer(scene));
    [blue, green] = [await createGroup(scene, 'OctopusBlue'), await createGroup(scene, 'OctopusGreen')];
    rule = await createRule(scene, listener, [
      { TargetGroupArn: green, Weight: 0 },
      { TargetGroupArn: blue, Weight: 100 },
    ]);
  });
  afterAll(() => scene?.close());

  it('modify-rule moves traffic', async () => {
    const actions = forward([green, 10], [blue, 90]);
    const { status, output } = await aws('modify-rule', '--rule-arn', rule, '--actions', actions);
    expect(status).toBe(0);
    expect(output.Rules[0].Actions[0].ForwardConfig.TargetGroups).toEqual([
      { TargetGroupArn: green, Weight: 10 },
      { TargetGroupArn: blue, Weight: 90 },
    ]);
    const calls = scene.emulator.calls().filter(({ operation }) => operation === 'ModifyRule');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      service: 'elb',
      outcome: 'ok',
      input: { RuleArn: rule, Actions: JSON.parse(actions) },
    });
    expect(calls[0]?.userAgent).toContain('aws-cli/');
  });

  it('create-rule creates the test rule, describe-rules pages through all rules', async () => {
    const conditions = JSON.stringify([
      { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'true' }] } },
    ]);
    const create = [
      'create-rule',
      '--listener-arn',
      listener,
      '--conditions',
      conditions,
      '--actions',
      forward([green, 100]),
    ];
    const { status } = await aws(...create, '--priority', '5', '--tags', 'Key=made-by,Value=test');
    expect(status).toBe(0);
    for (const Priority of [6, 7]) await createRule(scene, listener, [{ TargetGroupArn: blue }], { Priority });
    const { output } = await aws('describe-rules', '--listener-arn', listener);
    expect(output.Rules.map(({ Priority }: { Priority: string }) => Priority)).toEqual([
      '5',
      '6',
      '7',
      '10',
      'default',
    ]);
    const taken = await aws(...create, '--priority', '5');
    expect(taken.status).not.toBe(0);
    expect(taken.stderr).toContain(
      'An error occurred (PriorityInUse) when calling the CreateRule operation: The specified priority is in use.',
    );
  });

  it('an operation that the emulator lacks fails, and the error names it', async () => {
    const { status, stderr } = await aws('describe-ssl-policies');
    expect(status).not.toBe(0);
    expect(stderr).toContain('UnsupportedOperation');
    expect(stderr).toContain('DescribeSSLPolicies');
  });
});

const aws = async (...args: string[]) => {
  const { status, stdout, stderr } = await runAwsCli(scene.emulator.url, ['elbv2', ...args]);
  return { status, stderr, output: stdout ? JSON.parse(stdout) : undefined };
};
const forward = (...weights: readonly (readonly [string, number])[]) =>
  JSON.stringify([
    {
      Type: 'forward',
      Order: 10,
      ForwardConfig: { TargetGroups: weights.map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })) },
    },
  ]);
