import type { Stack } from '../../aws/aws.ts';
import type { RulesOnBlue } from '../../canary/bypass-rules.ts';
import type { StackSubmission, TemplateBucket } from '../../canary/change.ts';
import type { LocationHints } from '../../canary/location-hints.ts';
import type { ShapeOverrides } from '../../stack-template/canary-resources.ts';
import { type ParsedTemplate, parseTemplate } from '../../stack-template/parsed-template.ts';
import { locateShape } from '../../stack-template/shape.ts';
import { shorten } from '../../stack-template/shortened.ts';
import { pinBlue } from '../../stack-template/template-edit.ts';
import { bytesOf, maxInlineBytes, placeTemplate } from '../../stack-template/template-size.ts';
import { isVolatile } from '../../stack-template/volatility.ts';

/** The update that pins blue to the stable version. */
export interface RepinnedStack extends StackSubmission {
  /** Whether the template lost its comments. */
  readonly shortened?: boolean;
}

/** The parameters of a step that the update depends on. */
interface RepinnedValues {
  readonly parts: LocationHints;
  readonly stackRoleArn: string | undefined;
  readonly templateBucket?: TemplateBucket | undefined;
}

/**
 * The deployed stack with only blue's task definition changed. If it is too large for a request and there is no bucket,
 * it loses its comments too: the template is deployed, so nobody can shorten it in another way.
 * @param taskDefinitionArn the version that green runs and serves
 * @throws OperatorError `invalid-template`, `template-too-large`
 */
export function repinnedStack(
  stack: Stack,
  templateText: string,
  { parts, stackRoleArn, templateBucket }: RepinnedValues,
  taskDefinitionArn: string,
): RepinnedStack {
  const template = parseTemplate(templateText);
  const shape = locateShape(template, overridesOf(parts), stack.parameters);
  const greenToo = { blueTaskSet: shape.greenTaskSet };
  const pinBoth = (original: ParsedTemplate): string => {
    const pinned = pinBlue(original, shape, taskDefinitionArn);
    return isVolatile(templateText) ? pinBlue(parseTemplate(pinned), greenToo, taskDefinitionArn) : pinned;
  };
  const whole = pinBoth(template);
  const isTooLarge = templateBucket === undefined && bytesOf(whole) > maxInlineBytes;
  const text = isTooLarge ? shorten(parseTemplate(whole)) : whole;
  return {
    ...(text !== whole && { shortened: true }),
    name: stack.name,
    ...placeTemplate(
      { text, givenBytes: bytesOf(templateText), mostBytes: bytesOf(text) },
      templateBucket,
      () => 'Set EcsCanary.TemplateBucket of this step to an S3 bucket in the region of the stack.',
    ),
    parameters: Object.fromEntries(Object.keys(stack.parameters).map((name) => [name, { keep: true } as const])),
    capabilities: stack.capabilities,
    roleArn: stackRoleArn,
  };
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
