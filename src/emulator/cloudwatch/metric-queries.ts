import type { GetMetricDataInput, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../contract/aws-error.ts';
import type { MetricName } from '../contract/metrics.ts';
import { findStatistic, type Statistic } from './statistics.ts';

/** One metric that is asked for. */
export interface MetricQuery {
  readonly id: string;
  readonly label: string;
  readonly metric: MetricName;
  readonly unit: string | undefined;
  /** Emulated milliseconds. */
  readonly period: number;
  readonly statistic: Statistic;
  /** Whether the answer contains it. */
  readonly returned: boolean;
}

/** Checks a request of GetMetricData; throws AwsError for the first thing that AWS refuses or the emulator lacks. */
export function acceptQueries(input: GetMetricDataInput): readonly MetricQuery[] {
  const { MetricDataQueries: queries = [], StartTime, EndTime } = input;
  if (queries.length === 0) throw invalid('The parameter MetricDataQueries is required.');
  if (queries.length > 500) throw invalid('The collection MetricDataQueries must not have a size greater than 500.');
  if (Number(StartTime) >= Number(EndTime))
    throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const ids = queries.map(({ Id = '' }) => Id);
  for (const [index, id] of ids.entries()) {
    const place = `MetricDataQueries.member.${index + 1}.Id`;
    if (!/^[a-z]\w{0,254}$/.test(id)) throw invalid(`The value ${id} for parameter ${place} is not valid.`);
    if (ids.indexOf(id) < index) throw invalid(`The value ${id} for parameter ${place} is not unique.`);
  }
  return queries.map((query, index) => acceptQuery(query, `MetricDataQueries.member.${index + 1}`));
}

function acceptQuery(query: MetricDataQuery, place: string): MetricQuery {
  const { Id = '', MetricStat, Expression, Label, ReturnData = true, AccountId } = query;
  if ((MetricStat === undefined) === (Expression === undefined))
    throw invalid(`The parameter ${place} must have either MetricStat or Expression.`);
  if (!MetricStat) throw lacking(`no metric math and no Metrics Insights (${place}.Expression)`);
  if (AccountId) throw lacking(`only one account (${place}.AccountId)`);
  const { Period = 0, Stat = '', Unit } = MetricStat;
  const { Namespace: namespace = '', MetricName: name = '', Dimensions = [] } = MetricStat.Metric ?? {};
  if (Period < 60 && [1, 5, 10, 20, 30].includes(Period)) throw lacking(`no periods below 60 seconds (${place})`);
  if (!(Period >= 60 && Period % 60 === 0))
    throw invalid(`The parameter ${place}.MetricStat.Period must be a multiple of 60.`);
  const statistic = findStatistic(Stat);
  if (!statistic) throw lacking(`no statistic '${Stat}' (${place}.MetricStat.Stat)`);
  const dimensions = Object.fromEntries(Dimensions.map((each) => [each.Name ?? '', each.Value ?? '']));
  return {
    id: Id,
    label: Label ?? name,
    metric: { namespace, name, dimensions },
    unit: Unit,
    period: Period * 1000,
    statistic,
    returned: ReturnData,
  };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

function lacking(what: string): AwsError {
  return new AwsError('ValidationError', `The emulator has ${what}.`);
}
