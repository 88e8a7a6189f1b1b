import { readFileSync } from 'node:fs';
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { fitArns } from '../../src/rehearsal/own-template.ts';
import { deployOwnTemplate } from '../../src/steps/deploy-stack/deploy-own-template.ts';
import { askOnce, type CanaryConsole, openCanaryConsole, type UserAnswer } from './canary-console.ts';
import { type CanaryWorld, openCanaryWorld, type RunOptions, type StepRun } from './canary-world.ts';

/** A canary of an own template, with users at any of its listeners. */
export interface OwnCanary {
  readonly world: CanaryWorld;
  readonly awsConsole: CanaryConsole;
  /** Runs Deploy Own Template with that version of the template. */
  readonly deploy: (version: string, more?: Readonly<Record<string, string>>, options?: RunOptions) => Promise<StepRun>;
  /** The template with that version, adapted to the world. */
  readonly template: (version: string) => string;
  /** The weights of a rule, or of a listener's default action, by its logical id; blue first. */
  readonly weights: (logicalId: string) => Promise<readonly number[]>;
  readonly setWeights: (logicalId: string, blue: number, green: number) => Promise<void>;
  /** A request at a listener, by its logical id. */
  readonly ask: (listener: string, path?: string, headers?: Readonly<Record<string, string>>) => Promise<UserAnswer>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a very fast world for a template below `test/fixtures`, and deploys these versions.
 * @param edit changes the template's text before it is used
 */
export async function openOwnCanary(
  fixture: string,
  versions: readonly string[] = [],
  { edit = (text) => text, ...options }: Partial<EmulatorOptions> & { readonly edit?: (text: string) => string } = {},
): Promise<OwnCanary> {
  const world = await openCanaryWorld({ timeScale: 400, taskStartSeconds: 4, pageSize: 100, ...options }, ['default']);
  const awsConsole = openCanaryConsole(world.emulator);
  const text = edit(readFileSync(new URL(`../fixtures/${fixture}`, import.meta.url), 'utf8'));
  const template = (version: string) =>
    fitArns(text.replaceAll('#{Octopus.Release.Number}', version), world.scene).text;
  const ruleOf = (logicalId: string) => readRule(awsConsole, logicalId);
  const canary: OwnCanary = {
    ...{ world, awsConsole, template },
    deploy: (version, more = {}, run = {}) =>
      world.run(deployOwnTemplate, { 'EcsCanary.Template': template(version), ...more }, run),
    weights: async (logicalId) => {
      const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
      const groups = (await ruleOf(logicalId)).Actions?.at(-1)?.ForwardConfig?.TargetGroups ?? [];
      return [BlueTargetGroup, GreenTargetGroup].map(
        (arn) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? -1,
      );
    },
    setWeights: (logicalId, blue, green) => writeWeights(awsConsole, logicalId, blue, green),
    ask: async (listener, path = '/', headers = {}) => {
      const url = world.emulator.listeners()[(await awsConsole.resources())[listener] ?? ''];
      return askOnce(new URL(path, url), headers);
    },
    close: async () => {
      awsConsole.close();
      await world.close();
    },
  };
  for (const version of versions) expect((await canary.deploy(version)).error).toBeUndefined();
  return canary;
}

async function readRule({ elb, resources }: CanaryConsole, logicalId: string): Promise<Rule> {
  const arn = (await resources())[logicalId] ?? '';
  const asked = arn.includes(':listener-rule/') ? { RuleArns: [arn] } : { ListenerArn: arn };
  const { Rules = [] } = await elb.describeRules(asked);
  return Rules.find(({ RuleArn, IsDefault }) => RuleArn === arn || IsDefault) ?? {};
}

async function writeWeights(awsConsole: CanaryConsole, logicalId: string, blue: number, green: number): Promise<void> {
  const { BlueTargetGroup, GreenTargetGroup } = await awsConsole.outputs();
  const TargetGroups = [
    { TargetGroupArn: BlueTargetGroup, Weight: blue },
    { TargetGroupArn: GreenTargetGroup, Weight: green },
  ];
  const actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  const arn = (await awsConsole.resources())[logicalId] ?? '';
  if (arn.includes(':listener-rule/')) await awsConsole.elb.modifyRule({ RuleArn: arn, Actions: actions });
  else await awsConsole.elb.modifyListener({ ListenerArn: arn, DefaultActions: actions });
}
