import { expect, it } from 'vitest';
import { addTestRule } from '../../src/steps/add-test-rule/add-test-rule.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { promote } from '../../src/steps/promote.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { openCanaryWorld } from '../support/canary-world.ts';

const [partition, region, suffix] = ['aws-cn', 'cn-north-1', 'elb.amazonaws.com.cn'];

it('a whole canary runs in another partition', async () => {
  const world = await openCanaryWorld({ partition, region });
  try {
    const own = (service: string, resource: string): string =>
      `arn:${partition}:${service}:${service === 'iam' ? '' : region}:123456789012:${resource}`;
    const parameters = {
      'EcsCanary.Cluster': world.scene.clusterArn,
      'EcsCanary.ExecutionRoleArn': own('iam', 'role/execution'),
      'EcsCanary.TaskRoleArn': own('iam', 'role/task'),
      'EcsCanary.Secrets': `PASSWORD=${own('secretsmanager', 'secret:shop-a1b2c3')}\nTOKEN=${own('ssm', 'parameter/shop')}`,
      'EcsCanary.CertificateArn': own('acm', 'certificate/1'),
      'EcsCanary.ListenerPort': '443',
    };
    const first = await world.run(deployStack, world.builtIn('1', parameters));
    expect(first.error).toBeUndefined();
    expect(first.outputs['AwsOutputs[Service]']).toMatch(`arn:${partition}:ecs:${region}:`);
    const rule = { 'EcsCanary.Parts': `ListenerRule=${first.outputs['AwsOutputs[ListenerRule]']}` };
    expect((await world.run(prepareBlue, rule)).error).toBeUndefined();
    expect((await world.run(deployStack, world.builtIn('2', parameters))).error).toBeUndefined();
    expect((await world.run(addTestRule)).outputs['TestUrl']).toContain(`.${region}.${suffix}/`);
    expect((await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': '10' })).outputs['GreenWeight']).toBe('10');
    expect((await world.run(rollback)).outputs['GreenWeight']).toBe('0');
    expect((await world.run(promote)).outputs['GreenWeight']).toBe('100');
    const asked = JSON.stringify(world.emulator.calls().map(({ input }) => input));
    expect(asked).toContain(`arn:${partition}:`);
    expect(asked).not.toContain('arn:aws:');
  } finally {
    await world.close();
  }
});
