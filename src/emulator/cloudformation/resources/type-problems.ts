import { findKnownType, typesSource } from './known-types.ts';

/** Whether a text can name a resource type on AWS, wherever that type comes from. */
export function isTypeName(type: string): boolean {
  return /^[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2}(::MODULE)?$/.test(type) || /^Custom::[\w@-]{1,60}$/.test(type);
}

/** Why the emulator cannot have a type that AWS may have, in words that name the emulator; undefined if it can. */
export function typeRefusal(type: string): string | undefined {
  if (refused.has(type)) return `The emulator has no ${type}: ${refused.get(type)}.`;
  if (type.endsWith('::MODULE'))
    return `The emulator cannot expand the module ${type}: put the resources of the module into the template.`;
  if (!type.startsWith('AWS::') || findKnownType(type) !== undefined) return undefined;
  return `The emulator does not know the resource type ${type}, which ${typesSource} does not have: correct its name, or leave the resource out of what you rehearse.`;
}

/** Types that start tasks or create resources that a canary could depend on. */
const refused = new Map([
  [
    'AWS::CloudFormation::Stack',
    'put the resources of the nested stack into the template, or create it first as a stack that exports what the template imports',
  ],
  ['AWS::ECS::Daemon', 'leave it out of what you rehearse'],
  ['AWS::ECS::ExpressGatewayService', 'only AWS::ECS::Service with task sets runs tasks here'],
]);
