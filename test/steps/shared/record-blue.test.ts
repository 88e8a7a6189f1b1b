import { describe, expect, it } from 'vitest';
import type { Change } from '../../../src/canary/change.ts';
import type { Service } from '../../../src/canary/service.ts';
import { recordBlue } from '../../../src/steps/shared/record-blue.ts';
import { sampleTraffic } from '../../canary/sample-traffic.ts';

const startedAt = new Date('2026-03-01T10:00:00.900Z');
const leftGreenAt = Date.parse('2026-03-01T10:02:03.400Z');
const owed = Date.parse('2026-03-01T09:30:00.500Z');

/** A service with that StableStack tag and that time at which green became idle. */
function service(stable: string | undefined, idleSince?: string): Service {
  const tags = {
    ...(stable !== undefined && { StableStack: stable }),
    ...(idleSince !== undefined && { EcsCanaryGreenIdleSince: idleSince }),
  };
  return { ...sampleTraffic().service, tags };
}

const tagged = (greenIdleSince: string): Change => ({
  kind: 'tag-stable',
  serviceArn: 'arn:service',
  colour: 'Blue',
  greenIdleSince,
});

const changeOf = (...asked: Parameters<typeof recordBlue>) => recordBlue(...asked)?.change;

describe("a run that removed green's traffic", () => {
  const run = { startedAt, leftGreenAt };

  it.each([
    ['Green', undefined],
    [undefined, undefined],
    ['Purple', undefined],
    ['Blue', undefined],
    ['Blue', ''],
    ['Blue', '2026-03-01T10:02:03.399Z'],
    // A later idle time is not from this run.
    ['Green', '2026-03-01T11:00:00Z'],
  ])('records when, whether the tag says %s or not, and where %s was recorded', (stable, idleSince) => {
    expect(changeOf(service(stable, idleSince), run, undefined)).toEqual(tagged('2026-03-01T10:02:03.400Z'));
  });

  it.each(['2026-03-01T10:02:03.400Z', '2026-03-01T10:02:03.401Z', '2026-03-01T11:00:00Z'])(
    'writes nothing where %s is recorded already',
    (since) => {
      expect(recordBlue(service('Blue', since), run, undefined)).toBeUndefined();
      expect(recordBlue(service('Blue', since), run, Date.parse('2026-03-01T12:00:00Z'))).toBeUndefined();
    },
  );

  it('writes nothing twice, although its clock is more precise than the tag', () => {
    const fine = { startedAt, leftGreenAt: leftGreenAt + 0.7 };
    expect(changeOf(service('Blue'), fine, undefined)).toEqual(tagged('2026-03-01T10:02:03.400Z'));
    expect(recordBlue(service('Blue', '2026-03-01T10:02:03.400Z'), fine, undefined)).toBeUndefined();
  });

  it('records its own time, whatever an earlier run left unrecorded', () => {
    expect(changeOf(service('Blue', '2026-03-01T09:59:00.000Z'), run, owed)).toEqual(
      tagged('2026-03-01T10:02:03.400Z'),
    );
  });
});

describe('a run that found everything on blue', () => {
  const run = { startedAt };

  it('writes nothing where blue is stable and no time is missing', () => {
    expect(recordBlue(service('Blue'), run, undefined)).toBeUndefined();
    expect(recordBlue(service('Blue', '2020-01-01T00:00:00Z'), run, undefined)).toBeUndefined();
  });

  it.each([['Green'], ['Purple'], [undefined]])(
    'records blue where the tag says %s, with its own start time, because nobody knows when green lost its traffic',
    (stable) => {
      expect(changeOf(service(stable), run, undefined)).toEqual(tagged('2026-03-01T10:00:00.900Z'));
    },
  );

  it.each<[string, string, Change | undefined]>([
    ['nothing recorded', '', tagged('2026-03-01T10:00:00.900Z')],
    ['something else recorded', 'Purple', tagged('2026-03-01T10:00:00.900Z')],
    ['an earlier time recorded', '2026-03-01T09:30:00.499Z', tagged('2026-03-01T10:00:00.900Z')],
    ['the same time recorded', '2026-03-01T09:30:00.500Z', undefined],
    ['a later time recorded', '2026-03-01T09:45:00Z', undefined],
  ])('settles what a killed run owed since 09:30, with %s', (_, recorded, change) => {
    expect(changeOf(service('Blue', recorded), run, owed)).toEqual(change);
  });

  it('says what it is about to record', () => {
    expect(recordBlue(service('Green'), run, undefined)?.reason).toContain('recording blue as stable');
    const took = { startedAt, leftGreenAt };
    expect(recordBlue(service('Blue'), took, undefined)?.reason).toContain('recording when green lost its traffic');
  });

  it('does not say that green lost traffic, which it may never have had', () => {
    expect(recordBlue(service('Blue'), run, owed)?.reason).toBe(
      'Blue has all of the traffic; recording that green has none.',
    );
  });
});
