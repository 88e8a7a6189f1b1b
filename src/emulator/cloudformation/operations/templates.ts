import { AwsError } from '../../contract/aws-error.ts';
import { knownTypes } from '../resources/index.ts';
import type { CloudFormation, Stack } from '../state.ts';
import { compileTemplate } from '../template/compile.ts';
import type { ParameterTemplate, Template } from '../template/template.ts';
import { invalid, requireMember, requireStack } from './lookup.ts';
import { capabilitiesOf, readBody, reasonsOf } from './request.ts';

interface TemplateRequest {
  readonly StackName?: string;
  readonly ChangeSetName?: string;
  readonly TemplateBody?: string;
  readonly storedTemplate?: string;
}

/** GetTemplate: the body exactly as it was submitted; without transforms both template stages are the same. */
export function getTemplate(cloud: CloudFormation, request: TemplateRequest): object {
  return { TemplateBody: storedTemplate(cloud, request).text, StagesAvailable: ['Original', 'Processed'] };
}

/** ValidateTemplate: structure, types and references, not property values. */
export function validateTemplate(_cloud: CloudFormation, request: TemplateRequest): object {
  const template = readBody(request);
  checkReferences(template);
  return {
    Parameters: [...template.parameters.values()].map((declared) => ({
      ParameterKey: declared.name,
      ...described(declared),
    })),
    ...summary(template),
  };
}

/** GetTemplateSummary, for a body or a stack. */
export function getTemplateSummary(cloud: CloudFormation, request: TemplateRequest): object {
  const template = request.StackName === undefined ? readBody(request) : storedTemplate(cloud, request);
  checkReferences(template);
  return {
    Parameters: [...template.parameters.values()].map((declared) => ({
      ParameterKey: declared.name,
      ParameterType: declared.type,
      ...described(declared),
      ParameterConstraints: declared.allowedValues ? { AllowedValues: declared.allowedValues } : {},
    })),
    ...summary(template),
    ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
    ...(template.version ? { Version: template.version } : {}),
    ...(template.metadata ? { Metadata: JSON.stringify(template.metadata) } : {}),
  };
}

function storedTemplate(cloud: CloudFormation, request: TemplateRequest): Template {
  const stack = requireStack(cloud, requireMember(request.StackName, 'stackName'), 'id');
  const template = request.ChangeSetName ? changeSetTemplate(stack, request.ChangeSetName) : stack.deployment?.template;
  if (!template) throw invalid(`Template not found for stack ${stack.name}`);
  return template;
}

function changeSetTemplate(stack: Stack, reference: string): Template {
  const changeSet = [...stack.changeSets.values()].find(({ id, name }) => id === reference || name === reference);
  if (!changeSet) throw new AwsError('ChangeSetNotFound', `ChangeSet [${reference}] does not exist`, 404);
  return changeSet.deployment.template;
}

function checkReferences(template: Template): void {
  compileTemplate(template, knownTypes, () => true);
}

function described(declared: ParameterTemplate): object {
  return {
    ...(declared.defaultValue === undefined ? {} : { DefaultValue: declared.defaultValue }),
    NoEcho: declared.noEcho,
    ...(declared.description ? { Description: declared.description } : {}),
  };
}

function summary(template: Template): object {
  const capabilities = capabilitiesOf(template);
  return {
    ...(template.description ? { Description: template.description } : {}),
    Capabilities: capabilities,
    ...(capabilities.length > 0
      ? { CapabilitiesReason: `The following resource(s) require capabilities: [${reasonsOf(template).join(', ')}]` }
      : {}),
    DeclaredTransforms: template.transforms,
  };
}
