import { describe, expect, it } from 'vitest';
import { serveOnly } from '../../src/canary/production-rules.ts';
import type { Run } from '../../src/canary/run.ts';
import type { Settling } from '../../src/canary/settling.ts';
import type { Traffic } from '../../src/canary/traffic.ts';
import { decideRollback } from '../../src/steps/rollback/decision.ts';
import { groups, type Sample, sampleRule } from '../canary/sample-traffic.ts';
import { greenId, lockedTraffic, sampleRun, sampleStack } from './sample-run.ts';

const lock = `Deployments-1 of Shop green ${greenId}`;
const quiet: Settling = { quietSeconds: 120, settleSeconds: 120, patienceSeconds: 900 };
const testRule = { ...sampleRule(), arn: 'arn:test-rule', priority: '5' };
/** What this run, or an earlier one of the same deployment, has recorded so far. */
const recorded = { EcsCanaryGreenIdleSince: '2026-03-01T10:00:00Z' };

interface Wish {
  readonly idle?: number;
  readonly settling?: Settling;
  readonly testRules?: readonly (typeof testRule)[];
  readonly run?: Partial<Run>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly status?: string;
}

/** What Rollback decides, with all production rules on blue. */
function settle(
  traffic: Traffic,
  { idle = 20, settling = quiet, testRules = [], run = {}, tags = recorded, status = 'UPDATE_COMPLETE' }: Wish = {},
) {
  const service = { ...traffic.service, tags: { ...traffic.service.tags, ...tags } };
  const { productionRules } = traffic;
  expect(serveOnly(productionRules, 'Blue')).toBe(true);
  return decideRollback(
    {
      kind: 'safe',
      ...{
        stack: { ...sampleStack(), status },
        service,
        productionRules,
        groups,
        testRules,
        bypassRules: [],
        names: {},
      },
      blueHealthy: traffic.blue.healthy,
      traffic: { ...traffic, service },
    },
    { idleScalePercent: idle, settling },
    sampleRun(run),
  );
}

describe('a rollback whose traffic is on blue', () => {
  it('records blue before anything else, with the time at which green lost its traffic', () => {
    const traffic = lockedTraffic(lock, { tag: 'Green', blueScale: 20 });
    expect(settle(traffic, { testRules: [testRule] })).toMatchObject({
      change: { kind: 'tag-stable', colour: 'Blue', greenIdleSince: '1970-01-01T00:00:00.000Z' },
    });
    expect(settle(traffic, { run: { leftGreenAt: Date.parse('2026-03-01T10:00:03Z') } })).toMatchObject({
      change: { kind: 'tag-stable', colour: 'Blue', greenIdleSince: '2026-03-01T10:00:03.000Z' },
    });
  });

  it('through an earlier, killed run records that green was left, because the lock says that green was deployed', () => {
    const startedAt = new Date('2026-03-01T11:00:00Z');
    expect(settle(lockedTraffic(lock), { run: { startedAt }, tags: {} })).toMatchObject({
      change: { kind: 'tag-stable', colour: 'Blue', greenIdleSince: '2026-03-01T11:00:00.000Z' },
    });
    expect(settle(lockedTraffic(lock), { run: { startedAt } })).toMatchObject({ change: { kind: 'tag-stable' } });
    const again = { EcsCanaryGreenIdleSince: '2026-03-01T11:00:00Z' };
    expect(settle(lockedTraffic(lock), { run: { startedAt }, tags: again })).toMatchObject({
      change: { kind: 'scale-task-set' },
    });
    // Where Deploy Stack did not end, green had no traffic from this deployment.
    const young = 'Deployments-1 of Shop since 2026-03-01T10:30:00Z';
    expect(settle(lockedTraffic(young), { run: { startedAt }, tags: {} })).toMatchObject({
      change: { kind: 'scale-task-set' },
    });
  });

  it('scales blue up again before it tidies up', () => {
    expect(settle(lockedTraffic(lock, { blueScale: 20 }), { testRules: [testRule] })).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: 'blue', percent: 100 },
    });
  });

  it('removes the test rule, and scales green down once no request can still be routed to it', () => {
    expect(settle(lockedTraffic(lock), { testRules: [testRule] })).toMatchObject({
      change: { kind: 'delete-rule', arn: 'arn:test-rule' },
    });
    const early = { ...quiet, quietSeconds: 100 };
    expect(settle(lockedTraffic(lock), { settling: early })).toMatchObject({ kind: 'wait', seconds: 20 });
    expect(settle(lockedTraffic(lock))).toMatchObject({
      change: { kind: 'scale-task-set', taskSetId: greenId, percent: 20 },
    });
  });

  it('releases the lock last', () => {
    const shrunk: Sample = { greenScale: 20 };
    expect(settle(lockedTraffic(lock, shrunk))).toMatchObject({ change: { kind: 'release-lock' } });
    expect(settle(lockedTraffic(undefined, shrunk))).toMatchObject({ kind: 'done' });
    expect(settle(lockedTraffic(lock), { idle: 100 })).toMatchObject({ change: { kind: 'release-lock' } });
  });
});

describe('a rollback of several rules', () => {
  const blue = { blue: 100, green: 0 };
  const exposed = (traffic: Traffic, known: boolean) =>
    decideRollback(
      { kind: 'exposed', productionRules: traffic.productionRules, groups, ...(known && { traffic }) },
      { idleScalePercent: 100, settling: quiet },
      sampleRun({ deploymentFailed: true }),
    );

  it.each([
    ['the second', { weights: blue, others: [{ blue: 50, green: 50 }] }, 'other-0'],
    ['the third', { weights: blue, others: [blue, { blue: 99, green: 1 }] }, 'other-1'],
    ['one that serves nobody', { weights: blue, others: [{ blue: 0, green: 0 }, blue] }, 'other-0'],
    ['the first', { weights: { blue: 0, green: 100 }, others: [blue] }, '3'],
  ])('of which the others are on blue already moves %s', (_, sample, name) => {
    for (const known of [false, true])
      expect(exposed(lockedTraffic(lock, sample), known)).toMatchObject({
        change: { kind: 'set-weights', weights: blue, rule: { arn: expect.stringMatching(new RegExp(`/${name}$`)) } },
      });
  });

  it('reverts a promotion that ended between two rules, and leaves a recorded one to a person', () => {
    const between: Sample = { weights: { blue: 0, green: 100 }, others: [blue] };
    expect(exposed(lockedTraffic(lock, between), true)).toMatchObject({ change: { kind: 'set-weights' } });
    expect(() => exposed(lockedTraffic(lock, { ...between, tag: 'Green' }), true)).toThrow(
      expect.objectContaining({ code: 'tag-disagrees' }),
    );
  });

  it('continues where a preparation ended between two rules, when both colours run the stable version', () => {
    const between: Sample = { weights: blue, others: [{ blue: 0, green: 100 }], tag: 'Green', sameVersion: true };
    expect(exposed(lockedTraffic(lock, between), true)).toMatchObject({ change: { kind: 'set-weights' } });
  });
});

// The fault matrix rolled back while CloudFormation still gave blue the version that was rolled back.
it.each([
  ['UPDATE_IN_PROGRESS', 'may still change the version that blue runs. When it has ended, check that version.'],
  ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'Traffic is safe on blue'],
  ['UPDATE_ROLLBACK_FAILED', 'Traffic is safe on blue'],
])('a rollback with the stack in %s says so', (status, told) => {
  expect(settle(lockedTraffic(undefined, { greenScale: 20 }), { status })).toMatchObject({
    kind: 'done',
    warnings: [expect.stringMatching(new RegExp(`^The stack \\w+ is in ${status}.*${told}`))],
  });
});

describe('a failed deployment whose green is recorded as stable and serves everything', () => {
  const promoted: Sample = { weights: { blue: 0, green: 100 }, tag: 'Green' };
  const keep = (traffic: Traffic) =>
    decideRollback(
      { kind: 'exposed', productionRules: traffic.productionRules, groups, traffic },
      { idleScalePercent: 20, settling: quiet },
      sampleRun({ deploymentFailed: true }),
    );

  it('moves nothing, and only releases the lock, whoever owns it', () => {
    for (const others of [[], [{ blue: 0, green: 100 }]]) {
      expect(keep(lockedTraffic(lock, { ...promoted, others }))).toMatchObject({ change: { kind: 'release-lock' } });
      expect(keep(lockedTraffic(undefined, { ...promoted, others }))).toMatchObject({
        kind: 'done',
        reason: expect.stringContaining('Nothing to roll back'),
      });
    }
  });
});
