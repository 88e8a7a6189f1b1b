import { lineFor, type OutsideKind } from '../../contract/outside-values.ts';
import type { CloudFormation, ResourceState, Stack } from '../state.ts';
import type { Place } from '../template/intrinsics.ts';
import type { Outside } from '../template/scope.ts';
import { isObject } from '../template/template.ts';
import { findExport, liveStacks } from './exports.ts';
import { adoptValue, makeUpValue } from './made-up-values.ts';

/** What a stack's template can take from outside: from other stacks, else from the values given, else made up. */
export function outsideOf(cloud: CloudFormation, stack: Stack): Outside {
  return {
    exported: (name, place) =>
      findExport(cloud, stack, name)?.OutputValue ?? givenOrMadeUp(cloud, 'exports', name, place),
    parameter: (name, place) => storedParameter(cloud, name) ?? givenOrMadeUp(cloud, 'ssm', name, place),
    secret: (name, key) => secretValue(cloud, name, key),
  };
}

/** The value of a parameter in the store, as far as it is known yet. */
export function knownParameter(cloud: CloudFormation, name: string): string | undefined {
  return storedParameter(cloud, name) ?? cloud.world.options.values.ssm[name] ?? cloud.madeUp.get(`ssm ${name}`);
}

/** The value of a custom resource's attribute, given or made up. */
export function customAttribute(cloud: CloudFormation, logicalId: string, attribute: string, place: Place): string {
  return givenOrMadeUp(cloud, 'attributes', `${logicalId}.${attribute}`, place);
}

function storedParameter(cloud: CloudFormation, name: string): string | undefined {
  const stored = resourcesOf(cloud, 'AWS::SSM::Parameter').find(({ physicalId }) => physicalId === name);
  return stored && String(stored.properties['Value']);
}

function secretValue(cloud: CloudFormation, name: string, key: string | undefined): string {
  const given = cloud.world.options.values.secretsmanager[name] ?? storedSecret(cloud, name);
  const value = key === undefined ? given : parseObject(given ?? '')[key];
  // Neither its place nor its name says anything about the form of a secret.
  return value === undefined ? givenOrMadeUp(cloud, 'secretsmanager', name, {}, key) : String(value);
}

function storedSecret(cloud: CloudFormation, name: string): string | undefined {
  const secret = resourcesOf(cloud, 'AWS::SecretsManager::Secret').find(
    ({ physicalId, properties }) => physicalId === name || properties['Name'] === name,
  );
  return secret?.properties['SecretString'] === undefined ? undefined : String(secret.properties['SecretString']);
}

function resourcesOf(cloud: CloudFormation, type: string): ResourceState[] {
  return liveStacks(cloud).flatMap(({ resources }) =>
    [...resources.values()].filter((resource) => resource.type === type),
  );
}

function givenOrMadeUp(
  cloud: CloudFormation,
  kind: OutsideKind,
  name: string,
  place: Place,
  secretKey?: string,
): string {
  const full = secretKey === undefined ? name : `${name}:${secretKey}`;
  const key = `${kind} ${full}`;
  const known = cloud.madeUp.get(key);
  if (known !== undefined) return known;
  const values = cloud.world.options.values[kind];
  const given = secretKey === undefined && Object.hasOwn(values, name) ? values[name] : undefined;
  const value =
    given === undefined ? makeUpValue(cloud.world, full, place) : adoptValue(cloud.world, name, given, place);
  if (value === given) return given;
  cloud.madeUp.set(key, value);
  if (given !== undefined)
    cloud.world.note(`The emulator has no ${given}; ${value} stands in for it (${words[kind]} ${name}).`);
  else
    cloud.world.note(
      `The emulator made up ${value} for ${words[kind]} ${full}. To choose another value, put ${lineFor(kind, name, secretKey)} into the file that --values names.`,
    );
  return value;
}

const words: Readonly<Record<OutsideKind, string>> = {
  exports: 'the export',
  ssm: 'the SSM parameter',
  secretsmanager: 'the secret',
  attributes: "the custom resource's attribute",
};

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
