import type { CloudFormationWorld } from './cloudformation/state.ts';
import type { CloudWatchWorld } from './cloudwatch/state.ts';
import { createClock } from './contract/clock.ts';
import { createNetwork } from './contract/network.ts';
import type { Invoke, Service, StandInKind } from './contract/service.ts';
import type { SharedWorld } from './contract/shared-world.ts';
import { createDispatch } from './dispatch.ts';
import type { EcsWorld } from './ecs/state.ts';
import type { ElbService } from './elb/service.ts';
import { createNotes } from './notes.ts';
import type { EmulatorOptions } from './options.ts';
import { createReadMemory } from './read-memory.ts';
import type { World } from './world.ts';
import { createWriteEvents } from './writes.ts';

/** Creates the services of a world, each from the parts of the world that it may know. */
export interface ServiceFactories {
  readonly elb: (world: SharedWorld) => ElbService;
  readonly ecs: (world: EcsWorld) => Service;
  readonly s3: (world: SharedWorld) => Service;
  readonly cloudWatch: (world: CloudWatchWorld) => Service;
  readonly cloudFormation: (world: CloudFormationWorld) => Service;
}

/** Assembles an emulated AWS. */
export function createWorld(options: EmulatorOptions, factories: ServiceFactories): World {
  const notes = createNotes();
  const shared = {
    options,
    clock: createClock(options.timeScale),
    network: createNetwork(),
    id: createIds(),
    note: notes.note,
  };
  const reads = createReadMemory();
  const { tell, onWrite } = createWriteEvents();
  onWrite(reads.noteWrite);
  // Cloned both ways, as over the network, so that no service shares another's state.
  const invoke: Invoke = async (service, operation, input, caller) =>
    structuredClone(await findOperation(service, operation).run(structuredClone(input), caller)) as never;
  const elb = factories.elb(shared);
  const ecs = factories.ecs({ ...shared, elb });
  const s3 = factories.s3(shared);
  const cloudwatch = factories.cloudWatch({ ...shared, metrics: elb });
  const standIn = (kind: StandInKind, name: string, given?: string): string =>
    elb.standIn?.(kind, name, given) ?? ecs.standIn?.(kind, name, given) ?? name;
  const cloudFormation = factories.cloudFormation({ ...shared, invoke, standIn });
  const findOperation = createDispatch(
    { ecs, elb, s3, cloudformation: cloudFormation, cloudwatch },
    options.authorize,
    (write) => tell({ time: shared.clock.now().getTime(), ...write }),
  );
  return { ...shared, ecs, elb, cloudFormation, findOperation, invoke, onWrite, reads, notes };
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
