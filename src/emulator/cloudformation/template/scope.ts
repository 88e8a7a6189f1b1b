import { AwsError } from '../../contract/aws-error.ts';
import { urlSuffix } from '../../contract/partition.ts';
import { evaluate, type Place, type Scope } from './intrinsics.ts';
import { isListType, type ParameterValues, parameterReference, storedType } from './parameters.ts';
import { isObject, type ParameterTemplate, type Template } from './template.ts';

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
  attribute(logicalId: string, name: string, place: Place): unknown;
}

/** How functions look up what is outside the stack. */
export interface Outside {
  exported(name: string, place: Place): string;
  parameter(name: string, place: Place): string;
  /** A secret's text, or the value of one of its JSON keys. */
  secret(name: string, key: string | undefined): string;
}

/** What a template's functions can look up, given its parameters' values and its resources. */
export function createScope(
  template: Template,
  parameters: ParameterValues,
  surroundings: Surroundings,
  resources: ResourceLookup,
  outside: Outside,
): Scope {
  const scope: Scope = {
    region: surroundings.region,
    place: {},
    exported: outside.exported,
    ref: (name, place) => {
      if (name.startsWith('AWS::')) return pseudoParameter(name, surroundings);
      const declared = template.parameters.get(name);
      if (declared) return parameterReference(declared, resolved(declared, parameters[name] ?? '', outside, place));
      return required(name, resources.ref(name));
    },
    attribute: (logicalId, name, place) => required(logicalId, resources.attribute(logicalId, name, place)),
    condition: (name) => evaluateCondition(name, template, scope, []),
    mapping: (map, top, second, hasDefault) => lookUp(template, [map, top, second], hasDefault),
  };
  return scope;
}

/** The value of a parameter of a type that takes it from the parameter store, otherwise the parameter's own value. */
function resolved(declared: ParameterTemplate, value: string, outside: Outside, place: Place): string {
  const type = storedType(declared);
  if (type === undefined) return value;
  return outside.parameter(value, { ...place, type, list: isListType(type) });
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

type MappingKeys = readonly [map: string, top: string, second: string];

function lookUp(template: Template, [map, top, second]: MappingKeys, hasDefault: boolean): unknown {
  const table = template.mappings[map];
  if (!isObject(table) && hasDefault) return undefined;
  if (!isObject(table))
    throw invalid(`Template error: Mapping named '${map}' is not present in the 'Mappings' section of template.`);
  const row = table[top];
  const value = isObject(row) ? row[second] : undefined;
  if (value === undefined && !hasDefault)
    throw invalid(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
  return value;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
