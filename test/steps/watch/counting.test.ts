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
      greenDeployedAt: 0,
      servesSince: at(0),
      shiftedAt: [at(20), at(40)],
      shareSince: at(40),
      failuresSince: 0,
      isRecorded: true,
    });
  });

  it('leave out what an earlier green served', () => {
    expect(count(`${entry(0, 10)} ${entry(40, 50)}`, {}, at(30))).toMatchObject({
      servesSince: at(40),
      shiftedAt: [],
    });
  });

  it('go back at most one day', () => {
    const now = at(0) + 30 * hour;
    expect(count(`${entry(0, 50)}`, {}, 0, now)).toMatchObject({ servesSince: now - 24 * hour, shareSince: at(0) });
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
      greenDeployedAt: 0,
      servesSince: at(since),
      shiftedAt: [],
      shareSince: at(since),
      failuresSince: at(since),
      isRecorded: since === 20,
    });
  });

  it('know a share with one decimal', () => {
    expect(count(entry(0, 33.3), { weights: { blue: 2, green: 1 } })).toMatchObject({ isRecorded: true });
  });
});
