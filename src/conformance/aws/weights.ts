import type { TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Scene } from './scene.ts';

/** Weights by target group ARN. */
export type Weights = Readonly<Record<string, number>>;

/** Writes the weights of the rule. @param stickySeconds how long a user keeps a group; 0 for not at all */
export async function setWeights({ target, rule }: Scene, weights: Weights, stickySeconds = 0): Promise<void> {
  const TargetGroups = Object.entries(weights).map(
    ([TargetGroupArn, Weight]): TargetGroupTuple => ({ TargetGroupArn, Weight }),
  );
  const stickiness = { Enabled: stickySeconds > 0, ...(stickySeconds > 0 && { DurationSeconds: stickySeconds }) };
  await target.elb.modifyRule({
    RuleArn: rule,
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: stickiness } }],
  });
}

/** The weights of blue and green. */
export function split({ blueGroup, greenGroup }: Scene, blue: number, green: number): Weights {
  return { [blueGroup]: blue, [greenGroup]: green };
}

/** The weights of the rule as the API gives them, such as `60/40`: blue's, then green's. */
export async function readSplit({ target, rule, blueGroup, greenGroup }: Scene): Promise<string> {
  const { Rules } = await target.elb.describeRules({ RuleArns: [rule] });
  const groups = Rules?.[0]?.Actions?.at(-1)?.ForwardConfig?.TargetGroups ?? [];
  const weightOf = (arn: string) => groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.Weight ?? 'none';
  return `${weightOf(blueGroup)}/${weightOf(greenGroup)}`;
}
