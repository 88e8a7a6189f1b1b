import { AwsError } from '../../contract/aws-error.ts';
import { findHandler, knownTypes } from '../resources/index.ts';
import { isCustom } from '../resources/recorded.ts';
import { type Tag, tagsOf } from '../resources/tags.ts';
import type { CloudFormation, Deployment, Stack } from '../state.ts';
import { compileTemplate } from '../template/compile.ts';
import { resolveReferences } from '../template/dynamic-references.ts';
import { evaluate, type Scope } from '../template/intrinsics.ts';
import type { ParameterValues } from '../template/parameters.ts';
import { checkRules } from '../template/rules.ts';
import { createScope, type ResourceLookup } from '../template/scope.ts';
import { isObject, type Properties, type ResourceTemplate, type Template } from '../template/template.ts';
import { customAttribute, outsideOf } from './outside.ts';

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
  checkRules(template, scope, cloud.world.note);
  return { template, parameters, tags, compiled: compileTemplate(template, knownTypes, scope.condition) };
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
  return createScope(deployment.template, deployment.parameters, surroundings, resources, outsideOf(cloud, stack));
}

/** The current resources of a stack. */
export function currentResources(cloud: CloudFormation, stack: Stack): ResourceLookup {
  return {
    ref: (logicalId) => stack.resources.get(logicalId)?.physicalId,
    attribute: (logicalId, name, place) => {
      const resource = stack.resources.get(logicalId);
      if (resource?.physicalId === undefined) return undefined;
      if (isCustom(resource.type)) return customAttribute(cloud, logicalId, name, place);
      const { type, physicalId, properties, attributes } = resource;
      return (
        attributes[name] ?? findHandler(type)?.attribute?.({ type, physicalId, properties }, name, cloud.world.options)
      );
    },
  };
}

/** A resource's properties with every function evaluated and the stack's tags added; throws ValidationError. */
export function desiredProperties(
  { cloud, stack }: { readonly cloud: CloudFormation; readonly stack: Stack },
  deployment: Deployment,
  resource: ResourceTemplate,
  scope: Scope,
): Properties {
  const properties = resolveReferences(evaluate(resource.properties, scope), outsideOf(cloud, stack));
  if (!isObject(properties))
    throw new AwsError('ValidationError', `Properties of ${resource.logicalId} must be an object`);
  if (!findHandler(resource.type)?.taggable || deployment.tags.length === 0) return properties;
  const own = tagsOf(properties);
  const inherited = deployment.tags.filter((tag) => !own.some(({ Key }) => Key === tag.Key));
  return { ...properties, Tags: [...own, ...inherited] };
}
