import type { EmulatedClock } from './contract/clock.ts';
import { isRead } from './contract/operations.ts';
import type { ServiceName } from './contract/service.ts';

/** A token bucket: the number of calls at once, and of further calls per emulated second. */
export interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

export type BucketName = keyof typeof publishedBuckets;

/** The account's rates in one region as AWS publishes them, or a cautious guess if it does not. */
export const publishedBuckets = {
  /** Every load balancing call, in addition to its own bucket. */
  elb: { burst: 40, perSecond: 10 },
  'elb-reads': { burst: 40, perSecond: 10 },
  'elb-writes': { burst: 20, perSecond: 3 },
  'ecs-tag-reads': { burst: 50, perSecond: 20 },
  'ecs-tag-writes': { burst: 20, perSecond: 10 },
  'ecs-service-reads': { burst: 100, perSecond: 20 },
  /** Includes task sets, for which AWS publishes nothing. */
  'ecs-service-writes': { burst: 50, perSecond: 5 },
  /** Reads of tasks, and all other reads. */
  'ecs-resource-reads': { burst: 100, perSecond: 20 },
  'ecs-task-definition-writes': { burst: 20, perSecond: 1 },
  /** AWS publishes nothing about CloudFormation. */
  'cloudformation-reads': { burst: 20, perSecond: 10 },
  'cloudformation-writes': { burst: 10, perSecond: 2 },
  'cloudwatch-data': { burst: 50, perSecond: 50 },
  'cloudwatch-reads': { burst: 9, perSecond: 9 },
  'cloudwatch-writes': { burst: 3, perSecond: 3 },
} as const satisfies Readonly<Record<string, Bucket>>;

/** The options of throttling. */
export interface ThrottleOptions {
  /** Whether calls that exceed the account's published rates are refused. */
  readonly throttle: 'published' | 'none';
  /** Rates in place of the published ones. */
  readonly buckets: Readonly<Partial<Record<BucketName, Bucket>>>;
}

/** Takes tokens for calls from the account's buckets. */
export interface Throttle {
  /** Takes the call's tokens, or none of them if one is missing; returns whether the call is admitted. */
  admits(service: ServiceName, operation: string): boolean;
}

/** Buckets that start full and refill in emulated time; without throttling every call is admitted. */
export function createThrottle(options: ThrottleOptions, clock: EmulatedClock): Throttle {
  if (options.throttle === 'none') return { admits: () => true };
  const levels = new Map<BucketName, Level>();
  const levelOf = (name: BucketName): Level => {
    const known = levels.get(name) ?? createLevel({ ...publishedBuckets, ...options.buckets }[name], clock);
    levels.set(name, known);
    return known;
  };
  return {
    admits: (service, operation) => {
      const needed = bucketsOf(service, operation).map(levelOf);
      const admitted = needed.every((level) => level.tokens() >= 1);
      if (admitted) for (const level of needed) level.take();
      return admitted;
    },
  };
}

/** The buckets from which a call takes a token. */
export function bucketsOf(service: ServiceName, operation: string): readonly BucketName[] {
  const kind = isRead(operation) ? 'reads' : 'writes';
  switch (service) {
    case 'elb':
      return ['elb', `elb-${kind}`];
    case 'cloudformation':
      return [`cloudformation-${kind}`];
    case 's3':
      return [];
    case 'cloudwatch':
      return [operation === 'GetMetricData' ? 'cloudwatch-data' : `cloudwatch-${kind}`];
    case 'ecs':
      return [ecsBucketOf(operation, kind)];
  }
}

interface Level {
  tokens(): number;
  take(): void;
}

function createLevel({ burst, perSecond }: Bucket, clock: EmulatedClock): Level {
  let tokens = burst;
  let at = clock.now().getTime();
  return {
    tokens: () => {
      const now = clock.now().getTime();
      tokens = Math.min(burst, tokens + ((now - at) / 1000) * perSecond);
      at = now;
      return tokens;
    },
    take: () => {
      tokens -= 1;
    },
  };
}

function ecsBucketOf(operation: string, kind: 'reads' | 'writes'): BucketName {
  if (/^(Tag|Untag|ListTags)/.test(operation)) return `ecs-tag-${kind}`;
  if (kind === 'writes') return /TaskDefinition/.test(operation) ? 'ecs-task-definition-writes' : 'ecs-service-writes';
  return /Service|TaskSet/.test(operation) ? 'ecs-service-reads' : 'ecs-resource-reads';
}
