import type { EmulatedClock } from './clock.ts';
import type { Network } from './network.ts';
import type { ServiceOptions } from './options.ts';

/** What all services of an emulated AWS share. */
export interface SharedWorld {
  readonly options: ServiceOptions;
  readonly clock: EmulatedClock;
  readonly network: Network;
  /** The next hexadecimal id of that length, unique in this world. */
  id(length: number): string;
  /** Tells the observers what the emulator does differently from AWS; the same note only once. */
  note(text: string): void;
}
