import type { Stack } from '../../aws/aws.ts';
import type { RulesOnBlue } from '../../canary/bypass-rules.ts';
import type { StackSubmission } from '../../canary/change.ts';
import type { LocationHints } from '../../canary/location-hints.ts';
import type { ShapeOverrides } from '../../stack-template/canary-resources.ts';
import { parseTemplate } from '../../stack-template/parsed-template.ts';
import { locateShape } from '../../stack-template/shape.ts';
import { pinBlue } from '../../stack-template/template-edit.ts';

/**
 * The deployed stack with only blue's task definition changed.
 * @param taskDefinitionArn the version that green runs and serves
 */
export function repinnedStack(
  stack: Stack,
  templateText: string,
  { parts, stackRoleArn }: { readonly parts: LocationHints; readonly stackRoleArn: string | undefined },
  taskDefinitionArn: string,
): StackSubmission {
  const template = parseTemplate(templateText);
  const shape = locateShape(template, overridesOf(parts), stack.parameters);
  const pinned = pinBlue(template, shape, taskDefinitionArn);
  const greenToo = { blueTaskSet: shape.greenTaskSet };
  return {
    name: stack.name,
    templateBody: isVolatile(templateText) ? pinBlue(parseTemplate(pinned), greenToo, taskDefinitionArn) : pinned,
    parameters: Object.fromEntries(Object.keys(stack.parameters).map((name) => [name, { keep: true } as const])),
    capabilities: stack.capabilities,
    roleArn: stackRoleArn,
  };
}

/** Whether CloudFormation evaluates values, macros or includes again at every update; a new result would replace the green that serves. */
export function isVolatile(templateText: string): boolean {
  return /AWS::SSM::Parameter::Value|\{\{resolve:|\bTransform\b/.test(templateText);
}

/** The location hints in the terms of the stack template's reader. */
export function overridesOf(hints: LocationHints, rulesOnBlue?: RulesOnBlue): ShapeOverrides {
  return {
    blueTaskSet: hints.blueTaskSetLogicalId,
    greenTaskSet: hints.greenTaskSetLogicalId,
    blueTargetGroup: hints.blueTargetGroupLogicalId,
    greenTargetGroup: hints.greenTargetGroupLogicalId,
    service: hints.serviceLogicalId,
    listenerRules: hints.listenerRuleLogicalId,
    listenerRuleArns: hints.listenerRuleArn,
    testListeners: hints.testListener,
    ...(rulesOnBlue && { rulesOnBlue }),
  };
}
