import { requireAuthorization } from './authorization.ts';
import type { CloudFormationService } from './cloudformation/service.ts';
import { createClock } from './contract/clock.ts';
import { createNetwork } from './contract/network.ts';
import type { EcsService } from './ecs/service.ts';
import type { ElbService } from './elb/service.ts';
import type { EmulatorOptions } from './options.ts';
import { findOperation } from './protocol/find-operation.ts';
import { checkRequiredMembers } from './protocol/required-members.ts';
import { createReadMemory, isRead } from './read-memory.ts';
import type { World } from './world.ts';

/** How the services of a world are made; each gets the world before its siblings are in it. */
export interface ServiceFactories {
  readonly ecs: (world: World) => EcsService;
  readonly elb: (world: World) => ElbService;
  readonly cloudFormation: (world: World) => CloudFormationService;
}

export function createWorld(options: EmulatorOptions, factories: ServiceFactories): World {
  const world = {
    options,
    clock: createClock(options.timeScale),
    network: createNetwork(),
    reads: createReadMemory(),
    id: createIds(),
  } as { -readonly [Key in keyof World]: World[Key] };
  // Cloned both ways, as the wire would, so that no service holds another's state.
  world.invoke = async (service, operation, input, caller) => {
    const { schema, run } = findOperation(world, service, operation);
    const copy = structuredClone(input);
    if (caller) await requireAuthorization(options.authorize, { service, operation, input: copy, caller });
    checkRequiredMembers(service, schema.input, copy);
    const output = structuredClone(await run(copy));
    if (!isRead(operation)) world.reads.noteWrite();
    return output as never;
  };
  world.ecs = factories.ecs(world);
  world.elb = factories.elb(world);
  world.cloudFormation = factories.cloudFormation(world);
  return world;
}

// Multiplying by an odd number spreads consecutive ids over all digits and never repeats one.
function createIds(): (length: number) => string {
  let created = 0n;
  return (length) => {
    created += 1n;
    const space = 16n ** BigInt(length);
    return ((created * 0x9e3779b97f4a7c15f39cc0605cedc835n) % space).toString(16).padStart(length, '0');
  };
}
