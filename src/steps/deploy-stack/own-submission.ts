import { normaliseCasing } from '../../stack-template/casing.ts';
import { type ParsedTemplate, parseTemplate } from '../../stack-template/parsed-template.ts';
import { describeShape } from '../../stack-template/shape.ts';
import { pinBlue, scaleGreen } from '../../stack-template/template-edit.ts';
import { overridesOf } from '../shared/repinned-stack.ts';
import { type OwnTemplateValues, ownTemplateOf } from './own-template.ts';
import type { DeployedStack, DeploymentRequest, DeploymentValues, PlannedStack } from './submission.ts';

/** The request to deploy the operator's own template. */
export function ownRequest(values: DeploymentValues & OwnTemplateValues): DeploymentRequest {
  return {
    ...values,
    scalesItself: true,
    plan: (deployed, deployedTemplate, pseudo) => {
      const template = ownTemplateOf(values);
      if (!template) throw new TypeError('the parameters were checked before');
      return ownStack(values, template, deployed, deployedTemplate, pseudo);
    },
  };
}

function ownStack(
  values: DeploymentValues & OwnTemplateValues,
  template: ParsedTemplate,
  deployed: DeployedStack | undefined,
  deployedTemplate: ParsedTemplate | undefined,
  pseudo: Readonly<Record<string, string>>,
): PlannedStack {
  const { parts, rulesOnBlue, templateParameterValues, greenScalePercent } = values;
  const shape = describeShape(template, overridesOf(parts, rulesOnBlue), { ...pseudo, ...templateParameterValues });
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
