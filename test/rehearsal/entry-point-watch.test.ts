import { expect, it } from 'vitest';
import { watchEntryPoints } from '../../src/rehearsal/entry-point-watch.ts';
import { sampleListener, sampleTraffic, toBlue, toBoth, toGreen } from './stack-traffic-samples.ts';

const pages = sampleListener(80, [{ paths: ['/*'] }]);
const internal = sampleListener(8080, [], { last: toBoth });
const testers = sampleListener(9001, [], { last: toGreen });
const { urls } = sampleTraffic(pages, internal, testers);

/** A stack that changes, whose every rule has had a request. */
function watch(parameters: Readonly<Record<string, string>> = {}) {
  const stack = { traffic: sampleTraffic(pages).traffic };
  const traffic = [pages, internal, testers].flatMap(({ arn, rules }) =>
    rules.map((rule, time) => ({ time, listenerArn: arn, ruleArn: rule.arn, taskDefinitionArn: 'app:1', status: 200 })),
  );
  const emulator = { listeners: () => urls, traffic: () => traffic };
  return { stack, entryPoints: watchEntryPoints(emulator, async () => stack.traffic, parameters) };
}

it('a deleted stack keeps its last entry points', async () => {
  const { stack, entryPoints } = watch();
  const found = await entryPoints.findEntryPoints();
  stack.traffic = sampleTraffic().traffic;
  expect(await entryPoints.findEntryPoints()).toEqual(found);
});

it('a stack without an entry point is an error, because users would not see the canary', async () => {
  const { stack, entryPoints } = watch();
  stack.traffic = sampleTraffic().traffic;
  await expect(entryPoints.findEntryPoints()).rejects.toThrow('No user can reach blue or green');
});

it('served requests are reported by rule once there are several, including past rules', async () => {
  const { stack, entryPoints } = watch({ 'EcsCanary.Parts': 'TestListener=Listener9001' });
  expect(await entryPoints.served()).toEqual([{ time: 0, taskDefinitionArn: 'app:1', entryPoint: undefined }]);
  stack.traffic = sampleTraffic(internal, testers).traffic;
  expect((await entryPoints.served()).map(({ entryPoint }) => entryPoint)).toEqual([
    'HTTP:80 /*',
    'HTTP:8080 (default)',
  ]);
});

it('requests of users who are kept on blue are reported as such', async () => {
  const { stack, entryPoints } = watch({ 'EcsCanary.RulesOnBlue': 'Keep' });
  const legacy = sampleListener(8080, [], { last: toBlue });
  stack.traffic = sampleTraffic(pages, legacy).traffic;
  expect((await entryPoints.served()).map(({ entryPoint, isKept }) => [entryPoint, isKept])).toEqual([
    ['HTTP:80 /*', undefined],
    ['HTTP:8080 (default)', true],
  ]);
});

it('requests that a cookie bound are left out, because the weights did not send them', async () => {
  const [rule] = pages.rules;
  const request = {
    time: 1,
    listenerArn: pages.arn,
    ruleArn: rule?.arn ?? '',
    taskDefinitionArn: 'app:2',
    status: 200,
  };
  const traffic = () => [{ ...request, isBound: true as const }, request];
  const watching = watchEntryPoints({ listeners: () => urls, traffic }, async () => sampleTraffic(pages).traffic);
  expect(await watching.served()).toHaveLength(1);
});
