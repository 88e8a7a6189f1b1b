import { fargateSizeProblem } from './fargate-sizes.ts';
import { isFargateProvider, runsOnFargate, type StackSettings } from './settings.ts';
import { checkTags } from './tags-check.ts';
import { checkTraffic } from './traffic-check.ts';

/** The name by which the operator knows a setting. */
export type NameOf = (setting: keyof StackSettings) => string;

/** Every problem that only shows when the settings are seen together, each naming the setting to correct. */
export function checkSettings(settings: StackSettings, nameOf: NameOf): string[] {
  return [
    ...checkRequired(settings, nameOf),
    ...checkSize(settings, nameOf),
    ...checkRoles(settings, nameOf),
    ...checkContainer(settings, nameOf),
    ...checkPlacement(settings, nameOf),
    ...checkTraffic(settings, nameOf),
    ...checkTags(settings.tags, nameOf('tags')),
  ];
}

const alwaysNeeded = ['image', 'cluster', 'vpcId', 'subnets'] as const;

function checkRequired(settings: StackSettings, nameOf: NameOf): string[] {
  return alwaysNeeded
    .filter((setting) => settings[setting].length === 0)
    .map((setting) => `${nameOf(setting)}: the built-in template needs a value.`);
}

function checkSize(settings: StackSettings, nameOf: NameOf): string[] {
  if (!runsOnFargate(settings)) return [];
  const problem = fargateSizeProblem(settings.cpu, settings.memory);
  return problem === undefined ? [] : [`${nameOf('cpu')} and ${nameOf('memory')}: ${problem}`];
}

function checkRoles(settings: StackSettings, nameOf: NameOf): string[] {
  if (settings.executionRoleArn !== '') return [];
  const fargate = runsOnFargate(settings);
  const reasons = [
    ...(Object.keys(settings.secrets).length > 0 ? [`to read the secrets of ${nameOf('secrets')}`] : []),
    ...(fargate && settings.logGroup !== '' ? [`to write logs to ${nameOf('logGroup')}`] : []),
    ...(fargate && /\.dkr\.ecr[.-]/.test(settings.image) ? ['to pull the image from Amazon ECR'] : []),
  ];
  if (reasons.length === 0) return [];
  return [`${nameOf('executionRoleArn')}: ECS needs an execution role ${reasons.join(', and ')}.`];
}

function checkContainer(settings: StackSettings, nameOf: NameOf): string[] {
  const both = Object.keys(settings.secrets).filter((key) => key in settings.environment);
  return [
    ...(both.length > 0
      ? [`${nameOf('secrets')}: ${both.join(', ')} is also given in ${nameOf('environment')}; ECS accepts a name once.`]
      : []),
    ...(settings.createLogGroup && settings.logGroup === ''
      ? [`${nameOf('logGroup')}: ${nameOf('createLogGroup')} needs the name of the log group to create.`]
      : []),
  ];
}

function checkPlacement(settings: StackSettings, nameOf: NameOf): string[] {
  const providers = Object.keys(settings.capacityProviders);
  const fargateProviders = providers.filter(isFargateProvider);
  const mixed = fargateProviders.length > 0 && fargateProviders.length < providers.length;
  const idle = providers.length > 0 && Object.values(settings.capacityProviders).every((weight) => weight === 0);
  return [
    ...(mixed
      ? [
          `${nameOf('capacityProviders')}: ECS does not mix Fargate (${fargateProviders.join(', ')}) with other providers.`,
        ]
      : []),
    ...(idle ? [`${nameOf('capacityProviders')}: at least one weight must be above 0.`] : []),
    ...(settings.assignPublicIp && !runsOnFargate(settings)
      ? [`${nameOf('assignPublicIp')}: ECS gives public addresses only to Fargate tasks; set it to False for EC2.`]
      : []),
    ...(settings.subnets.length > 16 ? [`${nameOf('subnets')}: ECS accepts at most 16 subnets.`] : []),
    ...(settings.securityGroups.length > 5
      ? [`${nameOf('securityGroups')}: ECS accepts at most 5 security groups.`]
      : []),
  ];
}
