import type { Stack } from '../aws/aws.ts';
import type { StackSubmission } from '../canary/change.ts';
import { parseTemplate } from '../stack-template/parsed-template.ts';
import { locateShape, type ShapeOverrides } from '../stack-template/shape.ts';
import { pinBlue } from '../stack-template/template-edit.ts';
import type { LocationHints } from './canary-address.ts';

/** The deployed stack with only blue's task definition changed. */
export function repinnedStack(
  stack: Stack,
  templateText: string,
  hints: LocationHints,
  taskDefinitionArn: string,
): StackSubmission {
  const template = parseTemplate(templateText);
  const shape = locateShape(template, overridesOf(hints));
  return {
    name: stack.name,
    templateBody: pinBlue(template, shape, taskDefinitionArn),
    parameters: Object.fromEntries(Object.keys(stack.parameters).map((name) => [name, { keep: true } as const])),
    capabilities: stack.capabilities,
  };
}

/** The location hints in the words of the stack template's reader. */
export function overridesOf(hints: LocationHints): ShapeOverrides {
  return {
    blueTaskSet: hints.blueTaskSetLogicalId,
    greenTaskSet: hints.greenTaskSetLogicalId,
    blueTargetGroup: hints.blueTargetGroupLogicalId,
    greenTargetGroup: hints.greenTargetGroupLogicalId,
    service: hints.serviceLogicalId,
    listenerRule: hints.listenerRuleLogicalId,
  };
}
