import { type ColourFigures, countMinutes } from '../../src/evidence/count-minutes.ts';
import { addUp, minuteLength, type Span } from '../../src/evidence/minute.ts';
import type { CanaryDecision, CanaryReport, TaskEvent } from '../../src/report/report.ts';
import { type Chance, createChance } from '../evidence/chance.ts';

/** When the sample's green got its first traffic. */
export const sampleStart = Date.UTC(2027, 2, 14, 13, 59, 12);

/** Two hours of a canary: 10 %, then 50 %, then green turns worse and Guard retreats. */
export function sampleReport(changes: Partial<CanaryReport> = {}): CanaryReport {
  return {
    stack: 'shop-production',
    service: 'checkout',
    project: 'Checkout',
    release: '2.14.0',
    environment: 'Production',
    versions: { blue: 'checkout:41', green: 'checkout:42' },
    writtenAt: at(123),
    verdict: {
      title: 'Green is worse than blue',
      sentence: 'Green fails more often than blue, at least 1.9 times as often. All traffic is back on blue.',
    },
    span,
    decisions: decisions.map((decision) => ({ ...decision, ...countsAt(decision) })),
    events,
    ...changes,
  };
}

/** So many minutes after 14:00. */
export function at(minute: number): number {
  return Date.UTC(2027, 2, 14, 14) + minute * minuteLength;
}

const [toHalf, retreat] = [at(41) + 23_000, at(105) + 8_000];

/** What was counted when a decision was made, if anything was. */
function countsAt({ at: time }: CanaryDecision): Partial<CanaryDecision> {
  const counted = span.minutes.filter(({ start }) => start + 3 * minuteLength <= time);
  const { blue, green } = addUp(counted);
  if (counted.length === 0) return {};
  return {
    ...{ blueErrors: blue.errors, blueRequests: blue.requests },
    ...{ greenErrors: green.errors, greenRequests: green.requests },
  };
}

/** The counted minutes, with a silence of CloudWatch in them. */
function sampleSpan(): Span {
  const chance = createChance(7);
  const minutes = Array.from({ length: 121 }, (_, index) => index).filter((index) => index < 52 || index > 55);
  const figures = minutes.map((index) => ({
    start: at(index),
    blue: colour(chance, trafficAt(index) * (1 - shareAt(index)), 0.002, 0),
    green: colour(chance, trafficAt(index) * shareAt(index), leakAt(index), index > 80 ? (index - 80) / 60 : 0),
  }));
  const limits = { greenDeployedAt: sampleStart - 400_000, greenServesSince: sampleStart };
  return countMinutes([figures], { ...limits, shiftedAt: [toHalf, retreat], now: at(123) });
}

function shareAt(minute: number): number {
  if (at(minute) > retreat) return 0;
  return at(minute) > toHalf ? 0.5 : 0.1;
}

function trafficAt(minute: number): number {
  return 900 + 160 * Math.sin(minute / 19);
}

function leakAt(minute: number): number {
  return minute < 82 ? 0.002 : 0.002 + (minute - 82) * 0.0006;
}

function colour(chance: Chance, mean: number, errorRate: number, slowness: number): ColourFigures {
  if (mean === 0) return {};
  const requests = Math.round(mean + (chance.uniform() - 0.5) * 4 * Math.sqrt(mean));
  const shake = () => 0.94 + 0.12 * chance.uniform();
  const latency = {
    p50: 0.045 * shake(),
    p90: 0.118 * shake() * (1 + slowness),
    p99: 0.31 * shake() * (1 + 3 * slowness),
  };
  return { requests, errors: chance.binomial(requests, errorRate), latency };
}

const decisions: readonly CanaryDecision[] = [
  {
    ...{ at: sampleStart, kind: 'share', fromPercent: 0, toPercent: 10, by: 'Ada Okafor', note: '/weight 10' },
    ...{ requestIds: ['0f6d8a52-6d0e-4c1b-9f7a-0c8b8f0f4d11'], secondsToVerified: 3.4 },
  },
  {
    ...{ at: toHalf, kind: 'share', fromPercent: 10, toPercent: 50, by: 'Ada Okafor' },
    ...{ note: 'No errors beyond the usual ones, and latency is the same. /weight 50', verdict: 'cannot tell yet' },
    evidenceHash: 'sha256:9b1c4e6f0a77',
    ...{ requestIds: ['5b0a7f8e-21d3-4a86-bb52-7a1f6b9f2c90'], secondsToVerified: 2.9 },
  },
  {
    ...{ at: at(74) + 40_000, kind: 'hold', fromPercent: 50, toPercent: 50, by: 'Jonas Weber' },
    ...{ note: 'Hold over lunch.', verdict: 'no worse than 1.8 times' },
    evidenceHash: 'sha256:41d07cc2be15',
  },
  {
    ...{ at: retreat, kind: 'retreat', fromPercent: 50, toPercent: 0, by: 'Guard', verdict: 'worse' },
    evidenceHash: 'sha256:e3b0a9d1c7f4',
    ...{ requestIds: ['c81e2f6a-8f0b-47f5-9d0c-91a0e1b7d3c2'], secondsToVerified: 1.8 },
  },
];

const events: readonly TaskEvent[] = [
  { at: at(-6), colour: 'Green', text: '4 tasks started.' },
  { at: at(-2), colour: 'Green', text: '4 of 4 targets are healthy.' },
  {
    at: at(93),
    colour: 'Green',
    text: 'A task ended: OutOfMemoryError: Container killed due to memory usage (exit code 137).',
  },
  { at: at(94), colour: 'Green', text: 'A task started in its place.' },
  {
    at: at(101),
    colour: 'Green',
    text: 'A task ended: OutOfMemoryError: Container killed due to memory usage (exit code 137).',
  },
];

const span = sampleSpan();
