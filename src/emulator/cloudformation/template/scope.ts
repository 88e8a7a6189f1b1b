import { AwsError } from '../../contract/aws-error.ts';
import { urlSuffix } from '../../contract/partition.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { type ParameterValues, parameterReference } from './parameters.ts';
import { isObject, type Template } from './template.ts';

/** The values of the pseudo parameters. */
export interface Surroundings {
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly notificationArns: readonly string[];
}

/** How functions look up resources; undefined for one that does not exist. */
export interface ResourceLookup {
  ref(logicalId: string): unknown;
  attribute(logicalId: string, name: string): unknown;
}

/** What a template's functions can look up, given its parameters' values and its resources. */
export function createScope(
  template: Template,
  parameters: ParameterValues,
  surroundings: Surroundings,
  resources: ResourceLookup,
): Scope {
  const scope: Scope = {
    region: surroundings.region,
    ref: (name) => {
      if (name.startsWith('AWS::')) return pseudoParameter(name, surroundings);
      const declared = template.parameters.get(name);
      if (declared) return parameterReference(declared, parameters[name] ?? '');
      return required(name, resources.ref(name));
    },
    attribute: (logicalId, name) => required(logicalId, resources.attribute(logicalId, name)),
    condition: (name) => evaluateCondition(name, template, scope, []),
    mapping: (map, top, second) => lookUp(template, map, top, second),
  };
  return scope;
}

function required(name: string, value: unknown): unknown {
  if (value === undefined)
    throw invalid(
      `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
    );
  return value;
}

function pseudoParameter(name: string, surroundings: Surroundings): unknown {
  switch (name) {
    case 'AWS::AccountId':
      return surroundings.accountId;
    case 'AWS::Region':
      return surroundings.region;
    case 'AWS::StackId':
      return surroundings.stackId;
    case 'AWS::StackName':
      return surroundings.stackName;
    case 'AWS::NotificationARNs':
      return surroundings.notificationArns;
    case 'AWS::Partition':
      return surroundings.partition;
    case 'AWS::URLSuffix':
      return urlSuffix(surroundings.partition);
    case 'AWS::NoValue':
      return undefined;
    default:
      throw invalid(
        `Template format error: Unresolved resource dependencies [${name}] in the Resources block of the template`,
      );
  }
}

function evaluateCondition(name: string, template: Template, scope: Scope, open: readonly string[]): boolean {
  if (open.includes(name)) throw invalid(`Circular dependency between conditions: [${open.join(', ')}]`);
  const declared = template.conditions[name];
  if (declared === undefined)
    throw invalid(
      `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
    );
  const inner: Scope = { ...scope, condition: (other) => evaluateCondition(other, template, scope, [...open, name]) };
  return String(evaluate(declared, inner)) === 'true';
}

function lookUp(template: Template, map: string, top: string, second: string): unknown {
  const table = template.mappings[map];
  if (!isObject(table))
    throw invalid(`Template error: Mapping named '${map}' is not present in the 'Mappings' section of template.`);
  const row = table[top];
  const value = isObject(row) ? row[second] : undefined;
  if (value === undefined) throw invalid(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
