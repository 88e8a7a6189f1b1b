import type { Alarm, GroupMinute, Traffic as Metrics } from '../../../src/aws/aws.ts';
import { loadBalancerArnOf } from '../../../src/canary/listener-rule.ts';
import { sharesTagKey } from '../../../src/canary/share-record.ts';
import type { ContainerVersion } from '../../../src/canary/task-version.ts';
import type { SeenVersion } from '../../../src/canary/version-summary.ts';
import { minuteLength } from '../../../src/evidence/minute.ts';
import type { WatchRequest } from '../../../src/steps/watch/assessment.ts';
import { countingSince } from '../../../src/steps/watch/counting.ts';
import type { Reading, Sighting } from '../../../src/steps/watch/sighting.ts';
import { groups, type Sample, sampleRule, sampleTraffic } from '../../canary/sample-traffic.ts';

/** 2026-11-28, 14:00 UTC. */
export const start = Date.UTC(2026, 10, 28, 14);

/** What one colour did in each minute. */
export interface ColourSample {
  readonly requests: number;
  readonly errors?: number;
  /** Answers with a status of 400 to 499. */
  readonly refused?: number;
  /** In seconds. */
  readonly p90?: number;
}

export interface SightingSample extends Sample {
  /** Minutes since the shift, blue's and green's figures; the first one begins with the shift. */
  readonly minutes?: readonly (readonly [ColourSample, ColourSample])[];
  /** The tag of the shares; the present share since the shift, if left out. */
  readonly record?: string;
  readonly metrics?: Reading<Metrics>;
  readonly alarms?: readonly Alarm[];
  readonly failedGreen?: number;
  /** How many minutes after the shift it is now; two more than there are figures, if left out. */
  readonly minutesLater?: number;
  readonly ownErrors?: number;
  /** Groups of which CloudWatch has nothing at all, not even how many targets are healthy. */
  readonly unseen?: readonly ('blue' | 'green')[];
}

export const request: WatchRequest = {
  watchMinutes: 5,
  whenWorse: 'Ask',
  retreatTo: 'Zero',
  onSilence: 'Stay',
  latencyMargin: 10,
  countErrors: '5xx',
  maxErrorRate: undefined,
  maxLatency: undefined,
  alarms: [],
  nextPercent: 50,
  allowedHours: [],
  freezes: [],
  timeZone: 'UTC',
};

/** That many minutes with the same figures. */
export function minutesOf(count: number, blue: ColourSample, green: ColourSample) {
  return Array.from({ length: count }, () => [blue, green] as const);
}

/** A look at a canary with 10 % on green since 14:00. */
export function sampleSighting(sample: SightingSample = {}): Sighting {
  const { weights = { blue: 90, green: 10 }, minutes = [] } = sample;
  const now = start + (sample.minutesLater ?? minutes.length + 2) * minuteLength;
  const plain = sampleTraffic({ ...sample, weights });
  const share = (weights.green * 100) / (weights.blue + weights.green);
  const tag = sample.record ?? `back=0.21 ${start / 1000}=${Number(share.toFixed(1))}`;
  const traffic = { ...plain, service: { ...plain.service, tags: { ...plain.service.tags, [sharesTagKey]: tag } } };
  return {
    traffic,
    now,
    counting: countingSince(traffic, now, now),
    metrics: sample.metrics ?? { kind: 'read', value: metricsOf(minutes, now, sample) },
    alarms: { kind: 'read', value: sample.alarms ?? [] },
    failed: {
      kind: 'read',
      value: {
        blue: [],
        green: Array.from({ length: sample.failedGreen ?? 0 }, () => ({
          stopCode: 'EssentialContainerExited',
          stopped: 'Essential container in task exited; container web exited with code 1',
        })),
      },
    },
    versions: { kind: 'read', value: { blue: versionOf('1'), green: versionOf('2') } },
  };
}

/** What CloudWatch says of these minutes. */
export function metricsOf(
  minutes: NonNullable<SightingSample['minutes']>,
  now: number,
  { ownErrors = 0, unseen = [] }: Pick<SightingSample, 'ownErrors' | 'unseen'> = {},
): Metrics {
  const list = (colour: 0 | 1) =>
    minutes.flatMap((pair, index) => {
      const { requests, errors = 0, refused = 0, p90 } = pair[colour];
      const minute: GroupMinute = {
        start: start + index * minuteLength,
        requests,
        answers: { '2xx': requests - errors - refused, '3xx': 0, '4xx': refused, '5xx': errors },
        connectionErrors: 0,
        ...(p90 !== undefined && { seconds: { p50: p90 / 2, p90, p99: p90 * 2 } }),
      };
      return requests > 0 || errors > 0 ? [minute] : [];
    });
  const targets = (colour: 'blue' | 'green') =>
    unseen.includes(colour) ? [] : minutes.map((_, index) => start + index * minuteLength);
  const loadBalancer = loadBalancerArnOf(sampleRule().arn);
  return {
    now,
    until: now - 2 * minuteLength,
    groups: { [groups.blue]: list(0), [groups.green]: list(1) },
    targetMinutes: { [groups.blue]: targets('blue'), [groups.green]: targets('green') },
    loadBalancers: {
      [loadBalancer]: minutes.map(([blue, green], index) => ({
        start: start + index * minuteLength,
        requests: blue.requests + green.requests,
        errors: { all: ownErrors, '502': ownErrors, '503': 0, '504': 0 },
      })),
    },
    incomplete: [],
  };
}

function versionOf(tag: string): SeenVersion {
  const container: ContainerVersion = {
    ...{ name: 'web', image: `shop:${tag}`, cpu: 0, memory: 0, command: '', entryPoint: '' },
    ...{ environment: {}, secrets: {}, environmentFiles: [], ports: ['80/tcp'], others: {} },
    log: { driver: '', group: '', streamPrefix: '', region: '' },
  };
  return {
    taskDefinition: `arn:aws:ecs:us-east-1:1:task-definition/app:${tag}`,
    version: {
      ...{ active: true, cpu: '256', memory: '512', taskRole: '', executionRole: '', others: {} },
      containers: [container],
    },
    digests: { web: [`sha256:${tag}`] },
  };
}
