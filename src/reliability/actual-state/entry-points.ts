import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { World } from '../../emulator/world.ts';
import { listenerOf, readListener, readRule } from './rules.ts';

/** The actual state of a production rule, or of a default action that splits users. */
export interface ActualEntryPoint {
  readonly ruleArn: string;
  /** Its name in violations, for example `the rule 10`. */
  readonly name: string;
  readonly isDefault: boolean;
  readonly weights: Weights;
}

/** Weights of the two colours. */
export interface Weights {
  readonly blue: number;
  readonly green: number;
}

/** The target groups of the two colours. */
export interface Groups {
  readonly blue: string;
  readonly green: string;
}

/** Reads the entry points with these rules. */
export function readEntryPoints(
  world: World,
  ruleArns: readonly string[],
  groups: Groups,
): readonly ActualEntryPoint[] {
  return ruleArns.map((ruleArn) => {
    const { Actions, IsDefault = false } = readRule(world, ruleArn);
    return { ruleArn, name: nameEntryPoint(world, ruleArn), isDefault: IsDefault, weights: weightsIn(Actions, groups) };
  });
}

/** Names a rule by its priority, a default action by its listener's port. */
export function nameEntryPoint(world: World, ruleArn: string): string {
  const { Priority, IsDefault } = readRule(world, ruleArn);
  return IsDefault
    ? `the default action at port ${readListener(world, listenerOf(ruleArn))?.Port}`
    : `the rule ${Priority}`;
}

/** Reads the colours' weights from a list of actions. */
export function weightsIn(actions: readonly Action[] = [], { blue, green }: Groups): Weights {
  const forward = actions.find(({ Type }) => Type === 'forward');
  const groups = forward?.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: forward?.TargetGroupArn, Weight: 1 }];
  const of = (arn: string): number => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 0;
  return { blue: of(blue), green: of(green) };
}

/** In percent, undefined while both weights are 0. */
export function greenShare({ blue, green }: Weights): number | undefined {
  return blue + green === 0 ? undefined : (green * 100) / (blue + green);
}

type EntryPoints = readonly Pick<ActualEntryPoint, 'weights'>[];

/** Whether green has that share, in percent, at every entry point. */
export function hasEverywhere(entryPoints: EntryPoints, percent: number): boolean {
  return entryPoints.every(({ weights }) => greenShare(weights) === percent);
}

/** The largest share that green has at any entry point, in percent. */
export function mostGreen(entryPoints: EntryPoints): number {
  return Math.max(...entryPoints.map(({ weights }) => greenShare(weights) ?? 0));
}

/** The smallest share that green has at any entry point, in percent. */
export function leastGreen(entryPoints: EntryPoints): number {
  return Math.min(...entryPoints.map(({ weights }) => greenShare(weights) ?? 0));
}
