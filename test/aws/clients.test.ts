import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectToAws } from '../../src/aws/clients.ts';
import { createEmulator, type Emulator } from '../../src/emulator/emulator.ts';

let clouds: readonly Emulator[];
beforeAll(async () => {
  clouds = await Promise.all([createEmulator({ region: 'us-east-1' }), createEmulator({ region: 'eu-west-1' })]);
});
afterAll(() => Promise.all(clouds.map((cloud) => cloud.close())));

it('one process reaches several clouds, each by the endpoint that it was given', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  for (const cloud of clouds) {
    const aws = connectToAws(cloud.options.region, [['test', '1']], { endpoint: cloud.url, credentials });
    expect(await aws.cloudFormation.describeStack('canary')).toBeUndefined();
  }
  expect(clouds.map((cloud) => cloud.calls().map(({ operation }) => operation))).toEqual([
    ['DescribeStacks'],
    ['DescribeStacks'],
  ]);
});
