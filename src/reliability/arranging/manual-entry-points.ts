import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ActualCanary } from '../actual-state/actual-state.ts';
import { listenerOf, listRules, readRule } from '../actual-state/rules.ts';
import { plainSetting } from '../cases/setting.ts';
import type { StartingState } from '../cases/starting-state.ts';
import { ruleActions } from '../world/neighbours.ts';
import type { FaultWorld } from '../world/world.ts';

/** Creates a state's additional entry points, without traffic for green, and names them to every step. */
export async function makeEntryPoints(
  world: FaultWorld,
  canary: ActualCanary,
  { entryPoints = [], lagSeconds = 0, parameters = {}, behaviour }: StartingState,
): Promise<void> {
  const made: string[] = [];
  for (const { kind } of entryPoints)
    made.push(kind === 'rule' ? await makeRule(world, canary) : await makeListener(world, canary));
  world.setting = {
    ...plainSetting,
    ...{ entryPoints: made, lagSeconds, parameters, greenFails: behaviour !== undefined },
    named: made.map((arn) => (isDefault(world, arn) ? listenerOf(arn) : arn)),
    urls: made.map((arn) => `${urlOf(world, arn)}${isDefault(world, arn) ? '/' : '/api/orders'}`),
  };
}

/** Creates a rule through which ordinary users reach only blue. */
export async function makeBlueRule(world: FaultWorld, { blue }: ActualCanary): Promise<void> {
  const arn = await createRule(world, 4, '/legacy/*', [{ Type: 'forward', TargetGroupArn: blue.group }]);
  const { setting } = world;
  const urls = [...setting.urls, `${urlOf(world, arn)}/legacy/orders`];
  world.setting = { ...setting, blueRules: [...setting.blueRules, arn], urls };
}

/** Removes what was created for an earlier case. */
export async function removeManualEntryPoints(world: FaultWorld): Promise<void> {
  const { entryPoints, blueRules } = world.setting;
  const made = [...entryPoints, ...blueRules];
  const listeners = made.filter((arn) => isDefault(world, arn));
  world.setting = plainSetting;
  for (const arn of made)
    if (listeners.includes(arn)) await invoke(world, 'DeleteListener', { ListenerArn: listenerOf(arn) });
    else await invoke(world, 'DeleteRule', { RuleArn: arn });
}

/** Writes an entry point's actions. */
export async function writeEntryPoint(world: FaultWorld, ruleArn: string, Actions: Rule['Actions']): Promise<void> {
  if (isDefault(world, ruleArn))
    await invoke(world, 'ModifyListener', { ListenerArn: listenerOf(ruleArn), DefaultActions: Actions });
  else await invoke(world, 'ModifyRule', { RuleArn: ruleArn, Actions });
}

/** The ports of manual listeners; a case has at most one. */
const port = 8081;

async function makeListener(world: FaultWorld, canary: ActualCanary): Promise<string> {
  const { Listeners } = await invoke<{ Listeners: readonly { ListenerArn: string }[] }>(world, 'CreateListener', {
    LoadBalancerArn: world.scene.loadBalancerArn,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: blueActions(canary),
    Tags: tags,
  });
  const rules = listRules(world.emulator.world, Listeners[0]?.ListenerArn ?? '');
  return rules.find(({ IsDefault }) => IsDefault)?.RuleArn ?? '';
}

function makeRule(world: FaultWorld, canary: ActualCanary): Promise<string> {
  return createRule(world, 8, '/api/*', blueActions(canary));
}

function blueActions({ blue, green }: ActualCanary): Rule['Actions'] {
  return ruleActions([
    { arn: blue.group, weight: 100 },
    { arn: green.group, weight: 0 },
  ]);
}

const tags = [{ Key: 'team', Value: 'shop' }];

async function createRule(
  world: FaultWorld,
  Priority: number,
  path: string,
  Actions: Rule['Actions'],
): Promise<string> {
  const { Rules } = await invoke<{ Rules: readonly Rule[] }>(world, 'CreateRule', {
    ListenerArn: world.neighbourhood.listenerArn,
    Conditions: [{ Field: 'path-pattern', Values: [path] }],
    ...{ Priority, Actions, Tags: tags },
  });
  return Rules[0]?.RuleArn ?? '';
}

function isDefault({ emulator }: FaultWorld, ruleArn: string): boolean {
  return readRule(emulator.world, ruleArn).IsDefault === true;
}

function urlOf({ emulator }: FaultWorld, ruleArn: string): string {
  return emulator.listeners()[listenerOf(ruleArn)] ?? '';
}

function invoke<Output = unknown>({ emulator }: FaultWorld, operation: string, input: object): Promise<Output> {
  return emulator.world.invoke<Output>('elb', operation, input);
}
