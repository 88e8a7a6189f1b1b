import { afterEach, describe, expect, it } from 'vitest';
import { deployStack } from '../../../src/steps/deploy-stack/deploy-stack.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { watch } from '../../../src/steps/watch/watch.ts';
import { type CanaryConsole, openCanaryConsole } from '../../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type StepRun } from '../../support/canary-world.ts';
import { sendUsers, type Users } from './users.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;
let users: Users | undefined;
afterEach(async () => {
  await users?.leave();
  users = undefined;
  awsConsole?.close();
  await world?.close();
});

/** Half of the traffic goes to a green with that behaviour. */
async function shiftTo(behaviour: string, percent = '50', timeScale = 300): Promise<void> {
  world = await openCanaryWorld({ timeScale, taskStartSeconds: 4 });
  awsConsole = openCanaryConsole(world.emulator);
  for (const version of ['1', `2${behaviour}`])
    expect((await world.run(deployStack, world.builtIn(version))).error).toBeUndefined();
  expect((await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent })).error).toBeUndefined();
}

/** An output variable, which a failed step sets too. */
function outputOf({ lines }: StepRun, name: string): string {
  const encoded = Buffer.from(name).toString('base64');
  const line = lines.find((each) => each.startsWith('##octopus[setVariable') && each.includes(encoded)) ?? '';
  return Buffer.from(/value=["'](.*?)["']/.exec(line)?.[1] ?? '', 'base64').toString('utf8');
}

const fiveMinutes = { 'EcsCanary.WatchMinutes': '5' };

describe('Watch Canary', () => {
  it('calls a failing green worse with the figures that its users saw, before its time is over', async () => {
    await shiftTo('--error-rate_0.3');
    users = sendUsers(awsConsole);
    const failed = await world.run(watch, { 'EcsCanary.WatchMinutes': '30', 'EcsCanary.WhenWorse': 'Fail' });
    await users.leave();
    expect(failed.error).toMatchObject({ code: 'green-worse' });
    expect(outputOf(failed, 'Verdict')).toBe('Worse');
    const evidence = JSON.parse(outputOf(failed, 'Evidence'));
    const [, green] = Object.values(users.answers);
    expect(Math.abs(evidence.green.errorRate - 0.3)).toBeLessThan(0.15);
    expect(evidence.green.errors).toBeLessThanOrEqual(green?.errors ?? 0);
    expect(evidence.blue.errors).toBe(0);
    expect(evidence.served).toMatchObject({ kind: 'as requested', requested: 0.5 });
    expect(failed.log.join('\n')).toContain('**Green is worse.**');
    expect(failed.calls.filter((call) => /^(Modify|Update|Create|Delete|Tag|Untag|Put)/.test(call))).toEqual([]);
    const rolledBack = await world.run(rollback, {}, { deploymentFailed: true });
    expect(rolledBack.error).toBeUndefined();
    for (const [{ artifacts }, title] of [
      [failed, 'Green is worse'],
      [rolledBack, 'All traffic is back on blue'],
    ] as const) {
      const report = artifacts.get('ecs-canary-report.html') ?? '';
      expect(report).toContain(title);
      expect(report).toMatch(/Green from 0\s%\s+to 50\s%/);
      expect(report).toContain('at least');
    }
  });

  it('never calls an equally good green worse, and says what it waits for', async () => {
    await shiftTo('', '50', 100);
    users = sendUsers(awsConsole);
    const watched = await world.run(watch, fiveMinutes);
    await users.leave();
    expect(watched.error).toBeUndefined();
    expect(['CannotTell', 'NoWorse']).toContain(watched.outputs['Verdict']);
    expect(watched.log.join('\n')).toMatch(/Waiting: CloudWatch has \d of 5 minutes at 50 %, about \d minutes? to go/);
    const again = await world.run(watch, fiveMinutes);
    expect(again.log.join('\n')).not.toContain('Waiting');
  });

  it('finds no evidence where nobody sends requests, and does not call that good', async () => {
    await shiftTo('');
    const watched = await world.run(watch, fiveMinutes);
    expect(watched.outputs).toMatchObject({ Verdict: 'NoEvidence', RequestsGreen: '', ErrorsGreen: '' });
    expect(watched.outputs['Summary']).toContain('That does not mean that there were no errors.');
  });

  it('goes on without CloudWatch, and names the permission that it lacks', async () => {
    await shiftTo('');
    world.emulator.faults.add({ kind: 'access-denied', service: 'cloudwatch' });
    const watched = await world.run(watch, { 'EcsCanary.WatchMinutes': '0', 'EcsCanary.Alarms': 'p99' });
    expect(watched.error).toBeUndefined();
    expect(watched.outputs['Verdict']).toBe('NoEvidence');
    expect(watched.outputs['Summary']).toContain('cloudwatch:GetMetricData');
    expect(watched.outputs['Summary']).toContain('cloudwatch:DescribeAlarms');
    expect(watched.outputs['Summary']).toContain('| Healthy / running / desired | 2 / 2 / 2 | 2 / 2 / 2 |');
  });

  it('does not watch a green without traffic', async () => {
    await shiftTo('', '0');
    const watched = await world.run(watch, fiveMinutes);
    expect(watched.outputs['Summary']).toContain('Green gets no traffic, so there is nothing to compare.');
    expect(watched.calls).not.toContain('GetMetricData');
  });

  it('asks for all figures in one call of each look', async () => {
    await shiftTo('');
    const { calls } = await world.run(watch, { 'EcsCanary.WatchMinutes': '0' });
    const looks = calls.filter((call) => call === 'DescribeServices').length;
    expect(calls.filter((call) => call === 'GetMetricData')).toHaveLength(looks);
  });
});
