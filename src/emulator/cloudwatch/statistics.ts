import { type Distribution, percentile } from '../contract/distribution.ts';

/** Makes one value of the samples of a period. */
export type Statistic = (samples: Distribution) => number;

/** The statistic of that name; undefined for one that the emulator does not compute. */
export function findStatistic(name: string): Statistic | undefined {
  const percent = /^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return (samples) => percentile(samples, Number(percent) / 100);
  return Object.hasOwn(statistics, name) ? statistics[name] : undefined;
}

const statistics: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ samples }) => samples,
  Sum: ({ sum }) => sum,
  Average: ({ sum, samples }) => sum / samples,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};
