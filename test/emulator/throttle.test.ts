import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, expect, it } from 'vitest';
import type { EmulatedClock } from '../../src/emulator/contract/clock.ts';
import type { ServiceName } from '../../src/emulator/contract/service.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { defaultOptions, type EmulatorOptions } from '../../src/emulator/options.ts';
import { createThrottle } from '../../src/emulator/throttle.ts';
import { clientSettings } from './scene.ts';

/** An account whose clock the test controls. */
function account(options: Partial<EmulatorOptions> = {}) {
  let seconds = 0;
  const clock = { now: () => new Date(seconds * 1000) } as EmulatedClock;
  const throttle = createThrottle({ ...defaultOptions, throttle: 'published', ...options }, clock);
  return {
    /** How many of that many calls at once are admitted. */
    admitted: (calls: number, service: ServiceName, operation: string): number =>
      Array.from({ length: calls }, () => throttle.admits(service, operation)).filter(Boolean).length,
    pass: (more: number) => {
      seconds += more;
    },
  };
}

it.each<[ServiceName, string, number, number]>([
  ['elb', 'DescribeRules', 40, 10],
  ['elb', 'ModifyRule', 20, 3],
  ['ecs', 'ListTagsForResource', 50, 20],
  ['ecs', 'TagResource', 20, 10],
  ['ecs', 'UntagResource', 20, 10],
  ['ecs', 'DescribeServices', 100, 20],
  ['ecs', 'DescribeTaskSets', 100, 20],
  ['ecs', 'UpdateTaskSet', 50, 5],
  ['ecs', 'DescribeTasks', 100, 20],
  ['ecs', 'RegisterTaskDefinition', 20, 1],
  ['cloudformation', 'DescribeStackEvents', 20, 10],
  ['cloudformation', 'UpdateStack', 10, 2],
])('%s %s: %i at once and %i per second', (service, operation, burst, perSecond) => {
  const { admitted, pass } = account();
  expect(admitted(200, service, operation)).toBe(burst);
  pass(2);
  expect(admitted(200, service, operation)).toBe(2 * perSecond);
  pass(3600);
  expect(admitted(200, service, operation)).toBe(burst);
});

it('reads and writes of load balancing share the account’s rate, and other services do not', () => {
  const { admitted, pass } = account();
  expect(admitted(15, 'elb', 'ModifyRule')).toBe(15);
  expect(admitted(200, 'elb', 'DescribeRules')).toBe(25);
  expect(admitted(1, 'elb', 'ModifyRule')).toBe(0);
  expect(admitted(1, 'ecs', 'DescribeServices')).toBe(1);
  pass(1);
  expect(admitted(200, 'elb', 'ModifyRule')).toBe(8);
});

it('figures can be replaced one by one', () => {
  const { admitted, pass } = account({ buckets: { 'cloudformation-reads': { burst: 2, perSecond: 0.5 } } });
  expect(admitted(9, 'cloudformation', 'DescribeStacks')).toBe(2);
  pass(2);
  expect(admitted(9, 'cloudformation', 'DescribeStacks')).toBe(1);
  expect(admitted(99, 'cloudformation', 'UpdateStack')).toBe(10);
});

it('nothing is throttled by default', () => {
  expect(account({ throttle: 'none' }).admitted(1000, 'elb', 'ModifyRule')).toBe(1000);
});

let emulator: Emulator;
afterEach(() => emulator?.close());

it("clients are refused with each service's own error, and succeed once they wait", async () => {
  const buckets = {
    'elb-reads': { burst: 1, perSecond: 2 },
    'ecs-resource-reads': { burst: 1, perSecond: 0.001 },
  };
  emulator = await createEmulator({ throttle: 'published', buckets });
  const hasty = clientSettings(emulator.url);
  const ecs = new ECS(hasty);
  const patient = new ElasticLoadBalancingV2({ ...hasty, maxAttempts: 10 });
  await ecs.describeClusters({});
  await expect(ecs.describeClusters({})).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
  });
  const outcomes = () => emulator.calls().flatMap(({ service, outcome }) => (service === 'elb' ? [outcome] : []));
  // On a machine that stalls the bucket may fill again between two calls that were made at once.
  do await Promise.all([patient.describeLoadBalancers({}), patient.describeLoadBalancers({})]);
  while (!outcomes().includes('Throttling'));
  expect(new Set(outcomes())).toEqual(new Set(['ok', 'Throttling']));
  ecs.destroy();
  patient.destroy();
});
