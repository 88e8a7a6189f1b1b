import { AwsError } from '../../contract/aws-error.ts';
import { createDeployment } from '../engine/deployment.ts';
import { findHandler } from '../resources/index.ts';
import type { Tag } from '../resources/tags.ts';
import type { CloudFormation, Deployment, Stack, StackSettings } from '../state.ts';
import { type ParameterInput, resolveParameters } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { Template } from '../template/template.ts';
import { invalid } from './lookup.ts';

/** The members common to all requests that create or change a stack. */
export interface StackRequest {
  readonly StackName?: string;
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  /** The text at TemplateURL; no client can send it. */
  readonly storedTemplate?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: readonly ParameterInput[];
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[];
  readonly Capabilities?: readonly string[];
  readonly NotificationARNs?: readonly string[];
  readonly RoleARN?: string;
  readonly RollbackConfiguration?: object;
  readonly TimeoutInMinutes?: number;
  readonly DisableRollback?: boolean;
  readonly OnFailure?: StackSettings['onFailure'];
  readonly RetainExceptOnCreate?: boolean;
  readonly ClientRequestToken?: string;
  readonly EnableTerminationProtection?: boolean;
}

const maxBodyBytes = 51_200;

/** The deployment that a request asks for, with capabilities that it need not acknowledge; throws ValidationError or InsufficientCapabilitiesException. */
export function readDeployment(
  cloud: CloudFormation,
  stack: Stack,
  request: StackRequest,
  reviewed: readonly string[] = [],
): Deployment {
  const previous = stack.deployment;
  const template = readTemplate(request, previous?.template);
  const parameters = resolveParameters(template, request.Parameters ?? [], previous?.parameters ?? {});
  const tags = request.Tags ? readTags(request.Tags) : (previous?.tags ?? []);
  const deployment = createDeployment(cloud, stack, template, parameters, tags);
  const needed = capabilitiesOf(template).filter(
    (capability) => !isGranted(capability, [...(request.Capabilities ?? []), ...reviewed]),
  );
  if (needed.length > 0)
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed.join(', ')}]`);
  return deployment;
}

/** The template body in a request; throws ValidationError. */
export function readBody(request: Pick<StackRequest, 'TemplateBody' | 'storedTemplate'>): Template {
  const { TemplateBody, storedTemplate } = request;
  if (storedTemplate !== undefined) return parseTemplate(storedTemplate);
  if (TemplateBody === undefined || TemplateBody === '')
    throw invalid('Either Template URL or Template Body must be specified.');
  if (Buffer.byteLength(TemplateBody) > maxBodyBytes)
    throw invalid(
      `1 validation error detected: Value '${TemplateBody.slice(0, 40)}…' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${maxBodyBytes}`,
    );
  return parseTemplate(TemplateBody);
}

/** The settings that a stack keeps from a request. What the request leaves out does not change, except settings for a single operation. */
export function readSettings(request: StackRequest, previous?: StackSettings): StackSettings {
  const onFailure = request.DisableRollback ? 'DO_NOTHING' : (request.OnFailure ?? 'ROLLBACK');
  if (request.DisableRollback !== undefined && request.OnFailure !== undefined)
    throw invalid('Only one of OnFailure or DisableRollback can be specified.');
  return {
    capabilities: request.Capabilities ?? [],
    notificationArns: request.NotificationARNs ?? previous?.notificationArns ?? [],
    roleArn: request.RoleARN ?? previous?.roleArn,
    rollbackConfiguration: request.RollbackConfiguration ?? previous?.rollbackConfiguration,
    timeoutInMinutes: request.TimeoutInMinutes ?? previous?.timeoutInMinutes,
    disableRollback: onFailure === 'DO_NOTHING',
    retainExceptOnCreate: request.RetainExceptOnCreate ?? false,
    onFailure,
  };
}

/** Whether the token was already used for the same request; throws TokenAlreadyExistsException if it was used for another. */
export function isRepeated(stack: Stack, operation: string, request: StackRequest): boolean {
  const token = request.ClientRequestToken;
  if (token === undefined) return false;
  const fingerprint = JSON.stringify([operation, request]);
  const known = stack.tokens.get(token);
  if (known !== undefined && known !== fingerprint)
    throw new AwsError('TokenAlreadyExistsException', 'A client request token already exists');
  return known !== undefined;
}

/** Remembers the token of a request that was accepted. */
export function rememberToken(stack: Stack, operation: string, request: StackRequest): void {
  if (request.ClientRequestToken !== undefined)
    stack.tokens.set(request.ClientRequestToken, JSON.stringify([operation, request]));
}

/** The capabilities that a template's resources need. */
export function capabilitiesOf(template: Template): string[] {
  const all = [...template.resources.values()].flatMap(
    ({ type, properties }) => findHandler(type)?.capability?.(properties) ?? [],
  );
  const named = all.filter((capability) => capability === 'CAPABILITY_NAMED_IAM');
  const macros = template.transforms.length > 0 ? ['CAPABILITY_AUTO_EXPAND'] : [];
  return [...new Set([...(named.length > 0 ? named : all), ...macros])];
}

/** The resource types and transforms for which a template needs capabilities. */
export function reasonsOf(template: Template): string[] {
  const types = [...template.resources.values()]
    .filter(({ type, properties }) => findHandler(type)?.capability?.(properties) !== undefined)
    .map(({ type }) => type);
  return [...new Set([...types, ...template.transforms])];
}

function isGranted(capability: string, granted: readonly string[]): boolean {
  return granted.includes(capability) || (capability === 'CAPABILITY_IAM' && granted.includes('CAPABILITY_NAMED_IAM'));
}

function readTemplate(request: StackRequest, previous: Template | undefined): Template {
  if (!request.UsePreviousTemplate) return readBody(request);
  if (request.TemplateBody !== undefined || request.TemplateURL !== undefined)
    throw invalid('Cannot specify both usePreviousTemplate and template body or template URL.');
  if (!previous) throw invalid('Stack has no previous template.');
  return previous;
}

function readTags(tags: NonNullable<StackRequest['Tags']>): Tag[] {
  return tags.map(({ Key, Value }) => {
    if (!Key) throw invalid('Tag keys must not be empty');
    if (Key.startsWith('aws:')) throw invalid('aws: prefixed tag key names are not allowed for external use.');
    return { Key, Value: Value ?? '' };
  });
}
