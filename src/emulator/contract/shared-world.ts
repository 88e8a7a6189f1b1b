import type { EmulatedClock } from './clock.ts';
import type { Network } from './network.ts';
import type { ServiceOptions } from './options.ts';

/** What every service of an emulated AWS works with, and shares with the others. */
export interface SharedWorld {
  readonly options: ServiceOptions;
  readonly clock: EmulatedClock;
  readonly network: Network;
  /** Next hexadecimal id of that length, unique in this world. */
  id(length: number): string;
}
