import { afterEach, describe, expect, it } from 'vitest';
import { awsChecks } from '../../../src/conformance/aws/checks/index.ts';
import { createEmulatedTarget, type EmulatedTarget } from '../../../src/conformance/aws/emulated-target.ts';
import { openScene } from '../../../src/conformance/aws/scene.ts';
import { runChecks } from '../../../src/conformance/run-checks.ts';
import { AwsError } from '../../../src/emulator/contract/aws-error.ts';
import type { EmulatorOptions } from '../../../src/emulator/options.ts';
import { replaceEnvironment, withoutNodeWarning } from '../../support/environment.ts';
import { findLeftovers, runOn } from './emulated-run.ts';

let target: EmulatedTarget | undefined;
const restore = replaceEnvironment(withoutNodeWarning);

async function open(options: Partial<EmulatorOptions> = {}): Promise<EmulatedTarget> {
  target = await createEmulatedTarget(options);
  return target;
}

afterEach(async () => {
  await target?.close();
  restore();
});

it('sees everything as expected in the emulated AWS, and leaves nothing behind', async () => {
  const emulated = await open();
  const { code, seen, findings, markdown, lines } = await runOn(emulated);
  expect(seen).toEqual(Object.fromEntries(awsChecks.map(({ id, expected }) => [id, `as expected: ${expected}`])));
  expect(code).toBe(0);
  expect(findings?.left).toEqual([]);
  expect(await findLeftovers(emulated)).toEqual([]);
  expect(lines.at(-1)).toBe(`${awsChecks.length} as expected.`);
  for (const text of [markdown, JSON.stringify(findings), lines.slice(lines.indexOf('')).join()])
    expect(text).not.toContain(emulated.emulator.options.accountId);
});

it('sees where AWS is otherwise than promised', async () => {
  const emulated = await open({
    acceptAwsvpcCasing: false,
    taskSetCreateWaits: false,
    refuseAllZeroWeights: true,
    reportZeroRequests: true,
    metricLagSeconds: 600,
  });
  const { code, seen } = await runOn(emulated);
  const others = Object.entries(seen).filter(([, answer]) => !answer.startsWith('as expected'));
  expect(Object.fromEntries(others)).toEqual({
    'create-waits': 'allowed: does not wait',
    'all-zero': 'allowed: refused',
    'metrics-lag': 'different: complete later',
    'no-requests': 'allowed: 0',
    'awsvpc-spelling': 'allowed: refused',
  });
  expect(code).toBe(1);
  expect(await findLeftovers(emulated)).toEqual([]);
});

it('sees a rule that takes effect too late', async () => {
  const emulated = await open({ ruleLagSeconds: 300 });
  const request = { run: 'lag', image: 'busybox:stable', existing: undefined, allowFrom: '0.0.0.0/0' };
  const scene = await openScene(emulated, { ...request, tell: () => {} });
  const checks = awsChecks.filter(({ id }) => ['release-keeps-blue', 'rule-lag'].includes(id));
  const [, lag] = await runChecks(checks, scene, { now: emulated.clock.now, tell: () => {} });
  expect(lag).toMatchObject({ verdict: 'different', seen: 'after 120 s' });
});

it('removes everything when it is stopped in the middle', async () => {
  const emulated = await open();
  const stop = new AbortController();
  const said = (line: string): void => {
    if (line.includes(' client-token')) stop.abort();
  };
  const { code, seen, lines } = await runOn(emulated, {}, { stop: stop.signal, said });
  expect(seen['client-token']).toBe('as expected: the same task set');
  expect(seen['awsvpc-spelling']).toBe('not seen: the run was stopped');
  expect(lines).toContain('Everything was removed.');
  expect(code).toBe(1);
  expect(await findLeftovers(emulated)).toEqual([]);
});

it('removes everything when it is stopped while a stack is created', async () => {
  const emulated = await open();
  const stop = new AbortController();
  const said = (line: string): void => {
    if (line.startsWith('Creating the canary')) stop.abort();
  };
  const { code } = await runOn(emulated, {}, { stop: stop.signal, said });
  expect(code).toBe(1);
  expect(await findLeftovers(emulated)).toEqual([]);
});

it('says why the sandbox could not be created, and removes what there is of it', async () => {
  const denial = new AwsError('AccessDenied', 'not authorized to perform: elasticloadbalancing:CreateTargetGroup');
  const emulated = await open({
    authorize: async ({ operation, caller }) =>
      operation === 'CreateTargetGroup' && JSON.stringify(caller).includes('cloudformation') ? denial : undefined,
  });
  const { code, lines, seen } = await runOn(emulated);
  expect(lines.join('\n')).toMatch(
    /✗ the stack .*-network is ROLLBACK_COMPLETE: SpareTargetGroup: .*CreateTargetGroup/,
  );
  expect(new Set(Object.values(seen).map((answer) => answer.split(':')[0]))).toEqual(new Set(['not seen']));
  expect(code).toBe(1);
  expect(await findLeftovers(emulated)).toEqual([]);
});

describe('before anything is created', () => {
  it('names every permission that is missing', async () => {
    const missing = ['CreateTaskSet', 'ModifyRule', 'GetMetricData'];
    const emulated = await open({
      authorize: async ({ operation }) =>
        missing.includes(operation)
          ? new AwsError('AccessDeniedException', `User: arn:aws:iam::123456789012:user/me is not authorized`)
          : undefined,
    });
    const { code, lines, findings } = await runOn(emulated);
    const actions = ['ecs:CreateTaskSet', 'elasticloadbalancing:ModifyRule', 'cloudwatch:GetMetricData'];
    expect(lines.slice(0, -1)).toEqual(
      actions.map((action) =>
        expect.stringMatching(new RegExp(`^${action} failed: .*\n  Allow ${action} for these credentials`)),
      ),
    );
    expect(lines.at(-1)).toBe('Nothing was created.');
    expect(code).toBe(1);
    expect(findings).toBeUndefined();
    expect(await findLeftovers(emulated)).toEqual([]);
  });

  it('names a quota that is used up', async () => {
    const emulated = await open();
    for (let number = 0; number < 50; number += 1)
      await emulated.elb.createLoadBalancer({ Name: `other-${number}`, Subnets: ['subnet-1', 'subnet-2'] });
    const { code, lines } = await runOn(emulated);
    expect(lines[0]).toContain('The quota for Application Load Balancers is used up: 50 of 50.\n  Delete one');
    expect(code).toBe(1);
    const { Stacks } = await emulated.cloudFormation.describeStacks({});
    expect(Stacks).toEqual([]);
  });

  it('shows what it creates and what that costs, and creates nothing without a yes', async () => {
    const emulated = await open();
    const { code, lines } = await runOn(emulated, { yes: false });
    const plan = lines.join('\n');
    expect(plan).toContain('with the tag EcsCanaryConformance=');
    expect(plan).toContain('203.0.113.0/24 can reach it on port 80');
    expect(plan).toMatch(/It costs about \$0\.11 an hour/);
    expect(plan).toMatch(/npm run verify-aws -- --clean-up [\w-]+ --region us-east-1/);
    expect(lines.at(-1)).toBe(
      'Nothing was created, because there is no terminal to ask for confirmation. Run it again with --yes.',
    );
    expect(code).toBe(1);
    expect(await findLeftovers(emulated)).toEqual([]);
  });
});
