import type { RulesOnBlue } from '../../canary/bypass-rules.ts';
import type { StackSubmission } from '../../canary/change.ts';
import { buildStackTemplate } from '../../stack-template/built-in-template.ts';
import { normaliseCasing } from '../../stack-template/casing.ts';
import { refuseDisruption } from '../../stack-template/disruption.ts';
import { refuseForeignArns } from '../../stack-template/foreign-arns.ts';
import { type ParsedTemplate, parseTemplate } from '../../stack-template/parsed-template.ts';
import { describeShape, refuseAbsence } from '../../stack-template/shape.ts';
import { pinBlue, scaleGreen } from '../../stack-template/template-edit.ts';
import { overridesOf } from '../shared/repinned-stack.ts';
import type { StackParameterValues } from './parameters/stack-parameters.ts';
import { ownTemplateOf, type TemplateSourceValues } from './template-source.ts';

/** What Deploy Stack was told to deploy. */
export interface DeploymentRequest extends TemplateSourceValues, StackParameterValues {
  readonly stackName: string;
  readonly greenScalePercent: number;
  readonly stackRoleArn: string | undefined;
  readonly dryRun: boolean;
  readonly settleSeconds: number;
  readonly rulesOnBlue: RulesOnBlue;
}

/** What is deployed, as far as the next deployment depends on it. */
export interface DeployedStack {
  /** ARN of the stable version, which blue runs. */
  readonly blueTaskDefinition: string;
  readonly stackId: string;
  readonly templateText: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A submission, with warnings about its template that do not stop it. */
export interface PlannedStack {
  readonly submission: StackSubmission;
  readonly warnings: readonly string[];
  /** What the update may disturb if values changed that only AWS knows. */
  readonly doubts?: readonly string[];
}

/**
 * What to send to CloudFormation so that green runs the new version.
 * @param deployed undefined before the first deployment
 */
export function plannedStack(
  request: DeploymentRequest,
  deployed: DeployedStack | undefined,
  region: string,
): PlannedStack {
  const own = ownTemplateOf(request);
  const overrides = overridesOf(request);
  const pseudo = pseudoParameters(request.stackName, region, deployed?.stackId);
  const template = deployed && parseTemplate(deployed.templateText);
  const planned = own
    ? ownStack(request, own, deployed, template, pseudo)
    : builtInStack(request, deployed?.blueTaskDefinition);
  const { templateBody, parameters } = planned.submission;
  const values = valuesOf(parameters, deployed?.parameters ?? {});
  const after = { body: parseTemplate(templateBody).body, parameters: { ...values, ...pseudo } };
  const before = template && { body: template.body, parameters: { ...deployed?.parameters, ...pseudo } };
  refuseForeignArns(after, overrides);
  refuseAbsence(after, before, overrides);
  return before ? { ...planned, doubts: refuseDisruption(before, after, overrides) } : planned;
}

/** The values that AWS sets itself, mostly known from the stack's ARN. */
function pseudoParameters(name: string, region: string, stackId?: string): Readonly<Record<string, string>> {
  const known = { 'AWS::Region': region, 'AWS::StackName': name };
  if (stackId === undefined) return known;
  const [, partition = '', , , account = ''] = stackId.split(':');
  return { ...known, 'AWS::StackId': stackId, 'AWS::Partition': partition, 'AWS::AccountId': account };
}

/** AWS shows no secret value, so one is taken for unchanged. */
function valuesOf(
  submitted: StackSubmission['parameters'],
  deployed: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(submitted).map(([name, value]) => {
    const known = Object.hasOwn(deployed, name) ? (deployed[name] ?? '') : '';
    return [name, typeof value !== 'string' || known === '****' ? known : value];
  });
  return Object.fromEntries(entries);
}

function builtInStack(request: DeploymentRequest, pinnedBlueTaskDefinition?: string): PlannedStack {
  const template = buildStackTemplate({ ...request, ...(pinnedBlueTaskDefinition && { pinnedBlueTaskDefinition }) });
  const { body, parameters, requiredCapabilities: capabilities } = template;
  const submission = {
    name: request.stackName,
    templateBody: body,
    parameters,
    capabilities,
    roleArn: request.stackRoleArn,
  };
  return { submission, warnings: [] };
}

function ownStack(
  request: DeploymentRequest,
  template: ParsedTemplate,
  deployed: DeployedStack | undefined,
  deployedTemplate: ParsedTemplate | undefined,
  pseudo: Readonly<Record<string, string>>,
): PlannedStack {
  const shape = describeShape(template, overridesOf(request), { ...pseudo, ...request.templateParameterValues });
  const tidy = parseTemplate(normaliseCasing(template, deployedTemplate));
  // The template's own scale of green counts unless the operator asks for a small green.
  const scaled =
    request.greenScalePercent === 100 ? tidy : parseTemplate(scaleGreen(tidy, shape, request.greenScalePercent));
  const submission = {
    name: request.stackName,
    templateBody: deployed ? pinBlue(scaled, shape, deployed.blueTaskDefinition) : scaled.text,
    parameters: request.templateParameterValues,
    capabilities: request.capabilities,
    roleArn: request.stackRoleArn,
  };
  return { submission, warnings: shape.warnings };
}
