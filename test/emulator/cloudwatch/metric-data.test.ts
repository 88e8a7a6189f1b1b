import { describe, expect, it } from 'vitest';
import { at, openMetricScene, requests } from './metric-scene.ts';

const ascending = { ScanBy: 'TimestampAscending' } as const;

describe('a minute', () => {
  it('is published after the lag, first without its second half', () => {
    const scene = openMetricScene({ metricLagSeconds: 60 });
    scene.measure('blue', 3.2);
    scene.measure('blue', 3.6);
    const seen = (minutes: number) => {
      scene.setTime(minutes);
      return scene.points(requests('blue'));
    };
    expect(seen(3.9)).toEqual([]);
    expect(seen(4.99)).toEqual([]);
    expect(seen(5)).toEqual(['3 1']);
    expect(seen(5.99)).toEqual(['3 1']);
    expect(seen(6)).toEqual(['3 2']);
  });

  it('is whole at once without the option', () => {
    const scene = openMetricScene({ metricLagSeconds: 0, metricsArriveInParts: false });
    scene.measure('blue', 3.6);
    scene.setTime(3.99);
    expect(scene.points(requests('blue'))).toEqual([]);
    scene.setTime(4);
    expect(scene.points(requests('blue'))).toEqual(['3 1']);
  });

  it('in which nothing was measured is a gap, not a zero', () => {
    const scene = openMetricScene();
    for (const minutes of [1, 2, 5]) scene.measure('blue', minutes);
    scene.setTime(30);
    expect(scene.points(requests('blue'), ascending)).toEqual(['1 1', '2 1', '5 1']);
    expect(scene.points(requests('nobody'))).toEqual([]);
  });

  it('is kept for 15 days', () => {
    const scene = openMetricScene();
    scene.measure('blue', 0);
    scene.measure('blue', 15 * 24 * 60);
    scene.setTime(15 * 24 * 60 + 10);
    const ever = { EndTime: new Date(at(16 * 24 * 60)), ...ascending };
    expect(scene.points(requests('blue'), ever)).toEqual(['0 1', '21600 1']);
    scene.measure('blue', 15 * 24 * 60 + 1);
    expect(scene.points(requests('blue'), ever)).toEqual(['21600 1', '21601 1']);
  });
});

describe('a statistic', () => {
  const scene = openMetricScene();
  for (let value = 1; value <= 100; value += 1) scene.measure('blue', value <= 50 ? 1 : 2, value / 100);
  scene.measure('steady', 1, 0.25);
  scene.measure('steady', 1, 0.25);
  scene.setTime(30);

  it.each([
    ['Sum', '1 12.75'],
    ['SampleCount', '1 50'],
    ['Average', '1 0.255'],
    ['Minimum', '1 0.01'],
    ['Maximum', '1 0.5'],
  ])('%s of a minute', (stat, expected) => {
    const [first = ''] = scene.points(requests('blue', stat), ascending);
    const [minute, value] = first.split(' ').map(Number);
    expect(minute).toBe(1);
    expect(value).toBeCloseTo(Number(expected.split(' ')[1]), 10);
  });

  it.each([
    ['p50', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
    ['p99.9', 1],
    ['p0', 0.01],
    ['p100', 1],
  ])('%s of both minutes together is right to one percent', (stat, expected) => {
    const [first = ''] = scene.points(requests('blue', stat, 300), ascending);
    expect(Math.abs(Number(first.split(' ')[1]) / expected - 1)).toBeLessThanOrEqual(0.0101);
  });

  it('is exact if all samples are the same', () => {
    expect(scene.points(requests('steady', 'p90'))).toEqual(['1 0.25']);
  });
});

it('a longer period is stamped with its start, and begins with the request', () => {
  const scene = openMetricScene();
  for (let minutes = 0; minutes < 12; minutes += 1) scene.measure('blue', minutes);
  scene.setTime(30);
  expect(scene.points(requests('blue', 'Sum', 300), ascending)).toEqual(['0 5', '5 5', '10 2']);
  const from = { StartTime: new Date(at(4.9)), EndTime: new Date(at(6)), ...ascending };
  expect(scene.points(requests('blue'), from)).toEqual(['4 1', '5 1']);
  expect(scene.points(requests('blue', 'Sum', 300), from)).toEqual(['5 5']);
});

describe('pages', () => {
  const scene = openMetricScene();
  for (let minutes = 0; minutes < 5; minutes += 1) {
    scene.measure('blue', minutes);
    scene.measure('green', minutes);
  }
  scene.setTime(30);
  const asked = { MetricDataQueries: [requests('blue'), requests('green')], MaxDatapoints: 4 };
  const shown = (page: ReturnType<typeof scene.read>) =>
    (page.MetricDataResults ?? []).map(({ Id, Timestamps = [], StatusCode }) => [
      Id,
      Timestamps.map((time) => (time.getTime() - at(0)) / 60_000),
      StatusCode,
    ]);

  it('begin with the newest points, and PartialData says that a metric has more', () => {
    const first = scene.read(asked);
    expect(shown(first)).toEqual([
      ['blue', [4, 3], 'PartialData'],
      ['green', [4, 3], 'PartialData'],
    ]);
    const second = scene.read({ ...asked, NextToken: first.NextToken });
    const third = scene.read({ ...asked, NextToken: second.NextToken });
    expect(shown(third)).toEqual([
      ['blue', [0], 'Complete'],
      ['green', [0], 'Complete'],
    ]);
    expect(third.NextToken).toBeUndefined();
  });

  it('begin with the oldest if asked so', () => {
    expect(shown(scene.read({ ...asked, ...ascending }))[0]).toEqual(['blue', [0, 1], 'PartialData']);
  });

  it('show what was known when the first was read', () => {
    const live = openMetricScene({ metricLagSeconds: 0 });
    for (let minutes = 0; minutes < 4; minutes += 1) live.measure('blue', minutes);
    live.setTime(3.5);
    const request = { MetricDataQueries: [requests('blue')], MaxDatapoints: 2 };
    const first = live.read(request);
    live.setTime(30);
    const second = live.read({ ...request, NextToken: first.NextToken });
    expect([shown(first), shown(second)]).toEqual([[['blue', [2, 1], 'PartialData']], [['blue', [0], 'Complete']]]);
  });

  it.each([
    ['of another request', { MaxDatapoints: 4, EndTime: new Date(at(59)) }],
    ['that is none', { NextToken: 'x' }],
  ])('cannot be continued with a token %s', (_what, change) => {
    const { NextToken } = scene.read(asked);
    expect(() => scene.read({ ...asked, NextToken, ...change })).toThrow('The next token is not valid.');
  });
});

describe('GetMetricData refuses', () => {
  const scene = openMetricScene();
  const many = Array.from({ length: 501 }, (_, index) => requests('blue', 'Sum', 60, `q${index}`));
  const math = { Id: 'rate', Expression: 'errors / requests' };

  it.each([
    ['metric math', { MetricDataQueries: [math] }, 'The emulator has no metric math and no Metrics Insights (Metric'],
    ['a statistic', { MetricDataQueries: [requests('a', 'tm90')] }, "The emulator has no statistic 'tm90'"],
    ['a percentile', { MetricDataQueries: [requests('a', 'p101')] }, "The emulator has no statistic 'p101'"],
    ['seconds', { MetricDataQueries: [requests('a', 'Sum', 10)] }, 'The emulator has no periods below 60 seconds'],
    ['90 seconds', { MetricDataQueries: [requests('a', 'Sum', 90)] }, 'must be a multiple of 60'],
    ['another account', { MetricDataQueries: [{ ...requests('a'), AccountId: '1' }] }, 'The emulator has only one'],
    ['501 queries', { MetricDataQueries: many }, 'must not have a size greater than 500'],
    ['no queries', { MetricDataQueries: [] }, 'The parameter MetricDataQueries is required.'],
    ['an id twice', { MetricDataQueries: [requests('a'), requests('a')] }, 'member.2.Id is not unique'],
    ['a bad id', { MetricDataQueries: [requests('a', 'Sum', 60, 'Big')] }, 'The value Big for parameter'],
    ['neither', { MetricDataQueries: [{ Id: 'a' }] }, 'must have either MetricStat or Expression'],
    ['no time', { MetricDataQueries: [requests('a')], EndTime: new Date(at(0)) }, 'must be less than'],
    ['points', { MetricDataQueries: [requests('a')], MaxDatapoints: 100_801 }, 'between 1 and 100800'],
  ])('%s', (_what, input, message) => {
    expect(() => scene.read(input)).toThrow(message);
  });
});

it('what is not asked back, or in another unit, is left out', () => {
  const scene = openMetricScene();
  scene.measure('blue', 1);
  scene.setTime(30);
  const hidden = { ...requests('blue'), ReturnData: false };
  const { MetricDataResults } = scene.read({ MetricDataQueries: [hidden, requests('blue', 'Sum', 60, 'shown')] });
  expect(MetricDataResults?.map(({ Id }) => Id)).toEqual(['shown']);
  const inUnit = (Unit: 'Count' | 'Seconds') => {
    const query = requests('blue');
    return scene.points({ ...query, MetricStat: { ...query.MetricStat, Unit } as never });
  };
  expect([inUnit('Count'), inUnit('Seconds')]).toEqual([['1 1'], []]);
});

it('a metric that nothing measures is empty, and a note says so', () => {
  const scene = openMetricScene();
  const Metric = { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions: [{ Name: 'A', Value: 'b' }] };
  expect(scene.points({ Id: 'cpu', MetricStat: { Metric, Period: 60, Stat: 'Average' } })).toEqual([]);
  expect(scene.notes).toEqual([
    'The emulator does not measure AWS/ECS CPUUtilization by A, so CloudWatch has no data of it.',
  ]);
});
