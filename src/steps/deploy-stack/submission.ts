import type { StackSubmission } from '../../canary/change.ts';
import type { LocationHints } from '../../canary/location-hints.ts';
import { refuseDisruption } from '../../stack-template/disruption.ts';
import { refuseForeignArns } from '../../stack-template/foreign-arns.ts';
import { type Deployed, importsOf } from '../../stack-template/imports.ts';
import type { ValuedTemplate } from '../../stack-template/known-value.ts';
import { type ParsedTemplate, parseTemplate } from '../../stack-template/parsed-template.ts';
import { refuseAbsence } from '../../stack-template/shape.ts';
import { overridesOf } from '../shared/repinned-stack.ts';

/** The parameters that both deploy steps have. */
export interface DeploymentValues {
  readonly stackName: string;
  readonly greenScalePercent: number;
  readonly stackRoleArn: string | undefined;
  readonly dryRun: boolean;
  readonly settleSeconds: number;
  readonly parts: LocationHints;
}

/** What is to be deployed. */
export interface DeploymentRequest extends DeploymentValues {
  /** Whether the template itself sets the scale of green. */
  readonly scalesItself: boolean;
  readonly plan: PlanSubmission;
}

/** Builds a submission, with blue pinned to what is deployed. */
export type PlanSubmission = (
  deployed: DeployedStack | undefined,
  deployedTemplate: ParsedTemplate | undefined,
  surroundings: Surroundings,
) => PlannedStack;

/** The context of a template: pseudo parameters, what the deployed stack shows of imports, and that stack with its values. */
export interface Surroundings {
  readonly imports: Readonly<Record<string, string>>;
  readonly pseudo: Readonly<Record<string, string>>;
  readonly before: ValuedTemplate | undefined;
}

/** What is deployed, as far as the next deployment depends on it. */
export interface DeployedStack extends Deployed {
  /** ARN of the stable version, which blue runs. */
  readonly blueTaskDefinition: string;
  readonly stackId: string;
  readonly templateText: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A submission, with warnings about its template that do not prevent it. */
export interface PlannedStack {
  readonly submission: StackSubmission;
  readonly warnings: readonly string[];
  /** What the update may disrupt if values that only AWS knows have changed. */
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
  const overrides = overridesOf(request.parts);
  const pseudo = pseudoParameters(request.stackName, region, deployed?.stackId);
  const template = deployed && parseTemplate(deployed.templateText);
  const valued = template && { body: template.body, parameters: { ...deployed?.parameters, ...pseudo } };
  const imports = deployed && valued ? importsOf(valued, deployed, overrides) : {};
  const before = valued && { ...valued, imports };
  const planned = request.plan(deployed, template, { pseudo, imports, before });
  const { templateBody, parameters } = planned.submission;
  const values = valuesOf(parameters, deployed?.parameters ?? {});
  const after = { body: parseTemplate(templateBody).body, parameters: { ...values, ...pseudo }, imports };
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

/** AWS does not show secret values, so they count as unchanged. */
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
