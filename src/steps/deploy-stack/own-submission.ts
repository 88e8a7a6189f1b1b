import { normaliseCasing } from '../../stack-template/casing.ts';
import { type ParsedTemplate, parseTemplate } from '../../stack-template/parsed-template.ts';
import { describeShape } from '../../stack-template/shape.ts';
import { pinBlue, scaleGreen } from '../../stack-template/template-edit.ts';
import { refuseUncertainty } from '../../stack-template/uncertain-update.ts';
import { overridesOf } from '../shared/repinned-stack.ts';
import { type OwnTemplateValues, ownTemplateOf } from './own-template.ts';
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
  const shape = describeShape(template, overrides, parameters, imports);
  if (deployed && before)
    refuseUncertainty(before, { body: template.body, parameters, imports }, overrides, deployed.greenAtHome);
  const tidy = parseTemplate(normaliseCasing(template, deployedTemplate));
  // The template's own scale of green counts unless the operator asks for a small green.
  const scaled = greenScalePercent === 100 ? tidy : parseTemplate(scaleGreen(tidy, shape, greenScalePercent));
  const submission = {
    name: values.stackName,
    templateBody: deployed ? pinBlue(scaled, shape, deployed.blueTaskDefinition) : scaled.text,
    parameters: templateParameterValues,
    capabilities: values.capabilities,
    roleArn: values.stackRoleArn,
  };
  return { submission, warnings: shape.warnings };
}
