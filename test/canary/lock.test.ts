import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isLockedByOther,
  type LockOwner,
  lockOf,
  lockTagKey,
  lockText,
  refuseLockedByOther,
  refuseUnlessLockedBy,
} from '../../src/canary/lock.ts';
import type { Service } from '../../src/canary/service.ts';

const since = new Date('2026-03-01T03:04:05.678Z');
const lockOwner: LockOwner = {
  id: 'Deployments-7',
  isDeployment: true,
  release: '1.2.3+build.4',
  environment: 'Production',
  project: 'Web Shop',
};

const service = (lock?: string): Service => ({
  arn: 'arn:aws:ecs:eu-west-1:123456789012:service/c/shop',
  name: 'shop',
  status: 'ACTIVE',
  deploymentController: 'EXTERNAL',
  desiredCount: 2,
  tags: { StableStack: 'Blue', ...(lock !== undefined && { [lockTagKey]: lock }) },
  taskSets: [],
  failedChecks: [],
});

/** What AWS accepts as the value of a tag. */
const awsTagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

describe('occupationText', () => {
  it('names the deployment, the release and the time', () => {
    expect(lockText(lockOwner, since)).toBe(
      'Deployments-7 release 1.2.3+build.4 of Web Shop to Production since 2026-03-01T03:04:05Z',
    );
  });

  it('leaves out what Octopus does not provide', () => {
    expect(lockText({ ...lockOwner, release: '', environment: '' }, since)).toBe(
      'Deployments-7 of Web Shop since 2026-03-01T03:04:05Z',
    );
  });

  it('replaces characters that AWS accepts in no tag, and keeps letters of any language', () => {
    const text = lockText(
      { ...lockOwner, release: '1#2', project: 'Größe (緑) & "x",\n\ty', environment: '🟢' },
      since,
    );
    expect(text).toBe('Deployments-7 release 1_2 of Größe _緑_ _ _x____y to _ since 2026-03-01T03:04:05Z');
  });

  it('cuts long names, but never the time', () => {
    const long = { ...lockOwner, release: 'r'.repeat(349), project: 'p'.repeat(200), environment: 'e'.repeat(200) };
    const text = lockText(long, since);
    expect(text.length).toBeLessThanOrEqual(256);
    expect(text).toMatch(/^Deployments-7 release r+ of p+ to e+ since 2026-03-01T03:04:05Z$/);
  });

  it('for any names, AWS accepts the value, and it names the owner', () => {
    const name = fc.string({
      unit: fc.oneof(fc.string({ unit: 'grapheme', maxLength: 1 }), fc.string({ unit: 'binary', maxLength: 1 })),
      size: 'large',
    });
    const names = fc.record({ release: name, environment: name, project: name });
    fc.assert(
      fc.property(
        names,
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2999-12-31') }),
        (given, date) => {
          const text = lockText({ ...lockOwner, ...given }, date);
          expect(text).toMatch(awsTagValue);
          expect(text.length).toBeLessThanOrEqual(256);
          expect(text.endsWith(`since ${date.toISOString().slice(0, 19)}Z`)).toBe(true);
          expect(lockOf(service(text))).toEqual({ id: lockOwner.id, text });
          expect(isLockedByOther(service(text), lockOwner)).toBe(false);
          expect(isLockedByOther(service(text), { ...lockOwner, id: 'Deployments-70' })).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cuts no character in half', () => {
    for (let length = 55; length <= 65; length += 1) {
      const text = lockText({ ...lockOwner, project: `${'p'.repeat(length)}𠮷` }, since);
      expect(Buffer.from(text).toString()).toBe(text);
      expect(text).toMatch(awsTagValue);
    }
  });
});

describe('the owner of the lock', () => {
  it.each([[undefined], [''], ['  ']])('the tag %j names no owner', (tag) => {
    expect(lockOf(service(tag))).toBeUndefined();
    expect(() => refuseLockedByOther(service(tag), lockOwner)).not.toThrow();
  });

  it.each([['Deployments-7'], ['Deployments-7 release 1'], [' Deployments-7 since then ']])('%j is ours', (tag) => {
    expect(isLockedByOther(service(tag), lockOwner)).toBe(false);
  });

  it.each([['Deployments-70 release 1'], ['Deployments-'], ['deployments-7'], ['RunbookRuns-7'], ['typed by hand']])(
    '%j is another',
    (tag) => expect(isLockedByOther(service(tag), lockOwner)).toBe(true),
  );

  it('a run without an id from Octopus respects every lock', () => {
    expect(isLockedByOther(service('Deployments-7'), { ...lockOwner, id: '' })).toBe(true);
  });

  it('the refusal names owner, release and time, and what to do about a dead deployment', () => {
    const lock = lockText(lockOwner, since);
    expect(() => refuseLockedByOther(service(lock), { ...lockOwner, id: 'Deployments-8' })).toThrow(
      expect.objectContaining({
        code: 'canary-taken',
        message: `The canary of the service shop is locked by another deployment: ${lock}.`,
        hint: expect.stringMatching(/cancelled.*EcsCanary\.TakeOver on Prepare Blue.*Rollback runbook, which releases/),
      }),
    );
  });
});

describe('a step that acts on an approval', () => {
  it('must own the lock', () => {
    expect(() => refuseUnlessLockedBy(service('Deployments-7 since then'), lockOwner)).not.toThrow();
    expect(() => refuseUnlessLockedBy(service(), lockOwner)).toThrow(expect.objectContaining({ code: 'canary-lost' }));
    expect(() => refuseUnlessLockedBy(service('Deployments-8'), lockOwner)).toThrow(
      expect.objectContaining({ code: 'canary-taken' }),
    );
  });

  it('need not own it where Octopus names no deployment, which acquires no lock', () => {
    expect(() => refuseUnlessLockedBy(service(), { ...lockOwner, id: '' })).not.toThrow();
  });
});
