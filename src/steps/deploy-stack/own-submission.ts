import type { ColourGroups } from '../../canary/listener-rule.ts';
import type { CanaryResources, ShapeOverrides } from '../../stack-template/canary-resources.ts';
import { normaliseCasing } from '../../stack-template/casing.ts';
import { knownValue, type ValuedTemplate } from '../../stack-template/known-value.ts';
import { type ParsedTemplate, parseTemplate } from '../../stack-template/parsed-template.ts';
import { refOf } from '../../stack-template/references.ts';
import { describeShape } from '../../stack-template/shape.ts';
import { locateResources } from '../../stack-template/shape-location.ts';
import { pinBlue, scaleGreen } from '../../stack-template/template-edit.ts';
import { bytesOf, longestArn, placeTemplate } from '../../stack-template/template-size.ts';
import { valueAt } from '../../stack-template/template-value.ts';
import { refuseUncertainty } from '../../stack-template/uncertain-update.ts';
import { isVolatile } from '../../stack-template/volatility.ts';
import { overridesOf } from '../shared/repinned-stack.ts';
import { largeTemplateHint, type OwnTemplateValues, ownTemplateOf } from './own-template.ts';
import type { DeployedStack, DeploymentRequest, DeploymentValues, PlannedStack, Surroundings } from './submission.ts';

/** The request to deploy the operator's own template. */
export function ownRequest(values: DeploymentValues & OwnTemplateValues): DeploymentRequest {
  return {
    ...values,
    scalesItself: true,
    plan: (deployed, deployedTemplate, surroundings) => {
      const template = ownTemplateOf(values);
      if (!template) throw new TypeError('the parameters were checked before');
      return ownStack(values, template, deployed, deployedTemplate, surroundings);
    },
  };
}

function ownStack(
  values: DeploymentValues & OwnTemplateValues,
  template: ParsedTemplate,
  deployed: DeployedStack | undefined,
  deployedTemplate: ParsedTemplate | undefined,
  { pseudo, imports, before }: Surroundings,
): PlannedStack {
  const { parts, rulesOnBlue, templateParameterValues, greenScalePercent } = values;
  const overrides = overridesOf(parts, rulesOnBlue);
  const parameters = { ...pseudo, ...templateParameterValues };
  const groups = deployed && before ? namesOf(before, deployed.groups, overrides) : {};
  const shape = describeShape(template, overrides, parameters, imports, groups);
  const after = { body: template.body, parameters, imports, groups };
  refuseUncertainty(before, after, overrides, deployed?.greenAtHome ?? true);
  const tidy = parseTemplate(normaliseCasing(template, deployedTemplate));
  // The template's own scale of green counts unless the operator asks for a small green.
  const scaled = greenScalePercent === 100 ? tidy : parseTemplate(scaleGreen(tidy, shape, greenScalePercent));
  const submission = {
    name: values.stackName,
    ...placeTemplate(
      {
        text: deployed ? pinBlue(scaled, shape, deployed.blueTaskDefinition) : scaled.text,
        givenBytes: bytesOf(template.text),
        mostBytes: mostBytes(
          scaled,
          shape,
          familyOf(template, shape, { ...pseudo, ...templateParameterValues }),
          deployed,
        ),
      },
      values.templateBucket,
      largeTemplateHint,
    ),
    parameters: templateParameterValues,
    capabilities: values.capabilities,
    roleArn: values.stackRoleArn,
  };
  return { submission, warnings: shape.warnings };
}

function namesOf(before: ValuedTemplate, { blue, green }: ColourGroups, overrides: ShapeOverrides) {
  const { blueTargetGroup = blue, greenTargetGroup = green } = locateResources(before, overrides);
  return { [blue]: blueTargetGroup, [green]: greenTargetGroup };
}

/** The size once Prepare Blue has pinned blue, and green too where it must. */
function mostBytes(
  template: ParsedTemplate,
  shape: CanaryResources,
  family: string | undefined,
  deployed: DeployedStack | undefined,
): number {
  const longest = longestArn(family, deployed?.blueTaskDefinition);
  const pinned = pinBlue(template, shape, longest);
  if (!isVolatile(template.text)) return bytesOf(pinned);
  return bytesOf(pinBlue(parseTemplate(pinned), { blueTaskSet: shape.greenTaskSet }, longest));
}

/** The family of green's task definition, if the template tells. */
function familyOf(
  { body }: ParsedTemplate,
  { greenTaskSet }: CanaryResources,
  parameters: Readonly<Record<string, string>>,
): string | undefined {
  const id = refOf(valueAt(body, 'Resources', greenTaskSet, 'Properties', 'TaskDefinition')) ?? '';
  const family = valueAt(body, 'Resources', id, 'Properties', 'Family');
  const known = knownValue({ body, parameters }, family);
  return typeof known === 'string' ? known : undefined;
}
