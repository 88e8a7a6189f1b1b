import type { ServiceName } from '../../emulator/contract/service.ts';
import type { World } from '../../emulator/world.ts';

/** The services that have a state to look at. */
type Described = Exclude<ServiceName, 's3' | 'cloudwatch'>;

/** Reads the current state of the emulated AWS, bypassing faults and the call log. */
export function readDirectly<Output>(world: World, service: Described, operation: string, input: object): Output {
  const read = operationsOf(world, service)[operation] as ((asked: object) => unknown) | undefined;
  if (!read) throw new TypeError(`the emulated ${service} has no operation ${operation}`);
  // Not cloned, for speed; callers only read the result.
  return read(input) as Output;
}

/** The table of a service's operations. */
function operationsOf(world: World, service: Described) {
  return { ecs: world.ecs, elb: world.elb, cloudformation: world.cloudFormation }[service].operations;
}
