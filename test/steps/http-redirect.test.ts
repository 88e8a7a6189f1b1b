import { expect, it } from 'vitest';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';
import { shiftTraffic } from '../../src/steps/shift-traffic.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

const secure = {
  'EcsCanary.ListenerPort': '443',
  'EcsCanary.CertificateArn': 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d',
};
const redirecting = { ...secure, 'EcsCanary.HttpRedirect': 'True' };

it('a stack moves from HTTP to HTTPS with a redirect in one update, and the redirect does not lead to green', async () => {
  const { deploy, world, awsConsole } = await open();
  try {
    await deploy('1', {});
    expect(await redirectOf(world, awsConsole)).toBeUndefined();
    await deploy('1', redirecting);
    expect(await redirectOf(world, awsConsole)).toEqual([301, 'https://127.0.0.1:443/a?b=c']);
    await deploy('2', redirecting);
    for (const percent of ['50', '100']) {
      const shifted = await world.run(shiftTraffic, { 'EcsCanary.GreenPercent': percent });
      expect([shifted.error, await awsConsole.weights()]).toEqual([
        undefined,
        { blue: 100 - +percent, green: +percent },
      ]);
    }
    expect((await world.run(rollback)).error).toBeUndefined();
    expect((await world.run(prepareBlue)).error).toBeUndefined();
  } finally {
    awsConsole.close();
    await world.close();
  }
});

it('the redirect is added and removed without changing anything else', async () => {
  const { deploy, world, awsConsole } = await open();
  try {
    await deploy('1', secure);
    const before = await awsConsole.resources();
    const rules = await awsConsole.rules();
    await deploy('1', redirecting);
    const { RedirectListener, ...others } = await awsConsole.resources();
    expect([others, await awsConsole.rules()]).toEqual([before, rules]);
    expect(world.emulator.listeners()).toHaveProperty([String(RedirectListener)]);
    await deploy('1', secure);
    expect([await awsConsole.resources(), await awsConsole.rules()]).toEqual([before, rules]);
    expect(world.emulator.listeners()).not.toHaveProperty([String(RedirectListener)]);
    expect((await awsConsole.ask()).version).toBe('1');
  } finally {
    awsConsole.close();
    await world.close();
  }
});

async function open() {
  const world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4 });
  const deploy = async (version: string, more: Readonly<Record<string, string>>): Promise<void> => {
    expect((await world.run(deployStack, world.builtIn(version, more))).error).toBeUndefined();
  };
  return { world, awsConsole: openCanaryConsole(world.emulator), deploy };
}

/** Status and target of the redirect for an HTTP request, once there is one. */
async function redirectOf({ emulator }: CanaryWorld, awsConsole: CanaryConsole) {
  const { RedirectListener } = await awsConsole.resources();
  if (RedirectListener === undefined) return undefined;
  const answer = await fetch(`${emulator.listeners()[RedirectListener]}/a?b=c`, { redirect: 'manual' });
  return [answer.status, answer.headers.get('location')];
}
