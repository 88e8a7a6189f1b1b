import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { ECS } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';
import { clientSettings, until } from './scene.ts';

let emulator: Emulator;
const open: { destroy(): void }[] = [];

/** An hour passes in a tenth of a second. */
beforeAll(async () => {
  emulator = await createEmulator({ timeScale: 36_000 });
  await emulator.world.invoke('s3', 'CreateBucket', { Bucket: 'bucket' });
});
afterAll(async () => {
  for (const client of open) client.destroy();
  await emulator.close();
});

const now = (): number => emulator.world.clock.now().getTime();

async function anHourPasses(): Promise<void> {
  const start = now();
  await until(now, (time) => time - start > 3600_000);
}

/** A client that tries a call up to five times. */
function opened<C extends { destroy(): void }>(Client: new (settings: object) => C): C {
  const client = new Client({ ...clientSettings(emulator.url), maxAttempts: 5 });
  open.push(client);
  return client;
}

interface Asking {
  /** Succeeds, so that the SDK learns the time. */
  readonly accepted: () => Promise<unknown>;
  readonly refused: () => Promise<unknown>;
}

const services: Readonly<Record<string, () => Asking>> = {
  ecs: () => {
    const client = opened(ECS);
    return {
      accepted: () => client.createCluster({ clusterName: 'shop' }),
      refused: () => client.describeServices({ cluster: 'none', services: ['none'] }),
    };
  },
  elb: () => {
    const client = opened(ElasticLoadBalancingV2);
    return {
      accepted: () => client.describeLoadBalancers({}),
      refused: () => client.describeLoadBalancers({ Names: ['none'] }),
    };
  },
  cloudformation: () => {
    const client = opened(CloudFormation);
    return {
      accepted: () => client.describeStacks({}),
      refused: () => client.describeStacks({ StackName: 'none' }),
    };
  },
  cloudwatch: () => {
    const client = opened(CloudWatch);
    return {
      accepted: () => client.describeAlarms({}),
      refused: () => client.deleteAlarms({ AlarmNames: ['none'] }),
    };
  },
};

describe('an SDK in a fast world', () => {
  it.each(Object.entries(services))('does not repeat what %s refused', async (service, ask) => {
    const { accepted, refused } = ask();
    const callsOf = () => emulator.calls().filter((call) => call.service === service);
    const before = callsOf().length;
    // The first response makes it trust another clock; the second refusal comes after that one ran away, too.
    await expect(refused()).rejects.toThrow();
    await accepted();
    await anHourPasses();
    await expect(refused()).rejects.toThrow();
    expect(
      callsOf()
        .slice(before)
        .map(({ outcome }) => outcome === 'ok'),
    ).toEqual([false, true, false]);
  });
});

describe('the header Date', () => {
  const ask = (path: string, init?: RequestInit) => fetch(`${emulator.url}${path}`, init);
  const query = (text: string) => ask('/', { method: 'POST', body: new URLSearchParams(text) });
  const json = (target: string, body: object) =>
    ask('/', { method: 'POST', headers: { 'x-amz-target': target }, body: JSON.stringify(body) });

  const forS3 = { authorization: 'AWS4-HMAC-SHA256 Credential=test/20200102/us-east-1/s3/aws4_request' };

  const answers: Readonly<Record<string, readonly [() => Promise<Response>, () => Promise<Response>]>> = {
    ecs: [
      () => json('AmazonEC2ContainerServiceV20141113.DescribeClusters', {}),
      () => json('AmazonEC2ContainerServiceV20141113.ListTasks', { cluster: 'none' }),
    ],
    elb: [
      () => query('Action=DescribeLoadBalancers&Version=2015-12-01'),
      () => query('Action=DescribeRules&Version=2015-12-01'),
    ],
    cloudformation: [
      () => query('Action=DescribeStacks&Version=2010-05-15'),
      () => query('Action=DescribeStacks&Version=2010-05-15&StackName=none'),
    ],
    cloudwatch: [
      () => query('Action=DescribeAlarms&Version=2010-08-01'),
      () => query('Action=GetMetricData&Version=2010-08-01'),
    ],
    s3: [
      () => ask('/bucket/key', { method: 'PUT', body: 'text', headers: forS3 }),
      () => ask('/none/key', { method: 'PUT', body: 'text', headers: forS3 }),
    ],
  };

  it.each(Object.entries(answers))('of %s has emulated time, and no error has the header', async (_service, answer) => {
    const [accepted, refused] = answer;
    await anHourPasses();
    const before = now();
    const { ok, headers } = await accepted();
    const date = Date.parse(headers.get('date') ?? '');
    expect(ok).toBe(true);
    expect(date).toBeGreaterThan(before - 1000);
    expect(date).toBeLessThanOrEqual(now());
    const refusal = await refused();
    expect([refusal.ok, refusal.headers.get('date')]).toEqual([false, null]);
  });
});
