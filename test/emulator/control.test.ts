import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmulator } from '../../src/emulator/emulator.ts';
import { createListener, createLoadBalancer, openScene, type Scene } from './scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

const ask = async (path: string) => {
  const answer = await fetch(`${scene.emulator.url}/_emulator/${path}`);
  return { status: answer.status, body: (await answer.json()) as unknown };
};

it('listeners are listed with their URLs', async () => {
  const listener = await createListener(scene, await createLoadBalancer(scene));
  const { body } = await ask('listeners');
  expect(body).toEqual(scene.emulator.listeners());
  const url = (body as Record<string, string>)[listener] ?? '';
  expect((await fetch(url)).status).toBe(404);
});

it('notes about what differs from AWS are listed once', async () => {
  const told: string[] = [];
  scene.emulator.onNote((note) => told.push(note));
  for (const note of ['a', 'b', 'a']) scene.emulator.world.note(note);
  expect((await ask('notes')).body).toEqual(['a', 'b']);
  expect(told).toEqual(['a', 'b']);
});

it('every call is listed with its times, its input and its outcome', async () => {
  const before = Date.now();
  await createListener(scene, await createLoadBalancer(scene));
  await expect(scene.elb.describeRules({})).rejects.toThrow();
  const { body } = await ask('calls');
  expect(body).toEqual([
    expect.objectContaining({
      service: 'elb',
      operation: 'CreateLoadBalancer',
      outcome: 'ok',
      input: { Name: 'shop', Type: 'application', Subnets: ['subnet-1', 'subnet-2'] },
      userAgent: expect.stringContaining('aws-sdk-js'),
    }),
    expect.objectContaining({ operation: 'CreateListener', outcome: 'ok' }),
    expect.objectContaining({ operation: 'DescribeRules', outcome: 'ValidationError', input: {} }),
  ]);
  const [first, , last] = scene.emulator.calls();
  expect(first?.realTime).toBeGreaterThanOrEqual(before);
  // Emulated time runs fifty times as fast as real time here.
  expect((last?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThanOrEqual((last?.realTime ?? 0) - (first?.realTime ?? 0));
});

it('traffic is empty before the first request, and an unknown endpoint names the known ones', async () => {
  expect((await ask('traffic')).body).toEqual({ now: expect.any(Number), splits: [] });
  const unknown = await ask('weather');
  expect(unknown.status).toBe(404);
  expect(unknown.body).toMatchObject({ endpoints: expect.arrayContaining(['GET /_emulator/traffic']) });
});

it('a port in use is an error, and no other port is chosen', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  await expect(createEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await new Promise((resolve) => other.close(resolve));
});

it('two emulators run side by side, each with its own resources', async () => {
  const other = await createEmulator();
  await createLoadBalancer(scene);
  expect(await other.world.invoke('elb', 'DescribeLoadBalancers', {})).toEqual({ LoadBalancers: [] });
  expect(other.url).not.toBe(scene.emulator.url);
  await other.close();
  await expect(fetch(other.url)).rejects.toThrow();
});
