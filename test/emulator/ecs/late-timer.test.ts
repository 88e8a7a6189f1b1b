import { expect, it } from 'vitest';
import { createClock } from '../../../src/emulator/contract/clock.ts';
import { createFakeWorld } from './fake-world.ts';
import { createSet, listTasks, setScene, untilSteady } from './scene.ts';

it('a task that runs never falls back to PENDING, however late a busy machine fires a timer', async () => {
  const clock = createClock(100);
  // The timer for PENDING takes longer than the one for RUNNING should.
  const late = (seconds: number): number => (seconds === 1 ? 3 : seconds);
  const world = createFakeWorld(
    { taskStartSeconds: 2 },
    { ...clock, after: (seconds, callback) => clock.after(late(seconds), callback) },
  );
  await setScene(world);
  await untilSteady(world, await createSet(world));
  // Longer than the late timer of a second task could still be pending.
  await clock.sleep(10);
  expect((await listTasks(world)).map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING']);
  await world.close();
});
