import { AwsError } from '../../contract/aws-error.ts';
import { parseText } from './parse-text.ts';
import { checkSections, transformsOf } from './sections.ts';
import {
  isObject,
  type OutputTemplate,
  type ParameterTemplate,
  type Properties,
  type RemovalPolicy,
  type ResourceTemplate,
  type Template,
} from './template.ts';

const resourceKeys = new Set(
  'Type Properties DependsOn Condition DeletionPolicy UpdateReplacePolicy Metadata UpdatePolicy CreationPolicy Version'.split(
    ' ',
  ),
);

/** Parses a template body; throws ValidationError if it is not a template. References are not checked here. */
export function parseTemplate(text: string): Template {
  const body = parseText(text);
  if (!isObject(body)) throw formatError('unsupported structure.');
  checkSections(body);
  checkVersion(body['AWSTemplateFormatVersion']);
  const resources = section(body, 'Resources');
  if (Object.keys(resources).length === 0) throw formatError('At least one Resources member must be defined.');
  return {
    text,
    ...(typeof body['Description'] === 'string' ? { description: body['Description'] } : {}),
    ...(typeof body['AWSTemplateFormatVersion'] === 'string' ? { version: body['AWSTemplateFormatVersion'] } : {}),
    metadata: body['Metadata'],
    transforms: transformsOf(body),
    rules: section(body, 'Rules'),
    parameters: new Map(entries(section(body, 'Parameters'), parseParameter)),
    mappings: section(body, 'Mappings'),
    conditions: section(body, 'Conditions'),
    resources: new Map(entries(resources, parseResource)),
    outputs: entries(section(body, 'Outputs'), parseOutput).map(([, output]) => output),
  };
}

function checkVersion(version: unknown): void {
  if (version !== undefined && version !== '2010-09-09')
    throw formatError(`Value of AWSTemplateFormatVersion must be 2010-09-09, not ${String(version)}.`);
}

function section(body: Properties, name: string): Properties {
  const value = body[name];
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw formatError(`[/${name}] '${typeof value}' values are not allowed in templates`);
  return value;
}

function entries<Item>(table: Properties, parse: (name: string, value: Properties) => Item): [string, Item][] {
  return Object.entries(table).map(([name, value]) => {
    if (!isObject(value)) throw formatError(`[/${name}] must be an object`);
    if (!/^[A-Za-z0-9]+$/.test(name)) throw formatError(`Resource name ${name} is non alphanumeric.`);
    return [name, parse(name, value)];
  });
}

function parseParameter(name: string, value: Properties): ParameterTemplate {
  if (typeof value['Type'] !== 'string') throw formatError(`Every Parameters object must contain a Type member.`);
  const allowed = value['AllowedValues'];
  return {
    name,
    type: value['Type'],
    noEcho: String(value['NoEcho'] ?? false).toLowerCase() === 'true',
    ...text('defaultValue', value['Default']),
    ...text('description', value['Description']),
    ...text('allowedPattern', value['AllowedPattern']),
    ...text('constraintDescription', value['ConstraintDescription']),
    ...whole('minLength', value['MinLength']),
    ...whole('maxLength', value['MaxLength']),
    ...whole('minValue', value['MinValue']),
    ...whole('maxValue', value['MaxValue']),
    ...(Array.isArray(allowed) ? { allowedValues: allowed.map(String) } : {}),
  };
}

function text<Key extends string>(key: Key, value: unknown): { [K in Key]?: string } {
  return value === undefined || value === null ? {} : ({ [key]: String(value) } as { [K in Key]?: string });
}

function whole<Key extends string>(key: Key, value: unknown): { [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: Number(value) } as { [K in Key]?: number });
}

function parseResource(logicalId: string, value: Properties): ResourceTemplate {
  const type = value['Type'];
  if (typeof type !== 'string')
    throw formatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  const unknown = Object.keys(value).find((key) => !resourceKeys.has(key));
  if (unknown) throw invalid(`Invalid template resource property '${unknown}'`);
  const properties = value['Properties'] ?? {};
  if (!isObject(properties)) throw formatError(`[/Resources/${logicalId}/Properties] must be an object`);
  return {
    logicalId,
    type,
    properties,
    dependsOn: dependsOn(logicalId, value['DependsOn']),
    deletionPolicy: policy('DeletionPolicy', value['DeletionPolicy']),
    updateReplacePolicy: policy('UpdateReplacePolicy', value['UpdateReplacePolicy']),
    metadata: value['Metadata'],
    ...text('condition', value['Condition']),
  };
}

function dependsOn(logicalId: string, value: unknown): string[] {
  const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'string'))
    throw formatError(`[/Resources/${logicalId}/DependsOn] must be a string or a list of strings.`);
  return list;
}

function policy(name: string, value: unknown): RemovalPolicy {
  if (value === undefined || value === 'Delete' || value === 'Snapshot') return 'Delete';
  if (value === 'Retain') return 'Retain';
  if (value === 'RetainExceptOnCreate' && name === 'DeletionPolicy') return value;
  if (isObject(value)) throw invalid(`The emulator cannot evaluate a function in ${name}: write the policy as text.`);
  throw formatError(`Unrecognized ${name} ${String(value)}`);
}

function parseOutput(name: string, value: Properties): OutputTemplate {
  if (value['Value'] === undefined)
    throw formatError(`Every Outputs member must contain a Value object (${name} does not).`);
  const exported = value['Export'];
  return {
    name,
    value: value['Value'],
    ...text('description', value['Description']),
    ...text('condition', value['Condition']),
    ...(isObject(exported) ? { exportName: exported['Name'] } : {}),
  };
}

function formatError(message: string): AwsError {
  return invalid(`Template format error: ${message}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
