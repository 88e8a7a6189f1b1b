import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

describe('a canary in order', () => {
  let world: CanaryWorld;
  beforeAll(async () => {
    // AWS's own page size: the budgets of calls count pages.
    world = await openCanaryWorld({ pageSize: 100 });
  });
  afterAll(() => world.close());

  it('runs from the first deployment to a promotion', async () => {
    expect((await world.run(prepareBlue)).outputs).toMatchObject({ FirstDeployment: 'True' });
    const first = await world.run(deployStack, world.builtIn('1'));
    expect(first.error).toBeUndefined();
    expect(first.outputs).toMatchObject({ BlueWeight: '100', GreenWeight: '0', StableStack: 'Blue' });
    expect((await world.run(prepareBlue)).outputs).toMatchObject({ FirstDeployment: 'False' });
    expect((await world.run(deployStack, world.builtIn('2'))).error).toBeUndefined();
    const shift = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' });
    expect(shift.outputs).toMatchObject({ BlueWeight: '90', GreenWeight: '10' });
    expect(shift.calls.length).toBeLessThanOrEqual(15);
    const back = await world.run(rollback);
    expect(back.outputs).toMatchObject({ BlueWeight: '100', GreenWeight: '0' });
    expect(back.calls.indexOf('ModifyRule')).toBeLessThanOrEqual(3);
    expect((await world.run(promote)).outputs).toMatchObject({ StableStack: 'Green', GreenWeight: '100' });
  });
});
