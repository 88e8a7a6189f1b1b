import { createAcceleratedClock } from './accelerated-clock.ts';
import { connectToEmulator, type EmulatorConnection } from './connection.ts';
import { executeOrder, type StepOrder } from './step-order.ts';

/** The single task of a step's process. */
export interface StepTask {
  readonly order: StepOrder;
  readonly connection: EmulatorConnection;
}

process.once('message', async ({ order, connection }: StepTask) => {
  const outcome = await executeOrder(
    order,
    connectToEmulator(connection),
    createAcceleratedClock(connection.clockSpeed),
  );
  process.send?.(outcome, () => process.disconnect());
});
