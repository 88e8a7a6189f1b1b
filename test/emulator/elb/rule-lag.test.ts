import { afterEach, expect, it, vi } from 'vitest';
import {
  createGroup,
  createListener,
  createLoadBalancer,
  createRule,
  createServedGroup,
  openScene,
  type Scene,
  untilHealthy,
  urlOf,
} from '../scene.ts';

const never = 1_000_000;

let scene: Scene;
let listener: string;

async function open(options: Parameters<typeof openScene>[0] = {}): Promise<void> {
  scene = await openScene(options);
  listener = await createListener(scene, await createLoadBalancer(scene));
}

afterEach(() => scene.close());

/** The bodies of that many answers, in order. */
async function answers(times: number, url = urlOf(scene, listener)): Promise<string[]> {
  const bodies: string[] = [];
  for (let asked = 0; asked < times; asked += 1) bodies.push(await (await fetch(url)).text());
  return bodies;
}

const saying = (MessageBody: string) => [
  { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200', MessageBody } },
];
const sayingRule = (text: string, Priority = 10) =>
  createRule(scene, listener, [], { Priority, Actions: saying(text) });
const elsewhere = [{ Field: 'path-pattern', Values: ['/elsewhere'] }];

/** Stops the emulated clock; returns a function that advances it by emulated milliseconds. */
function holdClock(): (milliseconds: number) => void {
  let held = scene.emulator.world.clock.now().getTime();
  vi.spyOn(scene.emulator.world.clock, 'now').mockImplementation(() => new Date(held));
  return (milliseconds) => {
    held += milliseconds;
  };
}

it('the second node follows a rule only once the lag has passed; the two nodes answer in turn', async () => {
  await open({ ruleLagSeconds: 60 });
  const advance = holdClock();
  await sayingRule('new');
  expect(await answers(5)).toEqual(['new', 'nobody here', 'new', 'nobody here', 'new']);
  const other = await createListener(scene, await createLoadBalancer(scene, 'other'));
  await scene.elb.modifyListener({ ListenerArn: other, DefaultActions: saying('other') });
  expect(await answers(3, urlOf(scene, other))).toEqual(['other', 'nobody here', 'other']);
  advance(59_999);
  expect(await answers(2)).toEqual(['nobody here', 'new']);
  advance(1);
  expect(await answers(4)).toEqual(['new', 'new', 'new', 'new']);
});

it('the second node follows every version of a rule, each with the same lag', async () => {
  await open({ ruleLagSeconds: 60 });
  const advance = holdClock();
  const RuleArn = await sayingRule('one');
  advance(20_000);
  await scene.elb.modifyRule({ RuleArn, Actions: saying('two') });
  advance(20_000);
  await scene.elb.modifyRule({ RuleArn, Actions: saying('three') });
  expect(await answers(2)).toEqual(['three', 'nobody here']);
  for (const late of ['one', 'two', 'three']) {
    advance(20_000);
    expect(await answers(2)).toEqual(['three', late]);
  }
});

it.each([
  ['CreateRule', () => sayingRule('created', 5), 'created'],
  ['ModifyRule of actions', (RuleArn: string) => scene.elb.modifyRule({ RuleArn, Actions: saying('b') }), 'b'],
  ['ModifyRule of conditions', (RuleArn) => scene.elb.modifyRule({ RuleArn, Conditions: elsewhere }), 'second'],
  ['DeleteRule', (RuleArn) => scene.elb.deleteRule({ RuleArn }), 'second'],
  [
    'SetRulePriorities',
    (RuleArn) => scene.elb.setRulePriorities({ RulePriorities: [{ RuleArn, Priority: 30 }] }),
    'second',
  ],
] satisfies [string, (rule: string) => Promise<unknown>, string][])('%s lags', async (_operation, change, newest) => {
  await open();
  const rule = await sayingRule('first');
  await sayingRule('second', 20);
  scene.emulator.setRuleLag(never);
  await change(rule);
  expect(await answers(4)).toEqual([newest, 'first', newest, 'first']);
  scene.emulator.setRuleLag(0);
  expect(await answers(2)).toEqual([newest, newest]);
});

it('ModifyListener lags in its default actions, and the control plane shows the newest at once', async () => {
  await open({ ruleLagSeconds: never });
  await scene.elb.modifyListener({ ListenerArn: listener, DefaultActions: saying('new default') });
  await sayingRule('elsewhere').then((RuleArn) => scene.elb.modifyRule({ RuleArn, Conditions: elsewhere }));
  expect(await answers(2)).toEqual(['new default', 'nobody here']);
  const shown = await scene.elb.describeListeners({ ListenerArns: [listener] });
  expect(shown.Listeners?.[0]?.DefaultActions).toEqual(saying('new default'));
  const { Rules } = await scene.elb.describeRules({ ListenerArn: listener });
  expect(Rules?.map(({ Actions }) => Actions)).toEqual([saying('elsewhere'), saying('new default')]);
});

const split = (blue: string, green: string, weights: readonly [number, number]) => [
  { TargetGroupArn: blue, Weight: weights[0] },
  { TargetGroupArn: green, Weight: weights[1] },
];

async function serveBlueAndGreen(weights: readonly [number, number]) {
  const [blue, green] = [await createServedGroup(scene, 'blue'), await createServedGroup(scene, 'green')];
  const rule = await createRule(scene, listener, split(blue, green, weights));
  await untilHealthy(scene, blue, green);
  return { blue, green, rule };
}

it('splits are exact on each node, and only one node splits while nothing lags', async () => {
  await open();
  const { blue, green, rule } = await serveBlueAndGreen([3, 1]);
  expect((await answers(4)).sort()).toEqual(['blue', 'blue', 'blue', 'green']);
  scene.emulator.setRuleLag(never);
  const both = await answers(8);
  const nodes = (seen: string[]) =>
    [0, 1].map((node) =>
      seen
        .filter((_, index) => index % 2 === node)
        .sort()
        .join(' '),
    );
  expect(nodes(both)).toEqual(['blue blue blue green', 'blue blue blue green']);
  await scene.elb.modifyRule({
    RuleArn: rule,
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: split(blue, green, [1, 3]) } }],
  });
  expect(nodes(await answers(8))).toEqual(['blue green green green', 'blue blue blue green']);
  scene.emulator.setRuleLag(0);
  expect((await answers(4)).sort()).toEqual(['blue', 'green', 'green', 'green']);
});

it('targets are added and removed on both nodes at once', async () => {
  await open();
  const { blue, green, rule } = await serveBlueAndGreen([1, 0]);
  scene.emulator.setRuleLag(never);
  await scene.elb.modifyRule({
    RuleArn: rule,
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: split(blue, green, [0, 1]) } }],
  });
  expect(await answers(2)).toEqual(['green', 'blue']);
  const fresh = await scene.startTask('v2', (_request, response) => response.end('fresh'));
  await scene.elb.registerTargets({ TargetGroupArn: blue, Targets: [{ Id: fresh, Port: 80 }] });
  await untilHealthy(scene, blue);
  expect((await answers(4)).filter((_, index) => index % 2 === 1).sort()).toEqual(['blue', 'fresh']);
  const { TargetHealthDescriptions } = await scene.elb.describeTargetHealth({ TargetGroupArn: blue });
  const Targets = (TargetHealthDescriptions ?? []).flatMap(({ Target }) => Target ?? []);
  await scene.elb.deregisterTargets({ TargetGroupArn: blue, Targets });
  const [first, second] = await answers(2);
  expect(first).toBe('green');
  expect(second).toContain('503');
});

it('a deleted rule still answers, under its own ARN, as long as the second node follows it', async () => {
  await open();
  const RuleArn = await sayingRule('old');
  scene.emulator.setRuleLag(never);
  await scene.elb.deleteRule({ RuleArn });
  expect(await answers(2)).toEqual(['nobody here', 'old']);
  expect(scene.emulator.traffic().map(({ ruleArn }) => ruleArn === RuleArn)).toEqual([false, true]);
});

it('setRuleLag: both nodes follow earlier changes, and keep following them with a longer lag', async () => {
  await open();
  const advance = holdClock();
  const RuleArn = await sayingRule('one');
  scene.emulator.setRuleLag(60);
  expect(await answers(2)).toEqual(['one', 'one']);
  await scene.elb.modifyRule({ RuleArn, Actions: saying('two') });
  advance(60_000);
  scene.emulator.setRuleLag(never);
  expect(await answers(2)).toEqual(['two', 'two']);
  await scene.elb.modifyRule({ RuleArn, Actions: saying('three') });
  advance(30_000);
  expect(await answers(2)).toEqual(['three', 'two']);
  scene.emulator.setRuleLag(31);
  expect(await answers(2)).toEqual(['three', 'two']);
  scene.emulator.setRuleLag(30);
  expect(await answers(2)).toEqual(['three', 'three']);
});

it('the first node is the first to answer whenever rules begin to lag again', async () => {
  await open();
  const RuleArn = await sayingRule('one');
  scene.emulator.setRuleLag(never);
  expect(await answers(1)).toEqual(['one']);
  scene.emulator.setRuleLag(0);
  expect(await answers(2)).toEqual(['one', 'one']);
  scene.emulator.setRuleLag(never);
  await scene.elb.modifyRule({ RuleArn, Actions: saying('two') });
  expect(await answers(2)).toEqual(['two', 'one']);
});

it('a deleted listener takes its rules with it, and the next one starts with its own', async () => {
  await open({ ruleLagSeconds: never });
  const group = await createGroup(scene, 'blue');
  const rule = await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await scene.elb.deleteListener({ ListenerArn: listener });
  await expect(scene.elb.describeRules({ RuleArns: [rule] })).rejects.toMatchObject({ name: 'RuleNotFoundException' });
  await scene.elb.deleteTargetGroup({ TargetGroupArn: group });
  listener = await createListener(scene, await createLoadBalancer(scene));
  expect(await answers(2)).toEqual(['nobody here', 'nobody here']);
});
