import { describe, expect, it } from 'vitest';
import { sharesTagKey } from '../../../src/canary/share-record.ts';
import { minuteLength } from '../../../src/evidence/minute.ts';
import { countingSince } from '../../../src/steps/watch/counting.ts';
import { type Sample, sampleTraffic } from '../../canary/sample-traffic.ts';
import { start } from './sample-sighting.ts';

const hour = 60 * minuteLength;
const at = (minutes: number) => start + minutes * minuteLength;
const entry = (minutes: number, percent: number) => `${at(minutes) / 1000}=${percent}`;

function count(record: string, sample: Sample = {}, greenDeployed = 0, now = at(60)) {
  const traffic = sampleTraffic({ weights: { blue: 50, green: 50 }, ...sample });
  const { service, green } = traffic;
  const counted = {
    ...traffic,
    service: { ...service, tags: { ...service.tags, [sharesTagKey]: record } },
    green: { ...green, taskSet: { ...green.taskSet, createdAt: new Date(greenDeployed) } },
  };
  return countingSince(counted, at(55), now);
}

describe('the minutes that a watch counts', () => {
  it('begin with the first share of this green, and know each later one', () => {
    expect(count(`${entry(0, 10)} ${entry(20, 25)} ${entry(40, 50)}`)).toEqual({
      greenDeployedAt: 0,
      servesSince: at(0),
      shiftedAt: [at(20), at(40)],
      shareSince: at(40),
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

  it('know a share with one decimal', () => {
    expect(count(entry(0, 33.3), { weights: { blue: 2, green: 1 } })).toMatchObject({ isRecorded: true });
  });
});
