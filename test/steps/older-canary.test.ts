import { expect, it } from 'vitest';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { watch } from '../../src/steps/watch/watch.ts';
import { openDeployedCanary } from '../support/deployed-canary.ts';

/** What 0.3.0 already wrote. */
const formerTags = ['StableStack', 'EcsCanaryTakenBy', 'EcsCanaryGreenIdleSince'];

it('the runbooks of this version look after a canary that steps of 0.3.0 opened, and end it', async () => {
  const { world, awsConsole } = await openDeployedCanary();
  try {
    expect((await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).error).toBeUndefined();
    const { serviceArn: resourceArn } = await awsConsole.service();
    const { tags = [] } = await awsConsole.ecs.listTagsForResource({ resourceArn });
    const tagKeys = tags.flatMap(({ key = '' }) => (formerTags.includes(key) ? [] : [key]));
    expect(tagKeys).toContain('EcsCanaryShares');
    await awsConsole.ecs.untagResource({ resourceArn, tagKeys });
    const runbook = { deployment: 'RunbookRuns-1' };
    const guard = { 'EcsCanary.WatchMinutes': '0', 'EcsCanary.WhenWorse': 'Retreat' };
    expect((await world.run(watch, guard, runbook)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 90, green: 10 });
    expect((await world.run(rollback, {}, runbook)).error).toBeUndefined();
    expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
    expect(await awsConsole.readTag()).toBe('Blue');
  } finally {
    awsConsole.close();
    await world.close();
  }
});
