import { describe, expect, it } from 'vitest';
import {
  type LockOwner,
  lockOf,
  lockTagKey,
  lockText,
  refuseChangedGreen,
  uncheckedGreen,
  withVerifiedGreen,
} from '../../src/canary/lock.ts';
import type { Service } from '../../src/canary/service.ts';
import { sampleTraffic } from './sample-traffic.ts';

const since = new Date('2026-03-01T03:04:05Z');
const id = 'ecs-svc/1234567890123456789';
const other = 'ecs-svc/9876543210987654321';
const lockOwner: LockOwner = {
  id: 'Deployments-7',
  isDeployment: true,
  release: '1.2.3',
  environment: 'Production',
  project: 'Shop',
};
const longest: LockOwner = {
  ...lockOwner,
  release: 'r'.repeat(99),
  environment: 'e'.repeat(99),
  project: 'p'.repeat(99),
};

const locked = (text: string): Service => ({ ...sampleTraffic().service, tags: { [lockTagKey]: text } });
const read = (text: string) => lockOf(locked(text));
const recorded = (text: string, green = id) => withVerifiedGreen(read(text), green);

describe('the record of the green that was checked', () => {
  it('is the end of the lock, and keeps its owner and time', () => {
    const text = lockText(lockOwner, since);
    expect(recorded(text)).toBe(`${text} green ${id}`);
    expect(read(recorded(text))).toMatchObject({ id: 'Deployments-7', green: id, exposedSince: undefined });
    const exposed = lockText(lockOwner, since, true);
    expect(read(exposed)).toMatchObject({ green: undefined, exposedSince: since.getTime() });
    expect(read(recorded(exposed))).toMatchObject({ green: id, exposedSince: since.getTime() });
  });

  it('replaces the previous one', () => {
    const text = lockText(lockOwner, since);
    expect(recorded(recorded(text, other))).toBe(`${text} green ${id}`);
    expect(recorded(recorded(recorded(text), other), other)).toBe(`${text} green ${other}`);
  });

  it("fits into AWS's 256 characters however long the names are", () => {
    for (const greenServes of [false, true]) {
      const text = lockText(longest, since, greenServes);
      for (const again of [recorded(text), recorded(recorded(text, other))]) {
        expect(again.length).toBeLessThanOrEqual(256);
        expect(read(again)).toMatchObject({ id: 'Deployments-7', green: id });
      }
    }
    expect(recorded(`Deployments-7 ${'x'.repeat(300)}`)).toHaveLength(256);
  });

  it('has no owner where nobody owns the lock', () => {
    expect(withVerifiedGreen(undefined, id)).toBe(`nobody green ${id}`);
    expect(recorded(`nobody green ${other}`)).toBe(`nobody green ${id}`);
  });

  it('is read only from the end of the lock, and only as an id', () => {
    for (const text of [`Deployments-7 green ${id} to Test`, 'Deployments-7 green house', 'Deployments-7 green'])
      expect(read(text)?.green).toBeUndefined();
  });
});

describe('a green', () => {
  it.each([
    ['that was checked', `Deployments-7 green ${id}`, undefined],
    ['that somebody replaced', `Deployments-7 green ${other}`, other],
    ['that this deployment did not check', 'Deployments-7 of Shop', 'Deploy Stack has not completed'],
    ['whose id only starts the same', `Deployments-7 green ${id}0`, `${id}0`],
  ])('%s may have traffic, or is refused with why', (_, lock, why) => {
    const pass = () => refuseChangedGreen(locked(lock), id);
    if (why === undefined) expect(pass).not.toThrow();
    else
      expect(pass).toThrow(expect.objectContaining({ code: 'green-changed', message: expect.stringContaining(why) }));
    expect(uncheckedGreen(locked(lock), id)).toEqual([]);
  });

  it('without a record may have traffic, with a warning', () => {
    const { service } = sampleTraffic();
    expect(() => refuseChangedGreen(service, id)).not.toThrow();
    expect(uncheckedGreen(service, id)).toEqual([expect.stringContaining(`green (task set ${id})`)]);
  });
});
