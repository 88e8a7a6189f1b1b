import { createHurriedClock } from './accelerated-clock.ts';
import { reach, type StepPlace } from './connection.ts';
import { carryOut, type StepOrder } from './step-order.ts';

/** What a step's process is told to do; it does it once. */
export interface StepTask {
  readonly order: StepOrder;
  readonly place: StepPlace;
}

process.once('message', async ({ order, place }: StepTask) => {
  const outcome = await carryOut(order, reach(place), createHurriedClock(place.hurry));
  process.send?.(outcome, () => process.disconnect());
});
