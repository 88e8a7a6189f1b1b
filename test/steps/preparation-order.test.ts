import { describe, expect, it } from 'vitest';
import type { StoppedTask } from '../../src/canary/health.ts';
import { lockText } from '../../src/canary/lock.ts';
import type { Run } from '../../src/canary/run.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { decidePreparation } from '../../src/steps/prepare-blue/decision.ts';
import { type Sample, sampleRule } from '../canary/sample-traffic.ts';
import { greenId, lockedTraffic, sampleOperation, sampleRun, sampleStack } from './sample-run.ts';

const locked = new Date('2026-03-01T03:04:05Z');
const lock = lockText(sampleRun().lockOwner, locked);
const exposed = lockText(sampleRun().lockOwner, locked, true);
const testRule = { ...sampleRule(), arn: 'arn:test-rule', priority: '5' };
const onGreen = { blue: 0, green: 100 };
const onBlue = { blue: 100, green: 0 };
const submission = { name: 'canary', templateBody: '{}', parameters: {}, capabilities: [] };
const accepted = { kind: 'update-stack', outcome: 'accepted' } as const;
const request = { stackName: 'canary', takeOver: false, dryRun: false, rulesOnBlue: 'Refuse' } as const;

interface More {
  readonly run?: Partial<Run>;
  readonly status?: string;
  readonly testRules?: readonly (typeof testRule)[];
  readonly stoppedBlue?: readonly StoppedTask[];
}

/** What Prepare Blue decides; the update that copies the promoted green to blue is available where blue runs another version. */
function prepare(
  traffic: Traffic,
  { run = {}, status = 'UPDATE_COMPLETE', testRules = [], stoppedBlue = [] }: More = {},
) {
  const { blue, green, stable } = traffic;
  const differs = stable === 'Green' && blue.taskSet.taskDefinition !== green.taskSet.taskDefinition;
  return decidePreparation(
    {
      kind: 'ready',
      ...{ stack: sampleStack(status), traffic, stoppedBlue, testRules },
      ...(differs && { repinned: submission }),
    },
    sampleRun(run),
    request,
  );
}

function restless(sample: Sample): Traffic {
  const traffic = lockedTraffic(lock, sample);
  return { ...traffic, blue: { ...traffic.blue, taskSet: { ...traffic.blue.taskSet, steady: false } } };
}

describe('a blue that was updated to the promoted version', () => {
  const updated: Sample = { weights: onGreen, tag: 'Green', sameVersion: true };

  it('gets nothing before ECS calls it steady, because the healthy targets may be those of the blue before it', () => {
    expect(prepare(restless(updated), { run: { submitted: accepted } })).toEqual({
      kind: 'wait',
      reason: 'Blue has 4 healthy targets; waiting for ECS to report STEADY_STATE.',
    });
    expect(prepare(lockedTraffic(lock, updated), { run: { submitted: accepted } })).toMatchObject({
      change: { kind: 'set-weights', weights: onBlue },
    });
  });

  it('gets everything although it is not steady where this run updated nothing', () => {
    for (const run of [{}, { submitted: { ...accepted, outcome: 'unchanged' } as const }])
      expect(prepare(restless(updated), { run })).toMatchObject({ change: { kind: 'set-weights', weights: onBlue } });
  });

  it('gets nothing while it lacks targets, and a lasting lack is refused', () => {
    const short = lockedTraffic(lock, { ...updated, blueHealthy: 3 });
    expect(() => prepare(short)).toThrow(expect.objectContaining({ code: 'not-enough-healthy' }));
    const { blue } = short;
    const starting = { ...short, blue: { ...blue, taskSet: { ...blue.taskSet, pending: 1 } } };
    expect(prepare(starting)).toMatchObject({ kind: 'wait', reason: expect.stringContaining('Blue has 3 of 4') });
  });
});

describe('a promoted green that blue does not run yet', () => {
  const promoted: Sample = { weights: onGreen, tag: 'Green' };

  it('is copied once, and then waited for', () => {
    expect(prepare(lockedTraffic(lock, promoted))).toMatchObject({ change: { kind: 'update-stack', submission } });
    const ended = sampleOperation({ ended: true });
    expect(prepare(lockedTraffic(lock, promoted), { run: { submitted: accepted, operation: ended } })).toMatchObject({
      kind: 'wait',
    });
  });

  it('is not copied where the update was rolled back, or changed nothing', () => {
    for (const [run, code] of [
      [{ submitted: accepted, operation: sampleOperation({ ended: true, rolledBack: true }) }, 'stack-failed'],
      [{ submitted: { ...accepted, outcome: 'unchanged' } as const }, 'change-not-in-force'],
    ] as const)
      expect(() => prepare(lockedTraffic(lock, promoted), { run })).toThrow(expect.objectContaining({ code }));
    expect(() =>
      prepare(lockedTraffic(lock, promoted), { run: { submitted: accepted }, status: 'UPDATE_ROLLBACK_COMPLETE' }),
    ).toThrow(expect.objectContaining({ code: 'stack-failed' }));
  });

  it('is copied only while it has everything, at every rule', () => {
    for (const sample of [
      { ...promoted, weights: { blue: 1, green: 99 } },
      { ...promoted, others: [onBlue] },
      { ...promoted, others: [onGreen, { blue: 0, green: 0 }] },
    ])
      expect(() => prepare(lockedTraffic(lock, sample))).toThrow(expect.objectContaining({ code: 'tag-disagrees' }));
  });

  it('is continued where an earlier run ended between two rules, because blue already runs it', () => {
    const between = { weights: onBlue, others: [onGreen, onBlue], tag: 'Green', sameVersion: true };
    expect(prepare(lockedTraffic(lock, between))).toMatchObject({
      change: { kind: 'set-weights', weights: onBlue, rule: { arn: expect.stringMatching(/other-0$/) } },
    });
  });
});

describe('a preparation', () => {
  it.each<[string, Traffic, string]>([
    ['nobody is on green', lockedTraffic(undefined), lock],
    ['a rule sends a share to green', lockedTraffic(undefined, { others: [{ blue: 99, green: 1 }] }), exposed],
    ['green was deployed for nobody, and may have had a share', lockedTraffic(`nobody green ${greenId}`), exposed],
  ])('locks the canary before anything else, where %s', (_, traffic, text) => {
    const { service } = traffic;
    expect(prepare(traffic, { run: { startedAt: locked }, testRules: [testRule] })).toMatchObject({
      change: { kind: 'acquire-lock', text, from: service.tags['EcsCanaryTakenBy'] ?? '' },
    });
  });

  it('removes the test rule, scales blue up, moves every rule, and only then records blue', () => {
    const left: Sample = { weights: onBlue, others: [{ blue: 50, green: 50 }], blueScale: 50 };
    expect(prepare(lockedTraffic(lock, left), { testRules: [testRule] })).toMatchObject({
      change: { kind: 'delete-rule', arn: 'arn:test-rule' },
    });
    expect(prepare(lockedTraffic(lock, left))).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'blue', percent: 100 },
    });
    expect(prepare(lockedTraffic(lock, { ...left, blueScale: 100 }))).toMatchObject({
      change: { kind: 'set-weights', weights: onBlue },
    });
    expect(prepare(lockedTraffic(lock, { tag: 'Green', sameVersion: true }))).toMatchObject({
      change: { kind: 'tag-stable', colour: 'Blue' },
    });
    expect(prepare(lockedTraffic(lock))).toMatchObject({ kind: 'done' });
  });

  it('that was killed between weights and tag records when green became idle, because the lock says that green served', () => {
    const run = { startedAt: new Date('2026-03-01T04:00:00Z') };
    const recorded = { kind: 'tag-stable', colour: 'Blue', greenIdleSince: '2026-03-01T04:00:00.000Z' };
    expect(prepare(lockedTraffic(exposed), { run })).toMatchObject({ change: recorded });
    const since = (time: string) => {
      const traffic = lockedTraffic(exposed);
      return {
        ...traffic,
        service: { ...traffic.service, tags: { ...traffic.service.tags, EcsCanaryGreenIdleSince: time } },
      };
    };
    expect(prepare(since('2026-03-01T03:04:04Z'), { run })).toMatchObject({ change: recorded });
    expect(prepare(since('2026-03-01T03:04:05Z'), { run })).toMatchObject({ kind: 'done' });
    expect(prepare(lockedTraffic(lock), { run })).toMatchObject({ kind: 'done' });
  });

  it('leaves a broken blue that serves everything, but moves nobody to it', () => {
    const crash = { stopCode: 'EssentialContainerExited', stopped: 'exited with code 1' };
    const stoppedBlue = [crash, crash, crash];
    expect(prepare(lockedTraffic(lock, { blueHealthy: 0 }), { stoppedBlue })).toMatchObject({ kind: 'done' });
    for (const sample of [{ others: [{ blue: 50, green: 50 }] }, { tag: 'Green', sameVersion: true }])
      expect(() => prepare(lockedTraffic(lock, { ...sample, blueHealthy: 0 }), { stoppedBlue })).toThrow(
        expect.objectContaining({ code: 'tasks-failing' }),
      );
  });
});
