/** The samples of a metric in a span of time, without their order; a value is known to one percent. */
export interface Distribution {
  readonly samples: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** How many samples each bucket of values has, so that memory does not grow with the samples. */
  readonly buckets: Map<number, number>;
}

/** Adds a sample; changes the buckets that it is given. */
export function addSample(to: Distribution | undefined, value: number): Distribution {
  const buckets = to?.buckets ?? new Map<number, number>();
  const bucket = bucketOf(value);
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
  return {
    samples: (to?.samples ?? 0) + 1,
    sum: (to?.sum ?? 0) + value,
    minimum: Math.min(to?.minimum ?? value, value),
    maximum: Math.max(to?.maximum ?? value, value),
    buckets,
  };
}

/** All samples together; undefined if there are none. */
export function mergeDistributions(parts: readonly Distribution[]): Distribution | undefined {
  if (parts.length === 0) return undefined;
  const buckets = new Map<number, number>();
  for (const part of parts)
    for (const [bucket, samples] of part.buckets) buckets.set(bucket, (buckets.get(bucket) ?? 0) + samples);
  return {
    samples: parts.reduce((total, { samples }) => total + samples, 0),
    sum: parts.reduce((total, { sum }) => total + sum, 0),
    minimum: Math.min(...parts.map(({ minimum }) => minimum)),
    maximum: Math.max(...parts.map(({ maximum }) => maximum)),
    buckets,
  };
}

/** The smallest value that at least this share of the samples does not exceed. @param share from 0 to 1 */
export function percentile({ samples, minimum, maximum, buckets }: Distribution, share: number): number {
  const rank = Math.max(1, Math.ceil(share * samples));
  let passed = 0;
  for (const [bucket, count] of [...buckets].sort(([one], [other]) => one - other)) {
    passed += count;
    if (passed >= rank) return Math.min(maximum, Math.max(minimum, middleOf(bucket)));
  }
  return maximum;
}

/** Each bucket is two percent wide. */
const width = 0.02;

function bucketOf(value: number): number {
  return value <= 0 ? Number.NEGATIVE_INFINITY : Math.round(Math.log(value) / width);
}

function middleOf(bucket: number): number {
  return bucket === Number.NEGATIVE_INFINITY ? 0 : Math.exp(bucket * width);
}
