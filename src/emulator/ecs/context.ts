import type { Scheduler } from './scheduler.ts';
import type { EcsState, EcsWorld } from './state.ts';

/** What every operation works with. */
export interface EcsContext {
  readonly world: EcsWorld;
  readonly state: EcsState;
  readonly scheduler: Scheduler;
}
