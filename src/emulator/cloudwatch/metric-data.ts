import { createHash } from 'node:crypto';
import type { GetMetricDataInput, GetMetricDataOutput, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../contract/aws-error.ts';
import { type DataPoint, readPoints } from './data-points.ts';
import { acceptQueries, type MetricQuery } from './metric-queries.ts';
import type { CloudWatch } from './state.ts';

const mostPoints = 100_800;

interface PlacedPoint extends DataPoint {
  readonly query: MetricQuery;
}

/** Pages by data points, the newest first unless asked otherwise, as they were known when the first page was read. */
export function getMetricData(state: CloudWatch, input: GetMetricDataInput): GetMetricDataOutput {
  const { world } = state;
  const queries = acceptQueries(input);
  const { MaxDatapoints = mostPoints, ScanBy, StartTime, EndTime } = input;
  if (!(MaxDatapoints >= 1 && MaxDatapoints <= mostPoints))
    throw new AwsError('ValidationError', `MaxDatapoints must be between 1 and ${mostPoints}.`);
  const { from, seenAt } = readToken(input, world.clock.now().getTime());
  const span = { from: Number(StartTime), to: Number(EndTime), seenAt };
  const points = queries.flatMap((query) => readPoints(world, query, span).map((point) => ({ query, ...point })));
  const sign = ScanBy === 'TimestampAscending' ? 1 : -1;
  points.sort((one, other) => sign * (one.time - other.time));
  const end = from + Math.min(MaxDatapoints, world.options.pageSize * pointsPerItem);
  return {
    MetricDataResults: queries
      .filter(({ returned }) => returned)
      .map((query) => resultOf(query, points.slice(from, end), points.slice(end))),
    ...(end < points.length && { NextToken: writeToken(input, end, seenAt) }),
    Messages: [],
  };
}

/** A page has as many points as this for each item that pages of other lists have, so that small pages hold a few metrics. */
const pointsPerItem = 20;

function resultOf(query: MetricQuery, page: readonly PlacedPoint[], later: readonly PlacedPoint[]): MetricDataResult {
  const own = page.filter((point) => point.query === query);
  return {
    Id: query.id,
    Label: query.label,
    Timestamps: own.map(({ time }) => new Date(time)),
    Values: own.map(({ value }) => value),
    StatusCode: later.some((point) => point.query === query) ? 'PartialData' : 'Complete',
  };
}

function writeToken(input: GetMetricDataInput, from: number, seenAt: number): string {
  return Buffer.from(JSON.stringify([requestOf(input), from, seenAt])).toString('base64url');
}

/** A token continues only the request that it was given for. */
function readToken(input: GetMetricDataInput, now: number): { readonly from: number; readonly seenAt: number } {
  if (input.NextToken === undefined) return { from: 0, seenAt: now };
  const text = Buffer.from(input.NextToken, 'base64url').toString();
  const [, request, from, seenAt] = /^\["(\w+)",(\d+),(\d+)\]$/.exec(text) ?? [];
  if (request !== requestOf(input)) throw new AwsError('InvalidNextToken', 'The next token is not valid.');
  return { from: Number(from), seenAt: Number(seenAt) };
}

function requestOf({ NextToken: _, ...input }: GetMetricDataInput): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex').slice(0, 16);
}
