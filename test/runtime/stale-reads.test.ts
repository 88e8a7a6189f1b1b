import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/canary/change.ts';
import type { Decision } from '../../src/canary/decision.ts';
import { done, move, play, tag, unreachable, wait } from './play.ts';

const groups = { blue: 'arn:blue', green: 'arn:green' };
const changing = (change: Change): Decision => ({ kind: 'change', reason: `${change.kind}.`, change });
const submission = { name: 'shop', templateBody: '{}', parameters: {}, capabilities: [] };

/** The write of one of several production rules, of which blue gets everything. */
function moveOf(name: string, among: readonly string[]): Decision {
  return changing({
    kind: 'set-weights',
    rule: { arn: name, priority: '10', conditions: [], actions: [] },
    groups,
    weights: { blue: 100, green: 0 },
    among: among.map((arn) => ({ arn, shares: '' })),
  });
}

/** How many looks were taken, and how many writes were made. */
async function countOf(...looks: readonly Decision[]) {
  const game = play(looks);
  await expect(game.outcome).resolves.toEqual(done);
  return [game.state.looks, game.state.writes];
}

describe('of several production rules', () => {
  const both = ['one', 'other'];

  it('a move of one proves nothing of the others, so what follows is looked at twice', async () => {
    expect(await countOf(moveOf('one', both), done, done)).toEqual([3, 1]);
    expect(await countOf(moveOf('one', both), tag, tag, done, done)).toEqual([5, 2]);
  });

  it('a move of all of them proves that everything is seen as it is now', async () => {
    expect(await countOf(moveOf('one', both), moveOf('other', both), done)).toEqual([3, 2]);
    expect(await countOf(moveOf('one', both), moveOf('other', both), tag, done)).toEqual([4, 3]);
  });

  it('two moves of the same one prove no more than one', async () => {
    const again = changing({
      ...(moveOf('one', both) as { readonly change: Extract<Change, { kind: 'set-weights' }> }).change,
      weights: { blue: 90, green: 10 },
    });
    expect(await countOf(moveOf('one', both), again, done, done)).toEqual([4, 2]);
  });

  it('what a first look missed at another rule is seen by the second one', async () => {
    expect(await countOf(moveOf('one', both), done, moveOf('other', both), done)).toEqual([4, 2]);
  });
});

describe('a single production rule', () => {
  it('that was moved and read back proves that everything is seen as it is now', async () => {
    expect(await countOf(moveOf('one', []), done)).toEqual([2, 1]);
  });

  it('is moved only if a second look agrees, where the decision says that it is in doubt', async () => {
    const doubtful = { ...moveOf('one', []), isDoubtful: true } as Decision;
    expect(await countOf(doubtful, doubtful, done)).toEqual([3, 1]);
    expect(await countOf(doubtful, done, done)).toEqual([3, 0]);
  });
});

describe('what proves that everything is seen as it is now', () => {
  const testRule: Change = {
    kind: 'create-test-rule',
    rule: { listenerArn: 'arn:listener', priority: 5, conditions: [], actions: [], tags: {} },
  };
  const scale: Change = { kind: 'scale-task-set', serviceArn: 's', cluster: 'c', taskSetId: 't', percent: 50 };

  it.each<[string, Change, number]>([
    ['creating a test rule', testRule, 1],
    ['creating a stack', { kind: 'create-stack', submission }, 1],
    ['updating a stack', { kind: 'update-stack', submission }, 1],
    ['scaling a task set', scale, 2],
    ['removing a rule', { kind: 'delete-rule', arn: 'arn:rule' }, 2],
    ['taking the canary', { kind: 'acquire-lock', serviceArn: 's', text: 'mark', from: '' }, 2],
    ['recording green', { kind: 'record-green', serviceArn: 's', text: 'mark' }, 2],
    ['freeing the canary', { kind: 'release-lock', serviceArn: 's' }, 2],
    [
      'proving the way back',
      { kind: 'prove-way-back', rule: { arn: 'one', priority: '10', conditions: [], actions: [] } },
      2,
    ],
    ['recording a share', { kind: 'record', serviceArn: 's', tags: { EcsCanaryShares: '1796000000=10' } }, 2],
    ['recording what is stable', { kind: 'tag-stable', serviceArn: 's', colour: 'Blue' }, 2],
    ['deleting a stack', { kind: 'delete-stack', name: 'arn:stack' }, 2],
    ['cancelling an update', { kind: 'cancel-stack-update', name: 'shop', because: 'it failed' }, 2],
  ])('%s: the end is looked at %s times', async (_, change, ends) => {
    const doubted = /^(tag-stable|record|(create|update|delete)-stack)$/.test(change.kind) ? 2 : 1;
    const looks = [...Array<Decision>(doubted).fill(changing(change)), ...Array<Decision>(ends).fill(done)];
    expect(await countOf(...looks)).toEqual([looks.length, 1]);
  });

  it('not a stack: it is touched only on a second look, whatever was written before', async () => {
    const update = changing({ kind: 'update-stack', submission });
    expect(await countOf(moveOf('one', []), update, update, done)).toEqual([4, 2]);
    // What a single look demanded is not done.
    expect(await countOf(moveOf('one', []), update, done)).toEqual([3, 1]);
  });
});

describe('a change that was believed', () => {
  const update = (templateBody: string) =>
    changing({ kind: 'update-stack', submission: { ...submission, templateBody } });

  it('lends its second look to no other one of its kind', async () => {
    expect(await countOf(update('1'), update('1'), update('2'), done)).toEqual([4, 1]);
    expect(await countOf(update('1'), update('1'), update('2'), update('2'), done)).toEqual([5, 2]);
  });

  it('and is demanded again after a wait is made again, because everything may have changed meanwhile', async () => {
    const game = play([moveOf('one', []), wait(), moveOf('one', []), done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(2);
    expect(game.scopes).toEqual([undefined, 'set-weights', undefined, 'set-weights']);
  });
});

describe('a write whose answer was lost', () => {
  it('proves nothing: a single old look after it does not end the step', async () => {
    const game = play([move(), done, ...Array<Decision>(7).fill(move()), done], [unreachable(), undefined]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(2);
  });

  it('and is demanded again between two old looks leaves them alone, each as doubtful as before', async () => {
    const game = play(
      [move(), done, move(), done, ...Array<Decision>(7).fill(move()), done],
      [unreachable(), undefined],
    );
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(2);
  });
});

describe('waiting for a known end', () => {
  const until = (seconds: number): Decision => ({ kind: 'wait', reason: 'Settling.', seconds });

  it.each([
    [1, 1000],
    [12, 12_000],
    [30, 30_000],
    [31, 30_000],
    [3600, 30_000],
    [0, 0],
  ])('of %i seconds sleeps %i ms: exactly that, or half a minute as a sign of life', async (seconds, sleeps) => {
    for (const random of [0, 1]) {
      const game = play([until(seconds), done, done], [], { random: () => random });
      await game.outcome;
      expect(game.sleeps[0]).toBe(sleeps);
    }
  });

  it('sleeps no longer than to the deadline', async () => {
    const game = play([until(50)], [], { timeoutMinutes: 1 });
    await expect(game.outcome).rejects.toMatchObject({ code: 'timed-out' });
    expect(game.sleeps).toEqual([30_000, 30_000]);
    const late = play([until(25)], [], { timeoutMinutes: 1 });
    await expect(late.outcome).rejects.toMatchObject({ code: 'timed-out' });
    expect(late.sleeps).toEqual([25_000, 25_000, 10_000]);
    expect(late.state.now).toBe(60_000);
  });

  it('makes no other wait longer', async () => {
    const game = play([wait(), until(5), until(5), wait(), wait(), done]);
    await game.outcome;
    expect(game.sleeps.slice(0, 5)).toEqual([1000, 5000, 5000, 1500, 2250]);
  });
});
