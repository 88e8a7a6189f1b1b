import { createCloudFormationService } from './cloudformation/service.ts';
import { createWorld } from './create-world.ts';
import { createEcsService } from './ecs/service.ts';
import { createElbService } from './elb/service.ts';
import { defaultOptions, type EmulatorOptions } from './options.ts';
import { type Emulator, serveWorld } from './serve.ts';

export type { Emulator } from './serve.ts';

/** Starts an emulated AWS; rejects if the port is in use. */
export async function createEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const world = createWorld(
    { ...defaultOptions, ...options },
    { ecs: createEcsService, elb: createElbService, cloudFormation: createCloudFormationService },
  );
  return serveWorld(world);
}
