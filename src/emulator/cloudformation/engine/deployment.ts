import { AwsError } from '../../contract/aws-error.ts';
import { handlers } from '../resources/index.ts';
import { type Tag, tagsOf } from '../resources/tags.ts';
import type { CloudFormation, Deployment, Stack } from '../state.ts';
import { compileTemplate, type KnownTypes } from '../template/compile.ts';
import { evaluate, type Scope } from '../template/intrinsics.ts';
import type { ParameterValues } from '../template/parameters.ts';
import { createScope, type ResourceLookup } from '../template/scope.ts';
import { isObject, type Properties, type ResourceTemplate, type Template } from '../template/template.ts';

const types: KnownTypes = {
  has: (type) => handlers.has(type),
  hasAttribute: (type, attribute) => handlers.get(type)?.attributes.includes(attribute) ?? false,
};
const noResources: ResourceLookup = { ref: () => undefined, attribute: () => undefined };

/** Checks a template with its parameters and tags, and orders its resources; throws ValidationError. */
export function createDeployment(
  cloud: CloudFormation,
  stack: Stack,
  template: Template,
  parameters: ParameterValues,
  tags: readonly Tag[],
): Deployment {
  const scope = scopeOf(cloud, stack, { template, parameters }, noResources);
  return { template, parameters, tags, compiled: compileTemplate(template, types, scope.condition) };
}

/** What a deployment's intrinsic functions can see. */
export function scopeOf(
  cloud: CloudFormation,
  stack: Stack,
  deployment: Pick<Deployment, 'template' | 'parameters'>,
  resources: ResourceLookup,
): Scope {
  const { region, accountId, partition } = cloud.world.options;
  const { notificationArns } = stack.settings;
  const surroundings = { region, accountId, partition, stackId: stack.id, stackName: stack.name, notificationArns };
  return createScope(deployment.template, deployment.parameters, surroundings, resources);
}

/** The current resources of a stack. */
export function currentResources(stack: Stack): ResourceLookup {
  return {
    ref: (logicalId) => stack.resources.get(logicalId)?.physicalId,
    attribute: (logicalId, name) => stack.resources.get(logicalId)?.attributes[name],
  };
}

/** A resource's properties with every function evaluated and the stack's tags added; throws ValidationError. */
export function desiredProperties(deployment: Deployment, resource: ResourceTemplate, scope: Scope): Properties {
  const properties = evaluate(resource.properties, scope);
  if (!isObject(properties))
    throw new AwsError('ValidationError', `Properties of ${resource.logicalId} must be an object`);
  if (!handlers.get(resource.type)?.taggable || deployment.tags.length === 0) return properties;
  const own = tagsOf(properties);
  const inherited = deployment.tags.filter((tag) => !own.some(({ Key }) => Key === tag.Key));
  return { ...properties, Tags: [...own, ...inherited] };
}
