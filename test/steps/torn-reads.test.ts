import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { deployStack } from '../../src/steps/deploy-stack/deploy-stack.ts';
import { prepareBlue } from '../../src/steps/prepare-blue/prepare-blue.ts';
import { wrapAws } from '../support/call-log.ts';
import { type CanaryConsole, openCanaryConsole } from '../support/canary-console.ts';
import { type CanaryWorld, openCanaryWorld } from '../support/canary-world.ts';

let world: CanaryWorld;
let awsConsole: CanaryConsole;

beforeAll(async () => {
  world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4, pageSize: 100 });
  awsConsole = openCanaryConsole(world.emulator);
});

afterAll(async () => {
  awsConsole.close();
  await world.close();
});

/** The stack's status arrives late, as when AWS throttles only that call; by then the operation is over. */
const lateStatus = (aws: Aws): Aws => {
  let submitted = false;
  return wrapAws(aws, async (call, carryOut) => {
    if (submitted && call.startsWith('cloudFormation.describeStack')) await awsConsole.settle();
    const answer = await carryOut();
    submitted ||= /^cloudFormation\.(create|update)Stack/.test(call);
    return answer;
  });
};

it('does not mistake the resources of a stack in progress for those of the finished stack while AWS throttles', async () => {
  const first = await world.run(deployStack, world.builtIn('1'), { between: lateStatus });
  expect(first.error).toBeUndefined();
  const second = await world.run(deployStack, world.builtIn('2'), { between: lateStatus });
  expect(second.error).toBeUndefined();
  await awsConsole.setWeights(0, 100);
  await awsConsole.tag('Green');
  const prepared = await world.run(prepareBlue, {}, { between: lateStatus });
  expect(prepared.error).toBeUndefined();
});
