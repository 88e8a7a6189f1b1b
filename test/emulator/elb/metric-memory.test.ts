import { expect, it } from 'vitest';
import { addSample, type Distribution, percentile } from '../../../src/emulator/contract/distribution.ts';
import { changeHealth } from '../../../src/emulator/elb/host-counts.ts';
import type { TargetGroupState, TargetState } from '../../../src/emulator/elb/state.ts';
import { createElbState } from '../../../src/emulator/elb/state.ts';

it('the memory of a minute does not grow with its requests', () => {
  let minute: Distribution | undefined;
  for (let index = 1; index <= 100_000; index += 1) minute = addSample(minute, index / 1000);
  expect(minute?.samples).toBe(100_000);
  expect(minute?.buckets.size).toBeLessThan(600);
  expect(minute && Math.abs(percentile(minute, 0.99) - 99)).toBeLessThan(1);
});

it('a target that stays as it is adds nothing with each of its health checks', () => {
  const now = new Date('2026-01-02T14:00:00Z');
  const state = createElbState({ options: { ruleLagSeconds: 0 }, clock: { now: () => now } } as never);
  const target = { ip: '10.0.0.1', port: 80, health: { state: 'initial' }, stop: () => {} } as TargetState;
  const group = { arn: 'arn', targets: new Map([['10.0.0.1:80', target]]), hosts: [] } as unknown as TargetGroupState;
  for (let checks = 0; checks < 100; checks += 1) changeHealth(state, group, target, { state: 'healthy' });
  changeHealth(state, group, target, { state: 'unhealthy', reason: 'Target.Timeout' });
  expect(group.hosts.map(({ healthy, unhealthy }) => [healthy, unhealthy])).toEqual([
    [1, 0],
    [0, 1],
  ]);
});
