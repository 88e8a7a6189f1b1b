import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Aws } from '../../../src/aws/aws.ts';
import { parseCase } from '../../../src/reliability/cases/case.ts';
import { type Bench, openBench } from '../../../src/reliability/running/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench(1);
});
afterAll(() => bench.close());

it.each<[string, RegExp, string, (aws: Aws) => Aws]>([
  ['that writes a tag', /^I5: Watch called TagResource, but it changes nothing/, 'watch-once', tagAtEachLook],
  [
    'that sees an alarm where none is in ALARM',
    /^I6: Watch called an equally good green worse/,
    'watch-minute',
    seeEveryAlarmRing,
  ],
])('a faulty watch is found: one %s', async (_which, violation, stepUse, mutation) => {
  const testCase = parseCase(`${stepUse} from tenth: none, then retry`);
  if (!testCase) throw new Error('This is no case.');
  const { violations } = await bench.run(testCase, undefined, mutation);
  expect(violations).toContainEqual(expect.stringMatching(violation));
});

/** What is to be written is already there. */
function tagAtEachLook(aws: Aws): Aws {
  const describeService: Aws['ecs']['describeService'] = async (cluster, arn) => {
    await aws.ecs.tagStable(arn, 'Blue');
    return aws.ecs.describeService(cluster, arn);
  };
  return { ...aws, ecs: { ...aws.ecs, describeService } };
}

/** Since long after green got traffic. */
function seeEveryAlarmRing(aws: Aws): Aws {
  const listAlarms = async (names: readonly string[]) =>
    names.map((name) => ({ name, state: 'ALARM', since: new Date('2099-01-01'), reason: '' }));
  return { ...aws, ...(aws.cloudWatch && { cloudWatch: { ...aws.cloudWatch, listAlarms } }) };
}
