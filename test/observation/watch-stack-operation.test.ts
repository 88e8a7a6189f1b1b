import { describe, expect, it } from 'vitest';
import type { StackEvent } from '../../src/aws/aws.ts';
import type { Run, StackOperation } from '../../src/canary/run.ts';
import type { CanaryReader } from '../../src/observation/canary-reader.ts';
import { isPending, watchOperation, wentBack } from '../../src/observation/watch-stack-operation.ts';
import { awaitOperation, stackFailed, stackStuck } from '../../src/steps/shared/stack-messages.ts';
import { sampleOperation, sampleRun, sampleStack } from '../steps/sample-run.ts';

const accepted = { kind: 'update-stack', outcome: 'accepted' } as const;
const stackId = 'arn:aws:cloudformation:us-east-1:123456789012:stack/canary/1';
let events = 0;

/** An event of the stack itself, or of one of its resources. */
function event(logicalId: string, status: string, reason = '', more: Partial<StackEvent> = {}): StackEvent {
  events += 1;
  const isStack = logicalId === 'canary';
  return {
    id: `event-${events}`,
    time: new Date(events * 1000),
    token: 'ecs-canary-1',
    logicalId,
    physicalId: isStack ? stackId : `physical-${logicalId}`,
    type: isStack ? 'AWS::CloudFormation::Stack' : 'AWS::ECS::TaskSet',
    status,
    reason,
    ...more,
  };
}

/** A run that looks at these events, one look after the other. */
async function watched(
  looks: readonly (readonly StackEvent[])[],
  from: Run = sampleRun({ submitted: accepted }),
  isBusy = true,
) {
  let run = from;
  const asked: (readonly [token: string, seen: string | undefined])[] = [];
  let latest = 0;
  for (const look of looks) {
    const reader: Pick<CanaryReader, 'events' | 'latestToken'> = {
      events: async (token, seen) => {
        asked.push([token, seen]);
        return look;
      },
      latestToken: async () => {
        latest += 1;
        return 'ecs-canary-0';
      },
    };
    const { operation } = await watchOperation(reader as CanaryReader, run, isBusy);
    run = { ...run, ...(operation && { operation }) };
  }
  return { run, asked, latest };
}

describe('a stack operation', () => {
  it('of this run is known by its token, and each event is asked for once', async () => {
    const [first, second] = [event('canary', 'UPDATE_IN_PROGRESS'), event('Green', 'CREATE_IN_PROGRESS')];
    const { run, asked, latest } = await watched([[first, second], [], []]);
    expect(asked).toEqual([
      ['ecs-canary-1', undefined],
      ['ecs-canary-1', second.id],
      ['ecs-canary-1', second.id],
    ]);
    expect(run.operation?.startedAt).toEqual(first.time);
    expect(latest).toBe(0);
  });

  it('of an earlier run is adopted, and that of somebody else is only waited for', async () => {
    const { run, asked, latest } = await watched([[event('canary', 'UPDATE_IN_PROGRESS')], []], sampleRun());
    expect([run.operation?.token, latest]).toEqual(['ecs-canary-0', 1]);
    expect(asked.map(([token]) => token)).toEqual(['ecs-canary-0', 'ecs-canary-0']);
    for (const token of ['', 'octopus-deploy-7', 'my-ecs-canary-1']) {
      const alone = sampleRun();
      const reader = {
        latestToken: async () => token,
        events: async () => [event('canary', 'UPDATE_IN_PROGRESS')],
      } as unknown as CanaryReader;
      expect(await watchOperation(reader, alone, true)).toEqual({ operation: undefined, hasNews: false });
    }
  });

  it.each([
    ['of an earlier run', sampleRun()],
    ['of this run', sampleRun({ submitted: accepted })],
  ])('%s is read until its events say how it ended, even if the stack is at rest by then', async (_, from) => {
    const begun = await watched([[event('canary', 'UPDATE_IN_PROGRESS')]], from);
    const failure = event('Green', 'CREATE_FAILED', 'no such image');
    const looks = [[], [failure], [event('canary', 'UPDATE_ROLLBACK_COMPLETE')], [], []];
    const { run, asked } = await watched(looks, begun.run, false);
    expect(asked).toHaveLength(3);
    expect(run.operation).toMatchObject({ ended: true, rolledBack: true });
    expect(run.operation?.rootCause).toContain('no such image');
  });

  it('is not looked for if AWS found nothing to update', async () => {
    const unchanged = sampleRun({ submitted: { ...accepted, outcome: 'unchanged' } });
    expect((await watched([[]], unchanged, false)).asked).toEqual([]);
  });

  it('began when its first event says so, however many came since', async () => {
    const begin = event('canary', 'UPDATE_IN_PROGRESS');
    const { run } = await watched([[begin, event('Green', 'CREATE_IN_PROGRESS')], [event('Green', 'CREATE_COMPLETE')]]);
    expect(run.operation?.startedAt).toEqual(begin.time);
  });

  it('is over when the stack itself says so, and not when one of its parts, or another stack in it, does', async () => {
    const nested = { type: 'AWS::CloudFormation::Stack', physicalId: '' };
    let { run } = await watched([
      [
        event('canary', 'UPDATE_IN_PROGRESS'),
        event('Green', 'CREATE_COMPLETE'),
        event('Inner', 'CREATE_COMPLETE', '', nested),
      ],
    ]);
    expect([run.operation?.ended, isPending(run, run.operation)]).toEqual([false, true]);
    ({ run } = await watched([[event('canary', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')]], run));
    expect(isPending(run, run.operation)).toBe(true);
    ({ run } = await watched([[event('canary', 'UPDATE_COMPLETE')]], run));
    expect([run.operation?.ended, isPending(run, run.operation)]).toEqual([true, false]);
    expect(wentBack(sampleStack(), run.operation)).toBe(false);
  });

  it('went back once any event said so, whatever came after', async () => {
    const { run } = await watched([
      [event('canary', 'UPDATE_IN_PROGRESS'), event('canary', 'UPDATE_ROLLBACK_IN_PROGRESS')],
      [event('Green', 'UPDATE_COMPLETE')],
      [event('canary', 'UPDATE_COMPLETE')],
    ]);
    expect(wentBack(sampleStack('UPDATE_COMPLETE'), run.operation)).toBe(true);
  });

  it('is never pending where AWS found nothing to update, or nothing was submitted', () => {
    const submitted = sampleRun({ submitted: accepted });
    expect(isPending(sampleRun(), undefined)).toBe(false);
    expect(isPending(sampleRun({ submitted: { ...accepted, outcome: 'unchanged' } }), undefined)).toBe(false);
    expect(isPending(submitted, undefined)).toBe(true);
    expect(isPending(submitted, sampleOperation({ ended: true }))).toBe(false);
  });
});

describe('the cause of a failure', () => {
  it('is the first one, and none that was cancelled because of another', async () => {
    const { run } = await watched([
      [event('Rule', 'UPDATE_FAILED', 'Resource update cancelled'), event('Green', 'CREATE_FAILED', 'no such image')],
      [event('Blue', 'CREATE_FAILED', 'something else'), event('canary', 'UPDATE_ROLLBACK_COMPLETE')],
    ]);
    expect(stackFailed(sampleStack('UPDATE_ROLLBACK_COMPLETE'), run.operation)).toMatchObject({
      code: 'stack-failed',
      message:
        'The stack canary ended in UPDATE_ROLLBACK_COMPLETE. First failure: Green (TaskSet): CREATE_FAILED: no such image',
    });
  });

  it('is what this run cancelled it for, or what the stack says, or nothing that AWS tells', () => {
    const stack = { ...sampleStack('UPDATE_ROLLBACK_COMPLETE'), statusReason: 'a reason' };
    const told = (operation: Parameters<typeof stackFailed>[1], of = stack) => stackFailed(of, operation).message;
    expect(told(sampleOperation({ cancelledFor: 'tasks', rootCause: 'cause' }))).toContain('First failure: tasks');
    expect(told(sampleOperation({ rootCause: 'cause' }))).toContain('First failure: cause');
    expect(told(undefined)).toContain('First failure: a reason');
    expect(told(undefined, sampleStack())).toContain('First failure: AWS gives no reason');
    expect(stackFailed(stack, sampleOperation({ cancelledFor: 'tasks' })).code).toBe('tasks-failing');
  });

  it.each([
    ['continue-update-rollback', 'aws cloudformation continue-update-rollback --stack-name canary --region eu-west-1'],
    ['rollback-stack', 'aws cloudformation rollback-stack --stack-name canary --region eu-west-1'],
    ['retry-delete', 'aws cloudformation delete-stack --stack-name canary --region eu-west-1'],
    ['console', 'CloudFormation console'],
  ] as const)('where a stack is stuck comes with the way out: %s', (remedy, hint) => {
    const error = stackStuck(
      sampleStack('UPDATE_FAILED'),
      { kind: 'stuck', remedy },
      {
        region: 'eu-west-1',
        operation: sampleOperation({ rootCause: 'Rule (ListenerRule): UPDATE_FAILED: gone' }),
      },
    );
    expect(error).toMatchObject({
      code: 'stack-stuck',
      message:
        'The stack canary is in UPDATE_FAILED, in which AWS accepts no update. First failure: Rule (ListenerRule): UPDATE_FAILED: gone',
      hint: expect.stringContaining(hint),
    });
  });
});

describe('the progress', () => {
  const awaiting = (operation: StackOperation | undefined) =>
    awaitOperation('Green starts', sampleStack('UPDATE_IN_PROGRESS'), operation);

  it('counts the parts that began and those that are done, and is never complete before the stack is', async () => {
    let { run } = await watched([
      [event('canary', 'UPDATE_IN_PROGRESS'), event('Green', 'CREATE_IN_PROGRESS'), event('Rule', 'UPDATE_COMPLETE')],
    ]);
    expect(awaiting(run.operation)).toEqual({
      kind: 'wait',
      reason: 'Green starts (UPDATE_IN_PROGRESS, 1 of 2 resources done).',
      percent: 50,
    });
    ({ run } = await watched([[event('Green', 'CREATE_COMPLETE')]], run));
    expect(awaiting(run.operation)).toEqual({
      kind: 'wait',
      reason: 'Green starts (UPDATE_IN_PROGRESS, 2 of 2 resources done).',
      percent: 99,
    });
    ({ run } = await watched([[event('Green', 'DELETE_IN_PROGRESS')]], run));
    expect(awaiting(run.operation)).toEqual({
      kind: 'wait',
      reason: 'Green starts (UPDATE_IN_PROGRESS, 1 of 2 resources done).',
      percent: 50,
    });
    for (const unknown of [undefined, sampleOperation()])
      expect(awaiting(unknown)).toEqual({ kind: 'wait', reason: 'Green starts (UPDATE_IN_PROGRESS).' });
  });
});

const judged = (ended: boolean, rolledBack?: boolean): StackOperation => ({
  token: 'ecs-canary-1',
  begun: new Set(),
  finished: new Set(),
  ended,
  ...(rolledBack !== undefined && { rolledBack }),
});

describe('whether a stack update went back', () => {
  it.each([
    ['by its events, whatever an old status says', 'UPDATE_ROLLBACK_COMPLETE', judged(true), false],
    ['by its events, whatever a status from before says', 'UPDATE_COMPLETE', judged(true, true), true],
    ['by its events, as soon as one says that it goes back', 'UPDATE_COMPLETE', judged(false, true), true],
    ['by the status while no event says how it ended', 'UPDATE_ROLLBACK_COMPLETE', judged(false), true],
    ['by the status when there are no events', 'UPDATE_ROLLBACK_COMPLETE', undefined, true],
    ['by the status of an update that succeeded', 'UPDATE_COMPLETE', undefined, false],
  ])('is judged %s', (_how, status, seen, expected) => {
    expect(wentBack(sampleStack(status), seen)).toBe(expected);
  });
});
