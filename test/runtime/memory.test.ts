import { describe, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { type AwsCall, interceptAws } from '../../src/aws/intercept.ts';
import type { Change } from '../../src/canary/change.ts';
import type { Artifact } from '../../src/canary/decision.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { Seen } from '../../src/canary/remember.ts';
import type { Run } from '../../src/canary/run.ts';
import { weightsForGreen } from '../../src/canary/weights.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import { sharedParameters } from '../../src/parameters/shared-parameters.ts';
import { executeStep } from '../../src/runtime/execute-step.ts';
import { defineStep } from '../../src/steps/step.ts';
import { groups, sampleRule } from '../canary/sample-traffic.ts';
import { sampleOperation } from '../steps/sample-run.ts';

const nothing = async () => undefined;
const plainAws = {
  region: 'us-east-1',
  now: () => 0,
  cloudFormation: {
    createStack: nothing,
    updateStack: async () => 'started',
    cancelUpdate: nothing,
    deleteStack: nothing,
  },
  ecs: { acquireLock: nothing, tagStable: nothing, releaseLock: nothing, scaleTaskSet: nothing },
  loadBalancing: { modifyActions: nothing, createRule: nothing, deleteRule: nothing },
} as unknown as Aws;
const submission = { name: 'shop', templateBody: '{}', parameters: {}, capabilities: [] };
const cancel: Change = { kind: 'cancel-stack-update', name: 'shop', because: 'tasks failed' };
const refused = (code: OperatorError['code']) => new OperatorError(code, 'It was refused.', 'Ask.');

const moveTo = (greenPercent: number, shares: readonly string[] = []): Change => ({
  kind: 'set-weights',
  rule: sampleRule(),
  groups,
  weights: weightsForGreen(greenPercent),
  among: shares.map((each, index) => ({ arn: `arn:rule/${index}`, shares: each })),
});

/** What a step whose only decision is that change, until AWS takes it, leaves in its run, with what AWS was asked for. */
async function made(change: Change, { before = {} as Seen, answer = undefined as unknown, took = 0 } = {}) {
  const calls: AwsCall[] = [];
  const sleeps: number[] = [];
  const seen: { run?: Run } = {};
  let now = 1000;
  const step = defineStep({
    id: 'promote',
    name: '',
    summary: '',
    parameters: sharedParameters,
    outputs: {},
    actions: [],
    observe: async ({ run }) => {
      seen.run = run;
      return calls.length;
    },
    seen: (writes) => (writes === 0 ? before : {}),
    decide: (writes) =>
      writes === 0 || answer instanceof Error
        ? { kind: 'change', reason: '', change }
        : { kind: 'done', reason: '', outputs: {} },
  });
  const aws = interceptAws(plainAws, async (carryOut, call) => {
    calls.push(call);
    now += took;
    if (answer instanceof Error) throw answer;
    return answer === undefined ? carryOut() : (answer as Awaited<ReturnType<typeof carryOut>>);
  });
  const surroundings = {
    aws,
    clock: {
      now: () => now,
      sleep: async (milliseconds: number) => {
        sleeps.push(milliseconds);
        now += milliseconds;
      },
    },
    log: createTaskLog(() => undefined),
    saveArtifact: ({ name }: Artifact) => `/${name}`,
    readParameter: (name: string) => (name === 'EcsCanary.StackName' ? 'shop' : undefined),
    token: 'ecs-canary-own',
    deploymentFailed: false,
    lockOwner: { id: '', isDeployment: false, release: '', environment: '', project: '' },
  };
  const error = await executeStep(step, surroundings).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { run: seen.run as Run, calls, sleeps, error };
}

const earlier = () => sampleOperation({ token: 'ecs-canary-earlier' });

describe('a run remembers', () => {
  it('that it wrote', async () => {
    expect((await made(moveTo(10))).run.wrote).toBe(true);
  });

  it('when it took everything from green, also where the answer is lost, and nothing where green keeps a share', async () => {
    const lost = { answer: refused('aws-unreachable') };
    for (const way of [{}, lost]) expect((await made(moveTo(0), way)).run.leftGreenAt).toBeGreaterThanOrEqual(1000);
    for (const share of [0.1, 10, 100]) expect((await made(moveTo(share))).run.leftGreenAt).toBeUndefined();
  });

  it('that green kept its traffic until the write was through, however long that took', async () => {
    for (const way of [{}, { answer: refused('aws-refused') }])
      expect((await made(moveTo(0), { ...way, took: 120_000 })).run.leftGreenAt).toBeGreaterThanOrEqual(121_000);
  });

  it('how its stack operation was received, and no earlier one, whose token AWS would refuse', async () => {
    const create = await made({ kind: 'create-stack', submission }, { before: { operation: earlier() } });
    expect(create.run.submitted).toEqual({ kind: 'create-stack', outcome: 'accepted' });
    const update: Change = { kind: 'update-stack', submission, blueHealthy: 2 };
    const started = await made(update, { before: { operation: earlier() } });
    expect(started.run.submitted).toEqual({ kind: 'update-stack', outcome: 'accepted', blueHealthy: 2 });
    for (const { run, calls } of [create, started]) {
      expect(run.operation).toBeUndefined();
      expect(calls.map(({ input }) => input)).toEqual([[submission, 'ecs-canary-own']]);
    }
    expect((await made(update, { answer: 'unchanged' })).run.submitted?.outcome).toBe('unchanged');
  });

  it('nothing of an operation that AWS did not take', async () => {
    const { run, error } = await made({ kind: 'create-stack', submission }, { answer: refused('aws-access-denied') });
    expect([run.submitted, (error as OperatorError).code]).toEqual([undefined, 'aws-access-denied']);
  });

  it('whose mark it replaced, and gives rivals three seconds to have written theirs', async () => {
    const take: Change = { kind: 'acquire-lock', serviceArn: 'arn:service', text: 'new', from: 'old' };
    const { run, sleeps } = await made(take);
    expect(run.replacedLock).toBe('old');
    expect(sleeps[0]).toBe(3000);
  });
});

describe('a cancelled update', () => {
  it('is cancelled with the token with which it began', async () => {
    const { calls, run } = await made(cancel, { before: { operation: earlier() } });
    expect(calls.map(({ input }) => input)).toEqual([['shop', 'ecs-canary-earlier']]);
    expect(run.operation?.cancelledFor).toBe('tasks failed');
    expect((await made(cancel)).calls.map(({ input }) => input)).toEqual([['shop', 'ecs-canary-own']]);
  });

  it.each([
    ['aws-refused', 'tasks failed'],
    ['aws-access-denied', undefined],
    ['aws-unreachable', undefined],
  ] as const)('that answers %s is remembered for %s', async (code, cancelledFor) => {
    const { run } = await made(cancel, { before: { operation: earlier() }, answer: refused(code) });
    expect(run.operation?.cancelledFor).toBe(cancelledFor);
  });
});

describe('a write of weights that is refused', () => {
  it.each(['aws-access-denied', 'aws-refused', 'aws-credentials'] as const)(
    'with %s tells of several rules how each is split',
    async (code) => {
      const { error } = await made(moveTo(0, ['half at one', 'all at another']), { answer: refused(code) });
      expect(error).toMatchObject({
        code,
        message: expect.stringContaining('It was refused. The traffic is split half at one, all at another.'),
      });
    },
  );

  it('tells no more than AWS said where there is one rule', async () => {
    const { error } = await made(moveTo(0), { answer: refused('aws-refused') });
    expect((error as OperatorError).message).toBe('It was refused.');
  });
});
