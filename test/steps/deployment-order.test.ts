import { describe, expect, it } from 'vitest';
import type { StoppedTask } from '../../src/canary/health.ts';
import type { Run } from '../../src/canary/run.ts';
import type { TaskSet } from '../../src/canary/service.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import type { FailingTaskSet } from '../../src/observation/observe-green.ts';
import { decideDeployment } from '../../src/steps/deploy-stack/decision.ts';
import type { DeployState } from '../../src/steps/deploy-stack/state.ts';
import type { DeploymentRequest } from '../../src/steps/deploy-stack/submission.ts';
import type { Sample } from '../canary/sample-traffic.ts';
import { greenId, lockedTraffic, sampleOperation, sampleRun, sampleStack } from './sample-run.ts';

const role = 'arn:aws:iam::123456789012:role/stack';
const request = { stackRoleArn: role, scalesItself: false, greenScalePercent: 100 } as DeploymentRequest;
const accepted = { kind: 'update-stack', outcome: 'accepted', blueHealthy: 4 } as const;
const crash: StoppedTask = { stopCode: 'EssentialContainerExited', stopped: 'exited with code 1' };
const lock = 'Deployments-1 of Shop since 2026-03-01T03:04:05Z';

describe('a stack that never completed', () => {
  const decide = (status: string, mayDelete: boolean, run: Partial<Run> = {}) =>
    decideDeployment({ kind: 'unusable', stack: sampleStack(status) }, request, mayDelete, sampleRun(run));

  it('is deleted by its id, because one of that name may have been created since', () => {
    expect(decide('ROLLBACK_COMPLETE', true)).toMatchObject({
      change: { kind: 'delete-stack', name: 'arn:stack/canary/1', roleArn: role },
    });
  });

  it.each([
    ['without permission of the operator', 'ROLLBACK_COMPLETE', false, {}, 'stack-never-completed'],
    ['when this run created it', 'ROLLBACK_COMPLETE', true, { submitted: accepted }, 'stack-failed'],
    ['when it was complete before', 'UPDATE_ROLLBACK_FAILED', true, {}, 'stack-stuck'],
    ['when its deletion failed', 'DELETE_FAILED', true, {}, 'stack-stuck'],
  ])('is not deleted %s', (_, status, mayDelete, run, code) => {
    expect(() => decide(status, mayDelete, run)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a stack in progress whose new tasks fail', () => {
  const failing: FailingTaskSet = {
    ...{ colour: 'Green', taskDefinition: 'shop:2', failed: [crash, crash, crash] },
    ...{ taskSet: lockedTraffic(lock).green.taskSet, cause: '\nLook at task arn:task/1' },
  };
  const decide = (status: string, known: FailingTaskSet | undefined = failing) =>
    decideDeployment(
      { kind: 'busy', stack: sampleStack(status), failing: known },
      request,
      false,
      sampleRun({ submitted: accepted, operation: sampleOperation() }),
    );

  it('is left to the deployment that started the update', () => {
    const { service } = lockedTraffic('Deployments-2 of Shop');
    const decideFor = (run: Partial<Run>) =>
      decideDeployment(
        { kind: 'busy', stack: sampleStack('UPDATE_IN_PROGRESS'), failing: { ...failing, service } },
        request,
        false,
        sampleRun({ operation: sampleOperation(), ...run }),
      );
    expect(() => decideFor({})).toThrow(expect.objectContaining({ code: 'canary-taken' }));
    expect(decideFor({ submitted: accepted })).toMatchObject({ change: { kind: 'cancel-stack-update' } });
  });

  it('is cancelled where AWS can cancel it', () => {
    expect(decide('UPDATE_IN_PROGRESS')).toMatchObject({
      change: {
        kind: 'cancel-stack-update',
        name: 'canary',
        because: expect.stringContaining('exited with code 1'),
      },
    });
  });

  it.each(['CREATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])('ends the step in %s', (status) => {
    expect(() => decide(status)).toThrow(
      expect.objectContaining({
        code: 'tasks-failing',
        message: expect.stringMatching(/\nLook at task arn:task\/1$/),
      }),
    );
  });

  it.each(['UPDATE_ROLLBACK_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'UPDATE_COMPLETE'])(
    'is waited for in %s',
    (status) => {
      expect(decide(status)).toMatchObject({ kind: 'wait' });
    },
  );
});

/** How the end of an update differs from a healthy green and a serving blue. */
interface More {
  readonly sample?: Sample;
  readonly ownHealthy?: number;
  readonly green?: Partial<TaskSet>;
  readonly stoppedGreen?: readonly StoppedTask[];
  readonly stoppedBlue?: readonly StoppedTask[];
  readonly run?: Partial<Run>;
  readonly status?: string;
  readonly lock?: string;
  readonly request?: Partial<DeploymentRequest>;
}
const decide = (more: More = {}) => {
  const { ownHealthy = 4, stoppedGreen = [], stoppedBlue = [], status = 'UPDATE_COMPLETE' } = more;
  const plain = lockedTraffic(more.lock ?? lock, more.sample);
  const green = { ...plain.green, taskSet: { ...plain.green.taskSet, ...more.green } };
  const traffic: Traffic = { ...plain, green };
  const state: DeployState = {
    kind: 'settled',
    ...{ stack: sampleStack(status), traffic, ownHealthy, stoppedGreen, stoppedBlue, templateText: '' },
  };
  return decideDeployment(
    state,
    { ...request, ...more.request },
    false,
    sampleRun({ submitted: accepted, ...more.run }),
  );
};

describe('an update that has ended', () => {
  it("counts green's own healthy tasks, not targets that the previous green left in the group", () => {
    expect(decide({ ownHealthy: 1, green: { running: 1 } })).toMatchObject({
      kind: 'wait',
      reason: expect.stringContaining('Green has 1 of 4 healthy targets'),
    });
    expect(() => decide({ ownHealthy: 0 })).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
    expect(decide({ sample: { greenHealthy: 9 }, lock: `${lock} green ${greenId}` })).toMatchObject({
      kind: 'done',
      reason: expect.stringContaining('with 4 healthy targets'),
    });
  });

  it("is not accepted while green's tasks crash between healthy moments, nor before ECS calls green steady", () => {
    expect(() => decide({ stoppedGreen: [crash, crash, crash] })).toThrow(
      expect.objectContaining({ code: 'tasks-failing' }),
    );
    expect(decide({ stoppedGreen: [crash, crash] })).toMatchObject({ change: { kind: 'record-green' } });
    const unchanged = { submitted: { ...accepted, outcome: 'unchanged' } as const };
    expect(decide({ stoppedGreen: [crash, crash, crash], run: unchanged })).toMatchObject({ kind: 'change' });
    expect(decide({ green: { steady: false } })).toMatchObject({
      kind: 'wait',
      reason: expect.stringContaining('STEADY_STATE'),
    });
  });

  it('is a failure if it was rolled back, by its events or by its status', () => {
    const back = sampleOperation({ ended: true, rolledBack: true });
    expect(() => decide({ run: { operation: back } })).toThrow(expect.objectContaining({ code: 'stack-failed' }));
    expect(() => decide({ status: 'UPDATE_ROLLBACK_COMPLETE' })).toThrow(
      expect.objectContaining({ code: 'stack-failed' }),
    );
  });

  it('waits for a blue that is less healthy than before, but not for one that was broken before', () => {
    expect(decide({ sample: { blueHealthy: 3 } })).toMatchObject({
      kind: 'wait',
      reason: expect.stringContaining('3 of 4'),
    });
    for (const blueHealthy of [3, 2])
      expect(decide({ sample: { blueHealthy: 3 }, run: { submitted: { ...accepted, blueHealthy } } })).toMatchObject({
        change: { kind: 'record-green' },
      });
    const first = { submitted: { kind: 'create-stack', outcome: 'accepted' } } as const;
    expect(() => decide({ sample: { blueHealthy: 3 }, run: first })).toThrow(
      expect.objectContaining({ code: 'not-enough-healthy' }),
    );
  });
});

describe('an update that has ended well', () => {
  it('scales both colours to their target size, blue last', () => {
    const small = { sample: { greenScale: 20, greenHealthy: 1, blueScale: 50 }, ownHealthy: 1 };
    expect(decide({ ...small, request: { greenScalePercent: 50 } })).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: greenId, percent: 50 },
    });
    expect(decide({ ...small, request: { greenScalePercent: 20 } })).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'blue', percent: 100 },
    });
    // An own template defines green's size itself.
    expect(decide({ ...small, request: { scalesItself: true } })).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'blue' },
    });
  });

  it.each([
    ['another green than the recorded one', `${lock} green ecs-svc/1`, {}, `${lock} green ${greenId}`],
    ['a green where none was recorded', lock, {}, `${lock} green ${greenId}`],
    ['a green of an unlocked canary', '', {}, `nobody green ${greenId}`],
  ])('records %s', (_, before, sample, after) => {
    expect(decide({ lock: before, sample })).toMatchObject({ change: { kind: 'record-green', text: after } });
  });

  it('records nothing twice, and nothing about a version that blue runs too where nobody owns the lock', () => {
    expect(decide({ lock: `${lock} green ${greenId}` })).toMatchObject({ kind: 'done' });
    expect(decide({ lock: '', sample: { sameVersion: true } })).toMatchObject({ kind: 'done' });
    expect(decide({ sample: { sameVersion: true } })).toMatchObject({ change: { kind: 'record-green' } });
  });

  it.each<[string, string, More]>([
    ['green has traffic at one of the rules', 'green-has-traffic', { sample: { others: [{ blue: 99, green: 1 }] } }],
    ['one of the rules serves nobody', 'not-prepared', { sample: { others: [{ blue: 0, green: 0 }] } }],
    ['another task set serves', 'stray-task-set', { sample: { stray: true } }],
    ['another deployment owns the lock', 'canary-taken', { lock: 'Deployments-2 of Shop' }],
    ['the canary was rolled back in the meantime', 'canary-lost', { lock: '', run: { heldLock: true } }],
  ])('is no success where %s', (_, code, more) => {
    expect(() => decide(more)).toThrow(expect.objectContaining({ code }));
  });
});

it("an earlier run's crash loop that this run cancelled is reported, and not started again", () => {
  const state = { kind: 'settled', stack: sampleStack('UPDATE_ROLLBACK_COMPLETE') } as DeployState;
  const run = sampleRun({ operation: sampleOperation({ cancelledFor: 'it failed' }) });
  expect(() => decideDeployment(state, request, false, run)).toThrow(
    expect.objectContaining({ code: 'tasks-failing', message: expect.stringContaining('it failed') }),
  );
});
