import type { Listener, Rule, TagDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../emulator/world.ts';
import { readDirectly } from './direct-read.ts';

export const testRuleTag = 'octopus-ecs-canary:test-rule';

/** Reads a rule; the rule of a listener's default action has an ARN too. */
export function readRule(world: World, arn: string): Rule {
  return readDirectly<{ Rules: readonly Rule[] }>(world, 'elb', 'DescribeRules', { RuleArns: [arn] }).Rules[0] ?? {};
}

/** All of a listener's rules, including that of its default action. */
export function listRules(world: World, ListenerArn: string): readonly Rule[] {
  return readDirectly<{ Rules: readonly Rule[] }>(world, 'elb', 'DescribeRules', { ListenerArn }).Rules;
}

/** Tags of load-balancing resources, by ARN. */
export function readTags(world: World, ResourceArns: readonly string[]) {
  const { TagDescriptions } = readDirectly<{ TagDescriptions: readonly TagDescription[] }>(
    world,
    'elb',
    'DescribeTags',
    {
      ResourceArns,
    },
  );
  return new Map(TagDescriptions.map(({ ResourceArn = '', Tags = [] }) => [ResourceArn, Tags]));
}

/** Reads a listener. */
export function readListener(world: World, arn: string): Listener | undefined {
  return readDirectly<{ Listeners: readonly Listener[] }>(world, 'elb', 'DescribeListeners', { ListenerArns: [arn] })
    .Listeners[0];
}

/** ARNs of a listener's rules with our tag. */
export function findTestRules(world: World, listenerArn: string): readonly string[] {
  const arns = listRules(world, listenerArn).map(({ RuleArn = '' }) => RuleArn);
  const tags = readTags(world, arns);
  return arns.filter((arn) => tags.get(arn)?.some(({ Key }) => Key === testRuleTag));
}

/**
 * The listener that a rule belongs to, by their ARNs. It repeats the product's `listenerArnOf` on purpose: the
 * judging code shares nothing with the steps, or it would share their mistakes.
 */
export function listenerOf(ruleArn: string): string {
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}
