import { describe, expect, it } from 'vitest';
import type { ApprovedShare, Caution } from '../../../src/canary/approval.ts';
import type { Tags } from '../../../src/canary/change.ts';
import { formatEntry, type LedgerEntry } from '../../../src/canary/ledger-entry.ts';
import { remember } from '../../../src/canary/remember.ts';
import { formatRetreat, type Retreat, retreatTagKey } from '../../../src/canary/retreat.ts';
import type { Run } from '../../../src/canary/run.ts';
import { sharesTagKey } from '../../../src/canary/share-record.ts';
import type { Traffic } from '../../../src/canary/traffic.ts';
import { weightsForGreen } from '../../../src/canary/weights.ts';
import { type GateEvidence, readGateEvidence } from '../../../src/steps/shared/gate-evidence.ts';
import { refuseLostLock, requireApproval } from '../../../src/steps/shared/require-approval.ts';
import { greenId, lockedTraffic, sampleRun } from '../sample-run.ts';

const approval = { step: 'Approve', approved: true, notes: '', by: 'Ann' };
const checked = `Deployments-1 of Shop green ${greenId}`;
const changed = 'Deployments-1 of Shop green ecs-svc/1';
const unchecked = 'Deployments-1 of Shop since 2026-03-01T03:04:05Z';

/** Traffic in which green has these shares at its production rules. */
function traffic(lock: string | undefined, shares: readonly number[], tag = 'Blue') {
  const [weights = weightsForGreen(0), ...others] = shares.map(weightsForGreen);
  return lockedTraffic(lock, { weights, others, tag });
}

const answer = (greenPercent: number, held?: string): ApprovedShare => ({
  greenPercent,
  ...(held !== undefined && { held }),
});

describe('a share for a green other than the checked one', () => {
  it.each<[string, readonly number[], number]>([
    ['that green would gain', [0], 50],
    ['that green already has, as after a killed step', [50], 50],
    ['of everything that green already has, as after a Promote killed before its tag', [100], 100],
    ['that is a tenth more than it has', [2.5], 2.6],
    ['that one of two rules would gain while the other loses', [90, 10], 50],
    ['that one of two rules already has while the other gains', [50, 0], 50],
  ])('%s is refused', (_, shares, wanted) => {
    for (const lock of [changed, unchecked])
      expect(() => requireApproval(traffic(lock, shares), sampleRun(), () => answer(wanted))).toThrow(
        expect.objectContaining({ code: 'green-changed' }),
      );
    expect(requireApproval(traffic(checked, shares), sampleRun(), () => answer(wanted))).toEqual(answer(wanted));
    // Nothing was recorded, so the step warns instead.
    expect(requireApproval(traffic(undefined, shares), sampleRun(), () => answer(wanted))).toEqual(answer(wanted));
  });

  it.each<[string, readonly number[], number]>([
    ['less than it has', [50], 10],
    ['less than it has at every rule', [90, 60], 50],
    ['nothing', [50], 0],
    ['nothing, which it already has', [0], 0],
    ['nothing, which one of two rules already gives it', [50, 0], 0],
  ])('that is %s is given: a retreat asks nothing of green', (_, shares, wanted) => {
    for (const lock of [changed, unchecked])
      expect(requireApproval(traffic(lock, shares), sampleRun(), () => answer(wanted))).toEqual(answer(wanted));
  });

  it('is kept once the same run has lowered every rule to it', () => {
    const run = sampleRun({ loweredTo: 50 });
    expect(requireApproval(traffic(changed, [100, 80]), sampleRun(), () => answer(50))).toEqual(answer(50));
    for (const shares of [
      [50, 80],
      [50, 50],
    ])
      expect(requireApproval(traffic(changed, shares), run, () => answer(50))).toEqual(answer(50));
    // What somebody else adds or removes in the meantime is not part of this shift back.
    expect(() => requireApproval(traffic(changed, [50, 20]), run, () => answer(50))).toThrow(
      expect.objectContaining({ code: 'green-changed' }),
    );
    expect(() => requireApproval(traffic(changed, [20, 20]), run, () => answer(20))).toThrow(
      expect.objectContaining({ code: 'green-changed' }),
    );
  });

  it('is kept where a shift back that was killed before its second rule continues', () => {
    expect(requireApproval(traffic(changed, [50, 80]), sampleRun(), () => answer(50))).toEqual(answer(50));
  });

  it('is kept where the note holds it, because nothing moves', () => {
    const held = answer(50, 'The note says /hold');
    expect(requireApproval(traffic(changed, [50]), sampleRun(), () => held)).toEqual(held);
    expect(requireApproval(traffic(changed, [50, 10]), sampleRun(), () => held)).toEqual(held);
  });

  it.each(['Green', 'Purple'])('is left to the step where the tag says %s', (tag) => {
    expect(requireApproval(traffic(changed, [0], tag), sampleRun(), () => answer(50))).toEqual(answer(50));
  });
});

describe('the approval', () => {
  it("is checked against green's largest share", () => {
    const asked: number[] = [];
    requireApproval(traffic(checked, [10, 50, 2.5]), sampleRun(), (now) => {
      asked.push(now);
      return answer(0);
    });
    expect(asked).toEqual([50]);
  });

  it.each<[string, string | undefined, object, string]>([
    [
      "another deployment's canary",
      'Deployments-2 of Shop',
      { approval: { ...approval, approved: false } },
      'canary-taken',
    ],
    [
      'a lock that was lost in the meantime',
      undefined,
      { heldLock: true, approval: { ...approval, approved: false } },
      'canary-lost',
    ],
    ['what was not approved', checked, { approval: { ...approval, approved: false } }, 'not-approved'],
    ['what was approved for a lock that is gone', undefined, { approval }, 'canary-lost'],
    ["what was approved for nobody's canary", `nobody green ${greenId}`, { approval }, 'canary-lost'],
  ])('refuses %s before it reads the note', (_, lock, more, code) => {
    const never = (): ApprovedShare => {
      throw new Error('the note was read');
    };
    expect(() => requireApproval(traffic(lock, [0]), sampleRun(more), never)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('passes what was approved for its own canary', () => {
    expect(requireApproval(traffic(checked, [0]), sampleRun({ approval }), () => answer(50))).toEqual(answer(50));
  });
});

describe('a share that is given although Guard took traffic', () => {
  const at = Date.parse('2026-11-29T02:14:05Z');
  const withRetreat = (cause: Retreat['cause'], ...shares: readonly number[]): Traffic => {
    const { service, ...rest } = traffic(checked, shares);
    const value = formatRetreat({ at, from: 25, to: 5, cause, kinds: [] }, greenId);
    return { ...rest, service: { ...service, tags: { ...service.tags, [retreatTagKey]: value } } };
  };
  const confirmed = (percent: number): ApprovedShare => ({ greenPercent: percent, mark: 'confirmed' });
  const told = (now: Traffic, percent: number, more: Partial<Run> = {}) =>
    requireApproval(now, sampleRun({ approval, awsNow: at, ...more }), () => confirmed(percent));

  it('overrules Guard, which is told once, before any traffic moves, however many rules there are', () => {
    const overruled = ['Ann overrules Guard at "Approve": green gets 25 %.'];
    expect(told(withRetreat('Worse', 5, 5), 25)).toEqual({ greenPercent: 25, mark: 'overruled-guard', overruled });
    expect(told(withRetreat('Worse', 25, 5), 25, { movedAt: at + 5000 })).toEqual({
      ...{ greenPercent: 25, mark: 'overruled-guard' },
    });
  });

  it('is only confirmed after a lease, which is no finding of Guard', () => {
    expect(told(withRetreat('lease-ended', 5), 25)).toEqual(confirmed(25));
  });

  it.each<[string, number, Partial<Run>]>([
    ['no more than Guard left', 5, {}],
    ['that began before the retreat', 25, { movedAt: at - 5000 }],
  ])('overrules nothing: %s', (_, percent, more) => {
    expect(told(withRetreat('Worse', 5), percent, more)).toEqual(confirmed(percent));
  });
});

describe('a canary that no deployment has locked', () => {
  /** Traffic of a stack in that status, in which blue and green run the same version or two. */
  const unlocked = (stackStatus: string, versions: 'one' | 'two', lock?: string, share = 0) => {
    const { blue, green, ...rest } = traffic(lock, [share]);
    const taskDefinition = versions === 'one' ? blue.taskSet.taskDefinition : green.taskSet.taskDefinition;
    return { ...rest, stackStatus, blue, green: { ...green, taskSet: { ...green.taskSet, taskDefinition } } };
  };
  const nobody = `nobody green ${greenId}`;

  it.each([
    ['just created', unlocked('CREATE_COMPLETE', 'one'), 'run the same version, '],
    ['just created, by Deploy Stack', unlocked('CREATE_COMPLETE', 'one', nobody), 'run the same version, '],
    ['updated without a new version', unlocked('UPDATE_COMPLETE', 'one'), 'run the same version, '],
  ])('has nothing to shift if its stack was %s', (_, created, why) => {
    for (const run of [sampleRun(), sampleRun({ approval }), sampleRun({ approval: { ...approval, approved: false } })])
      expect(() => requireApproval(created, run, () => answer(10))).toThrow(
        expect.objectContaining({ code: 'nothing-to-shift', message: expect.stringContaining(why) }),
      );
  });

  it.each([
    ['what a deployment added as a new version', unlocked('UPDATE_COMPLETE', 'two', nobody), answer(10)],
    ['a share to green of a stack created with two versions', unlocked('CREATE_COMPLETE', 'two', nobody), answer(10)],
    ['no traffic', unlocked('CREATE_COMPLETE', 'one'), answer(0)],
    ['less traffic', unlocked('CREATE_COMPLETE', 'one', undefined, 50), answer(10)],
    [
      'the rest, where somebody gave green a part by hand',
      unlocked('UPDATE_COMPLETE', 'one', undefined, 50),
      answer(100),
    ],
    ['what it holds', unlocked('CREATE_COMPLETE', 'one'), answer(0, 'The note says /hold')],
  ])('gives %s', (_, created, share) => {
    expect(requireApproval(created, sampleRun(), () => share)).toEqual(share);
  });

  it('is told from one that Prepare Blue has locked, although the same version is deployed again', () => {
    const again = unlocked('CREATE_COMPLETE', 'one', checked);
    expect(requireApproval(again, sampleRun({ approval }), () => answer(10))).toEqual(answer(10));
  });
});

describe('a lock that this run has owned', () => {
  const service = (lock: string | undefined) => lockedTraffic(lock).service;

  it('is lost once the tag is gone, and stays lost', () => {
    const looked = (run: Run, lock: string | undefined): Run => ({
      ...run,
      ...remember(run, { kind: 'looked', seen: { service: service(lock) }, at: 0, awsAt: 0 }, run.lockOwner),
    });
    const before = looked(sampleRun(), undefined);
    refuseLostLock(service(undefined), before);
    const holder = looked(before, checked);
    refuseLostLock(service(checked), holder);
    for (const run of [holder, looked(holder, undefined)])
      expect(() => refuseLostLock(service(undefined), run)).toThrow(expect.objectContaining({ code: 'canary-lost' }));
    refuseLostLock(service(checked), holder);
  });

  it('is refused once somebody else owns it, even where this run never did', () => {
    for (const run of [sampleRun(), sampleRun({ heldLock: true })])
      expect(() => refuseLostLock(service('Deployments-10 of Shop'), run)).toThrow(
        expect.objectContaining({ code: 'canary-taken' }),
      );
  });

  it('is not lost where Octopus names no deployment, or where nobody owned it', () => {
    const { lockOwner } = sampleRun();
    const nameless = sampleRun({ lockOwner: { ...lockOwner, id: '' } });
    for (const lock of [undefined, `nobody green ${greenId}`]) {
      refuseLostLock(service(lock), nameless);
      refuseLostLock(service(lock), sampleRun());
    }
  });
});

describe('what was taken from green', () => {
  const at = 1_796_000_600_000;
  const retreat = { at, from: 50, to: 0, cause: 'Worse', kinds: ['errors'] } as const;
  const step = 'Approve 50%';
  const entry = (more: Partial<LedgerEntry>) => ({
    EcsCanaryLog01: formatEntry({
      ...{ n: 1, chapter: 1, kind: 'share', at, from: 10, to: 50, deployment: 'Deployments-1', approvalStep: step },
      ...more,
    }),
  });
  const shares = (...entries: readonly (readonly [number, number])[]) => ({
    [sharesTagKey]: entries.map(([time, percent]) => `${Math.ceil(time / 1000)}=${percent}`).join(' '),
  });

  /** What an increase must confirm, where green has these shares at its rules, and the service has these tags. */
  function cautionIn(tags: Tags, now: readonly number[], more: Partial<Run> = {}, evidence?: GateEvidence): Caution {
    const seen = traffic(checked, now);
    const service = { ...seen.service, tags: { ...seen.service.tags, ...tags } };
    let found: Caution | undefined;
    const run = sampleRun({ approval: { ...approval, step }, ...more });
    const note = (_now: number, caution: Caution): ApprovedShare => {
      found = caution;
      return answer(0);
    };
    requireApproval({ ...seen, service }, run, note, evidence);
    if (!found) throw new Error('nobody asked');
    return found;
  }

  describe('by a Guard', () => {
    const tag = { [retreatTagKey]: formatRetreat(retreat, greenId) };
    const isKnown = (tags: Tags, evidence?: GateEvidence) =>
      cautionIn({ ...tag, ...tags }, [0], {}, evidence).taken?.isKnown;

    it('is not known to an approval that was carried out before', () => {
      expect(isKnown(entry({ at: at - 60_000 }))).toBe('no');
      expect(isKnown(entry({ at: at + 60_000 }))).toBe('perhaps');
      expect(isKnown(entry({ at: at - 60_000, deployment: 'Deployments-2' }))).toBe('perhaps');
    });

    it('may not be known to an approval of which nobody knows when it was given', () => {
      expect(isKnown({})).toBe('perhaps');
      expect(isKnown({}, seenAt(at - 1000, 10))).toBe('perhaps');
    });

    it('is known to an approver whose summary was written after it, or whom an earlier shift or Watch told', () => {
      expect(isKnown({}, seenAt(at + 1000, 0))).toBe('yes');
      expect(isKnown(entry({ kind: 'hold', at: at + 1000, to: 0, approvalStep: 'Approve 25%' }))).toBe('yes');
      expect(isKnown(entry({ kind: 'retreat', to: 0, approvalStep: '' }))).toBe('yes');
      expect(isKnown(entry({ kind: 'retreat', to: 0, approvalStep: '', deployment: 'RunbookRuns-7' }))).toBe('perhaps');
    });
  });

  describe('by somebody who left no reason, such as a Guard that was killed', () => {
    it('is what green lacks of the recorded share, at any rule', () => {
      const caution = cautionIn(shares([at, 25]), [0]);
      expect(caution).toMatchObject({ least: 0, taken: { from: 25, isKnown: 'perhaps' } });
      expect(caution.taken?.why).toMatch(
        /^Green has 0 %, less than the 25 % recorded at .* UTC: somebody has taken traffic from it\.$/,
      );
      expect(cautionIn(shares([at, 25]), [25, 10]).taken?.why).toContain(
        'Green has 10 % at a production rule, less than',
      );
    });

    it('is nothing if green has what was recorded, or more, or if the record is of another green, or in the future', () => {
      expect(cautionIn(shares([at, 25]), [25])).toEqual({ least: 25 });
      expect(cautionIn(shares([at, 33.3]), [100 / 3]).taken).toBeUndefined();
      expect(cautionIn(shares([at, 66.7]), [200 / 3]).taken).toBeUndefined();
      expect(cautionIn(shares([at, 10]), [50, 10]).taken).toBeUndefined();
      expect(cautionIn(shares([at, 25], [at + 1000, 0]), [0]).taken).toBeUndefined();
      expect(cautionIn(shares([at, 25]), [0], { awsNow: at - 3_600_000 }).taken).toBeUndefined();
    });

    it('holds nobody who has begun to move traffic, only who had finished', () => {
      expect(cautionIn(shares([at, 25]), [50, 0], { movedAt: at + 60_000 }).taken).toBeUndefined();
      expect(cautionIn(shares([at, 25]), [0], { movedAt: at - 500 }).taken).toBeDefined();
    });

    it('is known as one by a Guard is', () => {
      const isKnown = (tags: Tags, evidence?: GateEvidence) =>
        cautionIn({ ...shares([at, 25]), ...tags }, [0], {}, evidence).taken?.isKnown;
      expect(isKnown(entry({ to: 25 }))).toBe('no');
      expect(isKnown({}, seenAt(at + 1000, 25))).toBe('perhaps');
      expect(isKnown({}, seenAt(at + 1000, 0))).toBe('yes');
      expect(isKnown(entry({ kind: 'hold', at: at + 1000, to: 0, approvalStep: 'Approve 25%' }))).toBe('yes');
    });
  });

  function seenAt(time: number, greenPercent: number): GateEvidence | undefined {
    return readGateEvidence(
      JSON.stringify({ format: 1, verdict: 'CannotTell', lookedAt: new Date(time).toISOString(), greenPercent }),
    );
  }
});
