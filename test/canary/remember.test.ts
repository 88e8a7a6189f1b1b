import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/canary/change.ts';
import { lockTagKey } from '../../src/canary/lock.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { remember, type Seen } from '../../src/canary/remember.ts';
import type { RunMemory } from '../../src/canary/run.ts';
import { weightsForGreen } from '../../src/canary/weights.ts';
import { sampleOperation, sampleRun } from '../steps/sample-run.ts';
import { groups, sampleRule, sampleTraffic } from './sample-traffic.ts';

const { lockOwner } = sampleRun();

function move(from: number, to: number, arn = 'arn:rule'): Change {
  const rule = { ...sampleRule(weightsForGreen(from)), arn };
  return { kind: 'set-weights', rule, groups, weights: weightsForGreen(to), among: [] };
}

const lost = new Error('lost');

const wrote = (memory: RunMemory, change: Change, error?: unknown) =>
  remember(
    memory,
    {
      kind: 'wrote',
      change,
      outcome: error === undefined ? 'accepted' : undefined,
      error,
      began: 4600,
      at: 5000,
      awsAt: 9000,
    },
    lockOwner,
  );

describe('after a write of weights, a run remembers', () => {
  it('the share to which it lowered green, and nothing where green gained or kept its share', () => {
    expect(wrote({}, move(80, 50)).loweredTo).toBe(50);
    expect(wrote({}, move(80, 50), lost).loweredTo).toBe(50);
    for (const [from, to] of [
      [50, 80],
      [50, 50],
    ] as const)
      expect(wrote({}, move(from, to)).loweredTo).toBeUndefined();
  });

  it('nothing of a lowered share once green gained at another rule: the run no longer only lowers', () => {
    const lowered = wrote({}, move(50, 20, 'one'));
    expect(wrote(lowered, move(20, 20, 'incomplete')).loweredTo).toBe(20);
    expect(wrote(lowered, move(10, 20, 'other')).loweredTo).toBeUndefined();
  });

  it('which rules it could not write, until it can', () => {
    const refused = wrote(wrote({}, move(50, 0, 'one'), lost), move(50, 0, 'other'), lost);
    expect([...(refused.unwritable ?? [])]).toEqual(['one', 'other']);
    expect([...(wrote(refused, move(50, 0, 'one')).unwritable ?? [])]).toEqual(['other']);
    expect([...(refused.unwritable ?? [])]).toEqual(['one', 'other']);
  });
});

describe('of the way back, a run remembers', () => {
  const prove = (arn: string): Change => ({ kind: 'prove-way-back', rule: { ...sampleRule(), arn } });

  it('at which rules AWS accepted the write, and how long that took in total', () => {
    const proven = wrote(wrote({}, prove('one')), prove('other')).wayBack;
    expect([...(proven?.rules ?? []), proven?.seconds]).toEqual(['one', 'other', 0.8]);
    const fast = { kind: 'wrote', change: prove('one'), outcome: 'accepted', began: 0, at: 1, awsAt: 1 } as const;
    expect(remember({}, fast, lockOwner).wayBack?.seconds).toBe(0.01);
  });

  it('nothing of a write whose response was lost, or that AWS may accept later', () => {
    for (const error of [lost, new OperatorError('aws-throttled', 'so', 'Wait.')])
      expect(wrote({}, prove('one'), error)).toEqual({ wrote: true });
  });

  it('why AWS refused it', () => {
    const error = new OperatorError('aws-access-denied', 'elasticloadbalancing:ModifyRule failed', 'Allow it.');
    expect(wrote({}, prove('one'), error)).toEqual({ wrote: true, noWayBack: error });
  });
});

describe('for the record of shares, a run remembers', () => {
  const record: Change = { kind: 'record', serviceArn: 'arn:service', tags: { EcsCanaryShares: '1796000000=10' } };

  it("when its last write of weights ended, by AWS's clock, even if its response was lost", () => {
    expect(wrote({}, move(0, 10)).movedAt).toBe(9000);
    expect(wrote({ movedAt: 1 }, move(0, 10), lost).movedAt).toBe(9000);
    expect(wrote({ movedAt: 1 }, record).movedAt).toBe(1);
  });

  it.each([['aws-access-denied'], ['aws-refused']] as const)('that AWS refused it (%s)', (code) => {
    const error = new OperatorError(code, 'ecs:TagResource failed', 'Allow it.');
    expect(wrote({}, record, error).recordRefusal).toBe('ecs:TagResource failed');
  });

  it('nothing of a refusal that may pass', () => {
    for (const code of ['aws-throttled', 'aws-unreachable', 'aws-credentials'] as const)
      expect(wrote({}, record, new OperatorError(code, 'so', 'Wait.')).recordRefusal).toBeUndefined();
    expect(wrote({}, record).recordRefusal).toBeUndefined();
  });
});

describe('for the ledger, a run remembers', () => {
  const entry = { EcsCanaryLog01: '1 c1' };
  const denied = new OperatorError('aws-access-denied', 'ecs:TagResource failed', 'Allow it.');

  it("green's largest share before it moved traffic, and AWS's ids of the requests that did", () => {
    const answered = (memory: RunMemory, change: Change, requestId?: string) =>
      remember(memory, { kind: 'wrote', change, outcome: 'accepted', requestId, began: 0, at: 0, awsAt: 0 }, lockOwner);
    const both = answered(answered({}, move(10, 50, 'one'), '5f1c'), move(20, 50, 'other'), '77aa');
    expect([both.movedFrom, both.requestIds]).toEqual([20, ['5f1c', '77aa']]);
    const lostAnswer = wrote(both, move(0, 50, 'third'), lost);
    expect([lostAnswer.movedFrom, lostAnswer.requestIds]).toEqual([20, ['5f1c', '77aa']]);
  });

  it.each<[string, Change]>([
    ['a record', { kind: 'record', serviceArn: 'arn:service', tags: { EcsCanaryShares: '1796000000=10' }, entry }],
    ['the stable colour', { kind: 'tag-stable', serviceArn: 'arn:service', colour: 'Green', entry }],
    ['a lock', { kind: 'acquire-lock', serviceArn: 'arn:service', text: 'Deployments-1', from: '', entry }],
  ])('that AWS refused an entry with %s, which may be allowed without it', (_what, change) => {
    expect(wrote({}, change, denied)).toEqual({ wrote: true, entryRefusal: 'ecs:TagResource failed' });
    expect(wrote({}, change).entryRefusal).toBeUndefined();
    expect(wrote({}, change, new OperatorError('aws-throttled', 'so', 'Wait.')).entryRefusal).toBeUndefined();
  });
});

describe('after a look, a run remembers', () => {
  const looked = (memory: RunMemory, seen: Seen, at = 0) =>
    remember(memory, { kind: 'looked', seen, at, awsAt: at + 4000 }, lockOwner);

  it('that it owned the lock, even once the lock is gone', () => {
    const { service } = sampleTraffic();
    const locked = (text: string) => ({ ...service, tags: { [lockTagKey]: text } });
    const held = looked({}, { service: locked('Deployments-1 of Shop') });
    expect(looked(held, { service }).heldLock).toBe(true);
    expect(looked({}, { service: locked('Deployments-10 of Shop') }).heldLock).toBeUndefined();
    expect(looked({}, { service }).heldLock).toBeUndefined();
  });

  it('how often it could not see whose canary it is', () => {
    expect(looked(looked({}, { isBlind: true }), { isBlind: true }).blindLooks).toBe(2);
    expect(looked({ blindLooks: 1 }, { isBlind: false }).blindLooks).toBe(1);
  });
});

describe('a cancelled operation', () => {
  const cancel: Change = { kind: 'cancel-stack-update', name: 'shop', because: 'tasks failed' };
  const refused = (code: OperatorError['code']) => new OperatorError(code, 'no', 'ask');

  it('is one that AWS cancelled, even if the answer was lost', () => {
    const memory = { operation: sampleOperation() };
    expect(wrote(memory, cancel).operation?.cancelledFor).toBe('tasks failed');
    expect(wrote(memory, cancel, refused('aws-refused')).operation?.cancelledFor).toBe('tasks failed');
    expect(wrote(memory, cancel, refused('aws-unreachable')).operation?.cancelledFor).toBeUndefined();
    expect(wrote({}, cancel).operation).toBeUndefined();
  });
});
