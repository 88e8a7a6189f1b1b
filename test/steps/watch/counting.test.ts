import { describe, expect, it } from 'vitest';
import { sharesTagKey } from '../../../src/canary/share-record.ts';
import { minuteLength } from '../../../src/evidence/minute.ts';
import { countingSince, guardCountingSince } from '../../../src/steps/watch/counting.ts';
import { type Sample, sampleTraffic } from '../../canary/sample-traffic.ts';
import { start } from './sample-sighting.ts';

const hour = 60 * minuteLength;
const at = (minutes: number) => start + minutes * minuteLength;
const entry = (minutes: number, percent: number) => `${at(minutes) / 1000}=${percent}`;

function count(record: string, sample: Sample = {}, greenDeployed = 0, now = at(60)) {
  return countingSince(taggedTraffic(record, sample, greenDeployed), at(55), now);
}

function taggedTraffic(record: string, sample: Sample, greenDeployed: number) {
  const traffic = sampleTraffic({ weights: { blue: 50, green: 50 }, ...sample });
  const { service, green } = traffic;
  return {
    ...traffic,
    service: { ...service, tags: { ...service.tags, [sharesTagKey]: record } },
    green: { ...green, taskSet: { ...green.taskSet, createdAt: new Date(greenDeployed) } },
  };
}

describe('the minutes that a watch counts', () => {
  it('begin with the first share of this green, and know each later one', () => {
    expect(count(`${entry(0, 10)} ${entry(20, 25)} ${entry(40, 50)}`)).toEqual({
      ...{ greenDeployedAt: 0, servesSince: at(0), restarts: 0, isRecorded: true },
      ...{ shiftedAt: [at(20), at(40)], shares: [10, 25, 50], shareSince: at(40), watchedFrom: at(40) },
      ...{ failuresSince: 0, harmSince: at(0) - 1000, harmSinceWhat: 'green had traffic', knowsBefore: true },
    });
  });

  it('leave out what an earlier green served', () => {
    expect(count(`${entry(0, 10)} ${entry(40, 50)}`, {}, at(30))).toMatchObject({
      servesSince: at(40),
      shiftedAt: [],
    });
  });

  it('begin anew in steps of a day, so that one day at least is always there', () => {
    const later = (hours: number) => count(entry(0, 50), {}, 0, at(0) + hours * hour);
    expect(later(30)).toMatchObject({ servesSince: at(0), restarts: 0, knowsBefore: true });
    expect(later(47)).toMatchObject({ servesSince: at(0), restarts: 0 });
    expect(later(48)).toMatchObject({
      servesSince: at(0) + 24 * hour,
      restarts: 1,
      shareSince: at(0),
      knowsBefore: false,
    });
    expect(later(100)).toMatchObject({ servesSince: at(0) + 72 * hour, restarts: 3 });
  });

  it('leave out what green served before a rollback', () => {
    const record = `${entry(0, 10)} ${entry(10, 0)} ${entry(40, 50)}`;
    expect(count(record)).toMatchObject({ servesSince: at(40), shiftedAt: [], shares: [50] });
  });

  it('are not moved by a time in the future, which only a wrong clock or a hand can write', () => {
    expect(count(`${entry(20, 50)} 1999999999=10`)).toMatchObject({ servesSince: at(20), isRecorded: true });
    expect(count('1999999999=50')).toMatchObject({ servesSince: at(55), isRecorded: false });
  });

  it('are waited for anew once a person has held the share', () => {
    const hold = '3 c1 2026-11-28T14:30:00Z hold 50 to 50 by Ann d Deployments-1 at Approve 100_';
    const traffic = taggedTraffic(entry(0, 50), {}, 0);
    const { service } = traffic;
    const held = { ...traffic, service: { ...service, tags: { ...service.tags, EcsCanaryLog03: hold } } };
    expect(countingSince(held, at(55), at(60))).toMatchObject({ servesSince: at(0), watchedFrom: at(30) });
  });

  it('are not waited for anew because of a hold in the future', () => {
    const hold = '3 c1 2027-11-28T14:30:00Z hold 50 to 50 by Ann d Deployments-1 at Approve 100_';
    const traffic = taggedTraffic(entry(0, 50), {}, 0);
    const { service } = traffic;
    const held = { ...traffic, service: { ...service, tags: { ...service.tags, EcsCanaryLog03: hold } } };
    expect(countingSince(held, at(55), at(60))).toMatchObject({ watchedFrom: at(0) });
  });

  it.each([
    ['there is no record', '', {}],
    ['the record is of another share', entry(0, 10), {}],
    ['the record is no record', 'somebody wrote this', {}],
    ['the record is older than green', entry(-60, 50), {}],
    ['the production rules differ', entry(0, 50), { others: [{ blue: 90, green: 10 }] }],
  ] as const)('begin with the watch if %s', (_, record, sample) => {
    expect(count(record, sample, at(-30))).toMatchObject({
      servesSince: at(55),
      shareSince: at(55),
      shiftedAt: [],
      isRecorded: false,
    });
  });

  it.each([
    ['the present share is recorded', `${entry(0, 10)} ${entry(20, 50)}`, {}, 20],
    ['somebody stopped between two rules on the way down', entry(20, 50), { others: [{ blue: 90, green: 10 }] }, 20],
    ['all of it was taken since', entry(20, 50), { weights: { blue: 100, green: 0 } }, 20],
    ['there is no record', '', {}, 55],
    ['a shift has begun to raise it', entry(20, 10), {}, 55],
    ['a shift has begun to raise it at one rule', entry(20, 10), { others: [{ blue: 90, green: 10 }] }, 55],
    ['the record ends with no share', `${entry(0, 50)} ${entry(20, 0)}`, {}, 55],
  ] as const)('for a Guard begin with the share that was approved last: %s', (_, record, sample, since) => {
    expect(guardCountingSince(taggedTraffic(record, sample, 0), at(55), at(60))).toEqual({
      ...{ greenDeployedAt: 0, servesSince: at(since), restarts: 0, shiftedAt: [], shares: [], shareSince: at(since) },
      ...{ watchedFrom: at(since), failuresSince: at(since), harmSince: at(since), knowsBefore: false },
      ...{ harmSinceWhat: 'green got its present share', isRecorded: since === 20 },
    });
  });

  it('for a Guard begin anew where a person approved the same share again, or held it', () => {
    const traffic = taggedTraffic(entry(0, 50), {}, 0);
    const withEntry = (text: string) => {
      const { service } = traffic;
      const tags = { ...service.tags, EcsCanaryLog03: text };
      return guardCountingSince({ ...traffic, service: { ...service, tags } }, at(55), at(60)).servesSince;
    };
    expect(withEntry('3 c1 2026-11-28T14:30:00Z share 50 to 50 by Ann')).toBe(at(30));
    expect(withEntry('3 c1 2026-11-28T14:30:00Z hold 50 to 50 by Ann')).toBe(at(30));
    expect(withEntry('3 c1 2026-11-28T14:30:00Z hold 25 to 25 by Ann')).toBe(at(0));
    expect(withEntry('3 c1 2027-11-28T14:30:00Z hold 50 to 50 by Ann')).toBe(at(0));
  });

  it('know a share with one decimal', () => {
    expect(count(entry(0, 33.3), { weights: { blue: 2, green: 1 } })).toMatchObject({ isRecorded: true });
  });
});
