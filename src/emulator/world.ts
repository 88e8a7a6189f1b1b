import type { Invoke, Service } from './contract/service.ts';
import type { SharedWorld } from './contract/shared-world.ts';
import type { FindOperation } from './dispatch.ts';
import type { ElbService } from './elb/service.ts';
import type { Notes } from './notes.ts';
import type { EmulatorOptions } from './options.ts';
import type { ReadMemory } from './read-memory.ts';
import type { OnWrite } from './writes.ts';

/** An assembled emulated AWS; its services know only the parts that they are given. */
export interface World extends SharedWorld {
  readonly options: EmulatorOptions;
  readonly ecs: Service;
  readonly elb: ElbService;
  readonly cloudFormation: Service;
  readonly findOperation: FindOperation;
  readonly invoke: Invoke;
  readonly onWrite: OnWrite;
  readonly notes: Notes;
  /** The answers that reads got before the last write, for stale reads. */
  readonly reads: ReadMemory;
}
