import { expect, test } from 'vitest';
import { watchDoors } from '../../src/rehearsal/entry-point-watch.ts';
import { sampleListener, sampleTraffic, toBoth, toGreen } from './stack-traffic-samples.ts';

const pages = sampleListener(80, [{ paths: ['/*'] }]);
const internal = sampleListener(8080, [], { last: toBoth });
const testers = sampleListener(9001, [], { last: toGreen });
const { urls } = sampleTraffic(pages, internal, testers);

/** A stack that changes, whose every rule has had a request. */
function watch(testListeners?: string) {
  const stack = { traffic: sampleTraffic(pages).traffic };
  const traffic = [pages, internal, testers].flatMap(({ arn, rules }) =>
    rules.map((rule, time) => ({ time, listenerArn: arn, ruleArn: rule.arn, taskDefinitionArn: 'app:1', status: 200 })),
  );
  const emulator = { listeners: () => urls, traffic: () => traffic };
  return { stack, doors: watchDoors(emulator, async () => stack.traffic, testListeners) };
}

test('a stack that is gone keeps the doors that it had', async () => {
  const { stack, doors } = watch();
  const found = await doors.findDoors();
  stack.traffic = sampleTraffic().traffic;
  expect(await doors.findDoors()).toEqual(found);
});

test('a stack without a door is an error, as users would see nothing of the canary', async () => {
  const { stack, doors } = watch();
  stack.traffic = sampleTraffic().traffic;
  await expect(doors.findDoors()).rejects.toThrow('No user can reach blue or green');
});

test('what users were served is told by rule, once there are several, those of earlier on included', async () => {
  const { stack, doors } = watch('Listener9001');
  expect(await doors.served()).toEqual([{ time: 0, taskDefinitionArn: 'app:1', door: undefined }]);
  stack.traffic = sampleTraffic(internal, testers).traffic;
  expect((await doors.served()).map(({ door }) => door)).toEqual(['HTTP:80 /*', 'HTTP:8080 (default)']);
});
