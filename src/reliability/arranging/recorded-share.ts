import { setTimeout as sleep } from 'node:timers/promises';
import { type ActualCanary, describeService, sharesTag } from '../actual-state/actual-state.ts';
import { mostGreen } from '../actual-state/entry-points.ts';
import { watchAlarms } from '../cases/watch-alarms.ts';
import type { FaultWorld } from '../world/world.ts';

const told = [sharesTag, 'EcsCanaryRetreated', 'EcsCanaryLease'];

/** Records the present share as a shift that has just ended would, puts an alarm into ALARM if wanted, and sends users to both colours. */
export async function recordShare(
  world: FaultWorld,
  { serviceArn: resourceArn }: ActualCanary,
  rings: boolean,
): Promise<void> {
  const share = mostGreen(world.actualState().canary?.entryPoints ?? []);
  const since = Math.floor(now(world) / 1000);
  const tags = [{ key: sharesTag, value: `back=0.21 ${since}=${share}` }];
  await world.emulator.world.invoke('ecs', 'TagResource', { resourceArn, tags });
  await setAlarm(world, watchAlarms.quiet, 'OK');
  await setAlarm(world, watchAlarms.ringing, rings ? 'ALARM' : 'OK');
  await sendManyUsers(world, since * 1000);
  // A slow machine spreads these users over several minutes, so a bad green is watched only once all of them count.
  if (!rings) await sleep(countedAfter / world.emulator.options.timeScale);
}

/** Emulated milliseconds until the minute that has just been under way counts. */
const countedAfter = 3 * 60_000 + 1000;

/** Removes the records and the alarms of an earlier case. */
export async function forgetShares({ emulator: { world } }: FaultWorld, canary: ActualCanary): Promise<void> {
  const { cluster, serviceArn: resourceArn } = canary;
  const tags = describeService(world, cluster, resourceArn)?.tags ?? [];
  const tagKeys = told.filter((name) => tags.some(({ key }) => key === name));
  if (tagKeys.length > 0) await world.invoke('ecs', 'UntagResource', { resourceArn, tagKeys });
  const { MetricAlarms } = await world.invoke<Alarms>('cloudwatch', 'DescribeAlarms', {});
  const AlarmNames = MetricAlarms.map(({ AlarmName }) => AlarmName);
  if (AlarmNames.length > 0) await world.invoke('cloudwatch', 'DeleteAlarms', { AlarmNames });
}

interface Alarms {
  readonly MetricAlarms: readonly { readonly AlarmName: string }[];
}

async function setAlarm({ emulator: { world } }: FaultWorld, AlarmName: string, StateValue: string): Promise<void> {
  await world.invoke('cloudwatch', 'PutMetricAlarm', {
    ...{ AlarmName, Namespace: 'Shop', MetricName: 'FailedOrders', Statistic: 'Sum', Period: 60 },
    ...{ EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
  });
  await world.invoke('cloudwatch', 'SetAlarmState', { AlarmName, StateValue, StateReason: 'Arranged.' });
}

/** In the first whole minute at this share, which is the first that counts; the usual users would take hours to prove anything. */
async function sendManyUsers(world: FaultWorld, since: number): Promise<void> {
  const minute = Math.ceil(since / 60_000) * 60_000;
  await sleep(Math.max(0, minute - now(world)) / world.emulator.options.timeScale);
  for (let user = 0; user < users; user += 1) world.users.ask();
  await world.users.rest();
}

const users = 120;

/** Emulated epoch milliseconds. */
function now({ emulator }: FaultWorld): number {
  return emulator.world.clock.now().getTime();
}
