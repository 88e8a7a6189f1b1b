import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/canary/decision.ts';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import { denied, done, move, play, tag, throttled, wait } from './play.ts';

describe('a second look', () => {
  const update: Decision = { kind: 'change', reason: 'Deleting.', change: { kind: 'delete-stack', name: 'shop' } };

  it('is taken before it is believed that there is nothing to do', async () => {
    const game = play([done, move(), done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state).toMatchObject({ looks: 3, writes: 1 });
  });

  it('is taken before a stack is touched, and has to say the same as the first', async () => {
    const other = play([update, done, update, update, done]);
    await other.outcome;
    expect(other.state).toMatchObject({ looks: 6, writes: 1 });
    const sure = play([update, update, done]);
    await sure.outcome;
    expect(sure.state.writes).toBe(1);
  });

  it('is taken before what is stable is recorded, unless this run moved the traffic and read it back', async () => {
    const misled = play([tag, done]);
    await misled.outcome;
    expect(misled.state).toMatchObject({ looks: 3, writes: 0 });
    const certain = play([move(), tag, done]);
    await certain.outcome;
    expect(certain.state).toMatchObject({ looks: 3, writes: 2 });
  });

  it('is taken before it is believed that the goal is reached, though something was written that proves nothing', async () => {
    const scale: Decision = {
      kind: 'change',
      reason: 'Scaling.',
      change: { kind: 'scale-task-set', cluster: 'c', serviceArn: 's', taskSetId: 't', percent: 50 },
    };
    const game = play([scale, done, move(), done]);
    await game.outcome;
    expect(game.state.writes).toBe(2);
    expect(game.scopes).toEqual([undefined, 'scale-task-set', undefined, 'set-weights']);
  });

  it('is announced once, however often AWS throttles what follows it', async () => {
    const game = play([update, update, update, update, done], [throttled(), undefined]);
    await game.outcome;
    expect(game.state.writes).toBe(2);
    expect(game.said().filter((line) => line === 'Deleting.')).toHaveLength(1);
  });

  it('does not go on for ever where every look says something else', async () => {
    const game = play(Array.from({ length: 2000 }, (_, index) => (index % 2 === 0 ? done : tag)));
    await expect(game.outcome).rejects.toMatchObject({ code: 'timed-out' });
    expect(game.state.writes).toBe(0);
  });
});

describe('waiting', () => {
  it('backs off from one to ten seconds, and begins again after a write', async () => {
    const game = play([...Array(9).fill(wait()), move(), wait(), done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.sleeps.slice(0, 3)).toEqual([1000, 1500, 2250]);
    expect(game.sleeps.slice(6, 9)).toEqual([10_000, 10_000, 10_000]);
    expect(game.sleeps.at(-1)).toBe(1000);
  });

  it('repeats the same sentence once a minute with the time, and another at once', async () => {
    const game = play([...Array(12).fill(wait('For blue.')), wait('For green.'), done]);
    await game.outcome;
    expect(game.said().slice(0, 3)).toEqual([
      'Waiting: For blue.',
      'Waiting: For blue. (1 of at most 10 minutes)',
      expect.stringMatching(/^Waiting: For green\./),
    ]);
  });

  it('ends at the deadline to the second, and says what it was waiting for', async () => {
    const game = play([wait('For Godot.')]);
    await expect(game.outcome).rejects.toMatchObject({
      code: 'timed-out',
      message: 'After 10 minutes the step was still waiting: For Godot.',
    });
    expect(game.state.now).toBe(600_000);
  });

  it('is longer or shorter by up to a quarter, so that canaries that began together part', async () => {
    for (const [random, sleeps] of [
      [0, [750, 1125]],
      [1, [1250, 1875]],
    ] as const) {
      const game = play([wait(), wait(), done], [], { random: () => random });
      await game.outcome;
      // What needed no write is looked at twice.
      expect(game.sleeps).toEqual([...sleeps, 1000]);
    }
  });

  it('shows progress', async () => {
    const lines: string[] = [];
    const log = createTaskLog((line) => lines.push(line));
    await play([{ kind: 'wait', reason: 'Half.', percent: 50 }, done], [], { log }).outcome;
    expect(lines.join('\n')).toMatch(/##octopus\[progress percentage=/);
  });

  it.each([
    ['throttled', throttled()],
    ['unreachable', new OperatorError('aws-unreachable', 'no route', 'Check.')],
  ])('outlives a look that is %s', async (_what, error) => {
    const game = play([error, error, done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.said()[0]).toBe(`Waiting: ${error.message}`);
  });

  it('does not outlive anything else', async () => {
    await expect(play([denied()]).outcome).rejects.toMatchObject({ code: 'aws-access-denied' });
    await expect(play([new TypeError('a defect')]).outcome).rejects.toThrow('a defect');
  });
});

describe('writing', () => {
  it('is believed only when read back, and reads back only what it touched', async () => {
    const game = play([move(), done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.scopes).toEqual([undefined, 'set-weights']);
    expect(game.state.writes).toBe(1);
  });

  it('is not repeated while a read may be stale', async () => {
    const game = play([move(), move(), move(), done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(1);
    expect(game.scopes).toEqual([undefined, 'set-weights', 'set-weights', 'set-weights']);
    expect(game.state.now).toBeGreaterThan(0);
  });

  it('gives up after three tries that somebody undoes', async () => {
    const game = play([move()]);
    await expect(game.outcome).rejects.toMatchObject({ code: 'change-not-in-force' });
    expect(game.state.writes).toBe(3);
  });

  it('gives up when two parties overwrite each other without end', async () => {
    const duel = Array.from({ length: 400 }, (_, index) => move(index % 2 === 0 ? 'Blue' : 'Green'));
    const game = play(duel);
    await expect(game.outcome).rejects.toMatchObject({ code: 'change-not-in-force' });
    expect(game.state.writes).toBe(300);
  });

  it('may go on with another change', async () => {
    const game = play([move('Blue'), move('Green'), move('Blue'), done]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(3);
  });

  it('counts although its answer was an error, if its effect is seen', async () => {
    for (const error of [throttled(), denied()]) {
      const game = play([move(), done], [error]);
      await expect(game.outcome).resolves.toEqual(done);
      expect(game.state.writes).toBe(1);
    }
  });

  it('is refused at once when AWS refuses it for good', async () => {
    const game = play([move()], [denied()]);
    await expect(game.outcome).rejects.toMatchObject({ code: 'aws-access-denied' });
    expect(game.state.writes).toBe(1);
  });

  it('is tried again when AWS was out of reach, and says so if it never was not', async () => {
    const unreachable = new OperatorError('aws-unreachable', 'no route', 'Check.');
    const game = play([move(), move(), move(), move(), move(), move(), move(), done], [unreachable, undefined]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(2);
    await expect(play([move()], [unreachable]).outcome).rejects.toMatchObject({ code: 'aws-unreachable' });
  });

  it('lets a defect through', async () => {
    await expect(play([move()], [new TypeError('a defect')]).outcome).rejects.toThrow('a defect');
  });

  it('does not happen in a dry run, which says what would', async () => {
    const game = play([wait(), move()], [], { dryRun: true });
    await expect(game.outcome).resolves.toBeUndefined();
    expect(game.state.writes).toBe(0);
    expect(game.said()).toContain('Dry run, next change: Moving to Blue.');
  });
});

describe('a write that AWS throttles', () => {
  it('is made anew from a fresh look until it gets through, however often that takes', async () => {
    const game = play([...Array(41).fill(move()), done], [...Array(40).fill(throttled()), undefined]);
    await expect(game.outcome).resolves.toEqual(done);
    expect(game.state.writes).toBe(41);
    expect(game.scopes.slice(0, 41)).toEqual(Array(41).fill(undefined));
    expect(game.sleeps.slice(0, 3)).toEqual([1000, 1500, 2250]);
    expect(game.said().filter((line) => line === 'Moving to Blue.')).toHaveLength(1);
  });

  it('is given up at the deadline, for that reason', async () => {
    await expect(play([move()], [throttled()]).outcome).rejects.toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('Throttling: slow down'),
    });
  });
});

describe('a change that is worded anew at every look', () => {
  it('is refused at once when AWS refuses it for good', async () => {
    const cancel = (failed: number): Decision => ({
      kind: 'change',
      reason: `Cancelling, ${failed} tasks failed.`,
      change: { kind: 'cancel-stack-update', name: 'shop', because: `${failed} tasks failed` },
    });
    const game = play([cancel(3), cancel(4), cancel(5), done], [denied()]);
    await expect(game.outcome).rejects.toMatchObject({ code: 'aws-access-denied' });
    expect(game.state.writes).toBe(1);
  });
});
