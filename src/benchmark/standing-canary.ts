import type { Tag } from '@aws-sdk/client-ecs';
import type { Emulator } from '../emulator/emulator.ts';
import { describeService, physicalIds } from '../reliability/actual-state/actual-state.ts';
import { type Groups, type Weights, weightsIn } from '../reliability/actual-state/entry-points.ts';
import { listenerOf, listRules, readRule } from '../reliability/actual-state/rules.ts';

/** A canary that is put back before each run, so that every run finds the same. */
export interface StandingCanary {
  readonly stackName: string;
  readonly cluster: string;
  readonly serviceArn: string;
  readonly ruleArn: string;
  readonly listenerArn: string;
  readonly groups: Groups;
  /** The task definition that green runs now. */
  readonly greenVersion: () => string;
  readonly weights: () => Weights;
  /** Puts green's share in percent, and the tags and rules of the beginning. */
  readonly restore: (greenPercent: number) => Promise<void>;
  /** The same, with all of the traffic on blue and no deployment under way. */
  readonly restart: () => Promise<void>;
}

/** Reads the canary of a stack as it is in the beginning. */
export function readCanary({ world }: Emulator, stackName: string): StandingCanary {
  const ids = physicalIds(world, stackName);
  const { Service: serviceArn = '', ListenerRule: ruleArn = '' } = ids;
  const groups = { blue: ids['BlueTargetGroup'] ?? '', green: ids['GreenTargetGroup'] ?? '' };
  const cluster = serviceArn.split('/').at(-2) ?? '';
  const listenerArn = listenerOf(ruleArn);
  const service = () => describeService(world, cluster, serviceArn);
  const ruleArns = (): readonly string[] => listRules(world, listenerArn).map(({ RuleArn = '' }) => RuleArn);
  const [tags, rules] = [service()?.tags ?? [], ruleArns()];
  const restore = async (greenPercent: number, wanted: readonly Tag[]): Promise<void> => {
    const keys = (service()?.tags ?? []).map(({ key = '' }) => key);
    const tagKeys = keys.filter((key) => wanted.every((tag) => tag.key !== key));
    if (tagKeys.length > 0) await world.invoke('ecs', 'UntagResource', { resourceArn: serviceArn, tagKeys });
    await world.invoke('ecs', 'TagResource', { resourceArn: serviceArn, tags: wanted });
    for (const RuleArn of ruleArns().filter((arn) => !rules.includes(arn)))
      await world.invoke('elb', 'DeleteRule', { RuleArn });
    const TargetGroups = [
      { TargetGroupArn: groups.blue, Weight: 100 - greenPercent },
      { TargetGroupArn: groups.green, Weight: greenPercent },
    ];
    const Actions = [{ Type: 'forward', ForwardConfig: { TargetGroups } }];
    await world.invoke('elb', 'ModifyRule', { RuleArn: ruleArn, Actions });
  };
  return {
    ...{ stackName, cluster, serviceArn, ruleArn, listenerArn, groups },
    greenVersion: () => {
      const id = physicalIds(world, stackName)['GreenTaskSet']?.split('|').at(-1);
      return service()?.taskSets?.find((set) => set.id === id)?.taskDefinition ?? '';
    },
    weights: () => weightsIn(readRule(world, ruleArn).Actions, groups),
    restore: (greenPercent) => restore(greenPercent, tags),
    restart: () =>
      restore(
        0,
        tags.filter(({ key }) => key === 'StableStack'),
      ),
  };
}
