import type { ParameterSet } from '../../../parameters/parameters.ts';
import { integer, matching } from '../../../parameters/parsers.ts';
import { line } from './declare.ts';

const matcher = /^[2-4]\d\d(-[2-4]\d\d|(,[2-4]\d\d){0,99})$/;

/** When a task counts as healthy, and how it leaves. */
export const healthCheckParameters = {
  healthCheckPath: line(
    'EcsCanary.HealthCheckPath',
    'Health check path',
    'The load balancer asks this path of every task; it starts with `/`.',
    matching(/^\/[!-~]{0,1023}$/, 'a path that starts with /'),
    '/',
  ),
  healthCheckIntervalSeconds: line(
    'EcsCanary.HealthCheckIntervalSeconds',
    'Health check interval (seconds)',
    'How often, 5 to 300.',
    integer(5, 300),
    '10',
  ),
  healthCheckTimeoutSeconds: line(
    'EcsCanary.HealthCheckTimeoutSeconds',
    'Health check timeout (seconds)',
    'How long an answer may take, 2 to 120; less than the interval.',
    integer(2, 120),
    '5',
  ),
  healthyThreshold: line(
    'EcsCanary.HealthyThreshold',
    'Healthy after',
    'Successful checks in a row that make a task healthy, 2 to 10.',
    integer(2, 10),
    '2',
  ),
  unhealthyThreshold: line(
    'EcsCanary.UnhealthyThreshold',
    'Unhealthy after',
    'Failed checks in a row that make a task unhealthy, 2 to 10.',
    integer(2, 10),
    '3',
  ),
  healthCheckMatcher: line(
    'EcsCanary.HealthCheckMatcher',
    'Healthy status codes',
    'HTTP status codes of a healthy task: one, several or a range, such as `200,204` or `200-299`.',
    matching(matcher, 'a list or range of HTTP status codes, such as 200-299'),
    '200',
  ),
  deregistrationDelaySeconds: line(
    'EcsCanary.DeregistrationDelaySeconds',
    'Deregistration delay (seconds)',
    'How long running requests may take when a task leaves, 0 to 3600. Every deployment waits this long for the old green tasks.',
    integer(0, 3600),
    '30',
  ),
} satisfies ParameterSet;
