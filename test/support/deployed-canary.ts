import { expect } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { type CanaryConsole, openCanaryConsole } from './canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from './canary-world.ts';

/** A very fast world with a canary: version 1 has all of the traffic on blue, version 2 waits on green. */
export async function openDeployedCanary(
  options: Partial<EmulatorOptions> = {},
): Promise<{ readonly world: CanaryWorld; readonly awsConsole: CanaryConsole }> {
  const world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4, ...options });
  for (const version of ['1', '2'])
    expect((await world.run(deployStack, world.builtIn(version))).error).toBeUndefined();
  return { world, awsConsole: openCanaryConsole(world.emulator) };
}
