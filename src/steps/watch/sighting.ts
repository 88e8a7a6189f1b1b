import type { Alarm, Traffic as Metrics, Task } from '../../aws/aws.ts';
import { failedTasks, type StoppedTask } from '../../canary/health.ts';
import { loadBalancerArnOf } from '../../canary/listener-rule.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import type { Side, Traffic } from '../../canary/traffic.ts';
import type { SeenVersion } from '../../canary/version-summary.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import { observeTraffic } from '../../observation/observe-traffic.ts';
import { type Counting, countingSince, guardCountingSince } from './counting.ts';

/** What a single look at the canary showed. */
export interface Sighting {
  readonly traffic: Traffic;
  /** By AWS's clock, in epoch milliseconds. */
  readonly now: number;
  readonly counting: Counting;
  readonly metrics: Reading<Metrics>;
  readonly alarms: Reading<readonly Alarm[]>;
  /** Tasks that failed since green was deployed, as far as ECS remembers. */
  readonly failed: Reading<FailedTasks>;
  readonly versions: Reading<{ readonly blue: SeenVersion; readonly green: SeenVersion }>;
}

/** A task that failed by itself. */
export type FailedTask = StoppedTask & Pick<Task, 'stoppedAt'>;

/** The failed tasks of both colours. */
export interface FailedTasks {
  readonly blue: readonly FailedTask[];
  readonly green: readonly FailedTask[];
}

/** What was read, or why it could not be: the rest of the card does not depend on it. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'unread'; readonly why: string; readonly code: OperatorError['code'] };

/** Read from before green had traffic, to tell which of the load balancer's own errors are new. */
export const minutesBefore = 15;

/** Looks at everything that the card shows. */
export async function observeWatch(
  reader: CanaryReader,
  stackName: string,
  alarmNames: readonly string[],
  run: Run,
): Promise<Sighting> {
  return lookClosely(reader, await observeTraffic(reader, stackName, run.region), alarmNames, run);
}

/** Reads all but the traffic, which is known. @param isGuard whether it counts as a Guard does, and even if green has no traffic any more */
export async function lookClosely(
  reader: CanaryReader,
  traffic: Traffic,
  alarmNames: readonly string[],
  run: Pick<Run, 'firstLook' | 'split'>,
  isGuard = false,
): Promise<Sighting> {
  const now = reader.now();
  const counting = (isGuard ? guardCountingSince : countingSince)(
    traffic,
    Math.max(run.firstLook ?? now, run.split?.awsSince ?? 0),
    now,
  );
  const { blue, green } = traffic;
  const [metrics, alarms, failed, versions] = await Promise.all([
    mostGreen(traffic.productionRules) === 0 && !isGuard
      ? nothingToRead
      : attempt(() => readMetrics(reader, traffic, counting)),
    attempt(() => reader.alarms(alarmNames)),
    attempt(() => readFailed(reader, traffic, counting)),
    attempt(() => readVersions(reader, blue, green)),
  ]);
  return { traffic, now, counting, metrics, alarms, failed, versions };
}

/** Names of the alarms in ALARM, by when they went into it. */
export interface Ringing {
  /** Before green got traffic, so they say nothing about it. */
  readonly before: readonly string[];
  readonly since: readonly string[];
  /** CloudWatch does not say when. */
  readonly undated: readonly string[];
}

/** The alarms in ALARM; none where they could not be read. */
export function ringingIn({ alarms, counting }: Sighting): Ringing {
  const ringing = alarms.kind === 'read' ? alarms.value.filter(({ state }) => state === 'ALARM') : [];
  const named = (isMeant: (since: number | undefined) => boolean) =>
    ringing.filter(({ since }) => isMeant(since?.getTime())).map(({ name }) => name);
  return {
    before: named((since) => since !== undefined && since < counting.harmSince),
    since: named((since) => since !== undefined && since >= counting.harmSince),
    undated: named((since) => since === undefined),
  };
}

const nothingToRead: Sighting['metrics'] = {
  kind: 'read',
  value: { now: 0, until: 0, groups: {}, loadBalancers: {}, targetMinutes: {}, incomplete: [] },
};

function readMetrics(reader: CanaryReader, { productionRules, groups }: Traffic, { servesSince }: Counting) {
  // A target group belongs to one load balancer, so every production rule of a canary does.
  const [first] = productionRules;
  const place = {
    loadBalancerArn: loadBalancerArnOf(first?.rule.arn ?? ''),
    targetGroupArns: [groups.blue, groups.green],
  };
  return reader.metrics([place], servesSince - minutesBefore * 60_000);
}

async function readFailed(
  reader: CanaryReader,
  { blue, green }: Traffic,
  { failuresSince }: Counting,
): Promise<FailedTasks> {
  const [ofBlue, ofGreen] = await Promise.all(
    [blue, green].map(async ({ taskSet }) => {
      const stopped = await reader.tasks(taskSet.id, 'STOPPED');
      return failedTasks(stopped).filter(({ stoppedAt }) => (stoppedAt?.getTime() ?? 0) >= failuresSince);
    }),
  );
  return { blue: ofBlue ?? [], green: ofGreen ?? [] };
}

async function readVersions(reader: CanaryReader, ...sides: readonly [blue: Side, green: Side]) {
  const [blue, green] = await Promise.all(sides.map(({ taskSet }) => reader.version(taskSet)));
  if (!blue || !green) throw new TypeError('both colours have a version');
  return { blue, green };
}

/** Reads what a card can do without; the approver then decides on less. */
async function attempt<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (!(error instanceof OperatorError) || !dispensable.test(error.code)) throw error;
    return { kind: 'unread', why: error.message, code: error.code };
  }
}

const dispensable = /^aws-(access-denied|throttled|unreachable|refused)$/;
