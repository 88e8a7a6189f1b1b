import { createCloudFormationService } from './cloudformation/service.ts';
import { createCloudWatchService } from './cloudwatch/service.ts';
import { createWorld } from './create-world.ts';
import { createEcsService } from './ecs/service.ts';
import { createElbService } from './elb/service.ts';
import { defaultOptions, type EmulatorOptions } from './options.ts';
import { createS3Service } from './s3/service.ts';
import { type Emulator, serveWorld } from './serve.ts';

export type { Emulator } from './serve.ts';

/** Starts an emulated AWS; rejects if the port is in use. */
export async function createEmulator(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const world = createWorld(
    { ...defaultOptions, ...options },
    {
      ecs: createEcsService,
      elb: createElbService,
      s3: createS3Service,
      cloudWatch: createCloudWatchService,
      cloudFormation: createCloudFormationService,
    },
  );
  return serveWorld(world);
}
