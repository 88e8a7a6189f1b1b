import type { ParameterSet } from '../../../parameters/parameters.ts';
import { integer, matching } from '../../../parameters/parsers.ts';
import { line } from './declare.ts';

const matcher = /^[2-4]\d\d(-[2-4]\d\d|(,[2-4]\d\d){0,99})$/;

/** When a task counts as healthy, and how it leaves. */
export const healthCheckParameters = {
  healthCheckPath: line(
    'EcsCanary.HealthCheckPath',
    'Health check path',
    'The path that the load balancer requests from every task, for example `/health`.',
    matching(/^\/[!-~]{0,1023}$/, 'a path that starts with /'),
    '/',
  ),
  healthCheckIntervalSeconds: line(
    'EcsCanary.HealthCheckIntervalSeconds',
    'Advanced: health check interval in seconds',
    'How often the load balancer checks each task, for example `10` (5 to 300).',
    integer(5, 300),
    '10',
  ),
  healthCheckTimeoutSeconds: line(
    'EcsCanary.HealthCheckTimeoutSeconds',
    'Advanced: health check timeout in seconds',
    'How long a task may take to answer, for example `5`. It must be less than the interval.',
    integer(2, 120),
    '5',
  ),
  healthyThreshold: line(
    'EcsCanary.HealthyThreshold',
    'Advanced: healthy after',
    'How many successful checks in a row make a task healthy, for example `2` (2 to 10).',
    integer(2, 10),
    '2',
  ),
  unhealthyThreshold: line(
    'EcsCanary.UnhealthyThreshold',
    'Advanced: unhealthy after',
    'How many failed checks in a row make a task unhealthy, for example `3` (2 to 10).',
    integer(2, 10),
    '3',
  ),
  healthCheckMatcher: line(
    'EcsCanary.HealthCheckMatcher',
    'Advanced: healthy status codes',
    'The HTTP status codes of a healthy task, for example `200,204` or `200-299`.',
    matching(matcher, 'a list or range of HTTP status codes, such as 200-299'),
    '200',
  ),
  deregistrationDelaySeconds: line(
    'EcsCanary.DeregistrationDelaySeconds',
    'Advanced: deregistration delay in seconds',
    'How long an old task gets to finish its requests, for example `30`. Every deployment waits this long for the old green tasks.',
    integer(0, 3600),
    '30',
  ),
} satisfies ParameterSet;
