import type { ServiceOptions } from '../../contract/options.ts';
import type { Properties } from '../template/template.ts';
import type { HandlerContext, ResourceHandler } from './handler.ts';
import { findKnownType, type KnownType, typesSource } from './known-types.ts';
import { digest, makeUpAttribute, makeUpId, makeUpName, type NamedResource } from './made-up-attributes.ts';

/**
 * The handler of a type on which no canary depends: it gives a resource a plausible id and plausible attributes, and nothing else.
 * Undefined for a type of AWS that the specification does not have.
 */
export function createRecordedHandler(type: string): ResourceHandler | undefined {
  const known = findKnownType(type);
  if (known === undefined && type.startsWith('AWS::')) return undefined;
  return {
    properties: 'any',
    required: [],
    createOnly: known?.createOnly ?? [],
    attributes: isCustom(type) || known === undefined ? 'any' : known.attributes,
    taggable: known?.properties.includes('Tags') ?? false,
    refusal: (properties) => findRefusal(type, known, properties),
    capability: (properties) => capabilityOf(type, properties),
    create: async (context, properties) => {
      const effect = missingEffects[type] ?? (isCustom(type) ? 'calls no function' : undefined);
      if (effect) context.note(`The emulator only records ${context.logicalId} (${type}), which ${effect} here.`);
      return { physicalId: nameResource(type, known, context, properties), attributes: {} };
    },
    attribute: (resource, name, options) =>
      specialAttribute(resource, name, options) ?? makeUpAttribute(resource, name, options),
    update: async (_, resource) => resource.attributes,
    delete: async () => {},
  };
}

/** Whether a resource's attributes come from a function of the operator's own. */
export function isCustom(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

const missingEffects: Readonly<Record<string, string>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'scales nothing',
  'AWS::AutoScaling::AutoScalingGroup': 'starts no instances',
  'AWS::CloudFormation::WaitCondition': 'counts as signalled at once',
};

function findRefusal(type: string, known: KnownType | undefined, properties: Properties): string | undefined {
  if (type === 'AWS::CodeDeploy::DeploymentGroup' && properties['ECSServices'] !== undefined)
    return 'The emulator has no CodeDeploy for ECS services: leave the deployment group out of what you rehearse.';
  if (known === undefined || isCustom(type)) return undefined;
  const extra = Object.keys(properties).filter((name) => !known.properties.includes(name));
  const missing = known.required.filter((name) => properties[name] === undefined);
  const problems = [
    ...(extra.length > 0
      ? [`The emulator knows no property ${extra.join(', ')} of ${type} (according to ${typesSource}).`]
      : []),
    ...(missing.length > 0
      ? [`The emulator finds no value for the required property ${missing.join(', ')} of ${type}.`]
      : []),
  ];
  return problems.length > 0 ? problems.join(' ') : undefined;
}

function nameResource(
  type: string,
  known: KnownType | undefined,
  context: HandlerContext,
  properties: Properties,
): string {
  const name = makeUpName(type, context.stackName, context.logicalId, context.id(12));
  const named = { type, physicalId: name, properties };
  const parts = (known?.id ?? []).map((part) => {
    if (properties[part] !== undefined) return String(properties[part]);
    if (!known?.attributes.includes(part)) return name;
    return /Id$/.test(part) ? makeUpId(type, context.id(32)) : String(makeUpAttribute(named, part, context.options));
  });
  if (type === 'AWS::SecretsManager::Secret') return `${secretArn(context, properties)}-${context.id(6)}`;
  const [first = name] = parts;
  return isCustom(type) ? name : first.startsWith('arn:') || parts.length === 0 ? first : parts.join('|');
}

function secretArn({ options, stackName, logicalId }: HandlerContext, properties: Properties): string {
  const { partition, region, accountId } = options;
  return `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${properties['Name'] ?? `${stackName}-${logicalId}`}`;
}

/** Where AWS's value has a form of its own. */
function specialAttribute(resource: NamedResource, name: string, options: ServiceOptions): unknown {
  const { type, physicalId, properties } = resource;
  if (type === 'AWS::EC2::SecurityGroup' && name === 'GroupId') return physicalId;
  if (type === 'AWS::IAM::Role' && name === 'RoleId') return `AROA${digest(physicalId).slice(0, 17).toUpperCase()}`;
  if (type === 'AWS::Logs::LogGroup' && name === 'Arn') return `${makeUpAttribute(resource, name, options)}:*`;
  const id = findKnownType(type)?.id ?? [];
  return properties[name] === undefined && id.length === 1 && id[0] === name ? physicalId : undefined;
}

/** The property that gives an IAM resource a name of its own; undefined if it has none. */
const iamNames = new Map<string, string | undefined>([
  ['AWS::IAM::AccessKey', undefined],
  ['AWS::IAM::Group', 'GroupName'],
  ['AWS::IAM::InstanceProfile', 'InstanceProfileName'],
  ['AWS::IAM::ManagedPolicy', 'ManagedPolicyName'],
  ['AWS::IAM::Policy', undefined],
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::IAM::User', 'UserName'],
  ['AWS::IAM::UserToGroupAddition', undefined],
]);

function capabilityOf(type: string, properties: Properties): ReturnType<NonNullable<ResourceHandler['capability']>> {
  if (!iamNames.has(type)) return undefined;
  const name = iamNames.get(type);
  return name !== undefined && properties[name] !== undefined ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
}
