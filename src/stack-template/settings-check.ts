import { fargateSizeProblem } from './fargate-sizes.ts';
import { isFargateProvider, logTarget, type NameOf, runsOnFargate, type StackSettings } from './settings.ts';
import { checkTags } from './tags-check.ts';
import { checkConditions, checkHealthCheck, checkListener, checkRedirect } from './traffic-check.ts';

/** Finds problems that only several settings together show, and names the setting to correct. */
export type SettingsCheck = (settings: StackSettings, nameOf: NameOf) => string[];

/** Separate checks, so that each can run as soon as the few settings it needs are valid. */
export const settingsChecks: readonly SettingsCheck[] = [
  checkSize,
  checkRoles,
  checkSecrets,
  checkLogGroup,
  checkProviders,
  checkAddresses,
  checkSubnets,
  checkSecurityGroups,
  checkListener,
  checkRedirect,
  checkConditions,
  checkHealthCheck,
  (settings, nameOf) => checkTags(settings.tags, nameOf('tags')),
];

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
    ...(fargate && logTarget(settings) !== 'none' ? [`to write logs to ${nameOf('logGroup')}`] : []),
    ...(fargate && /\.dkr\.ecr[.-]/.test(settings.image) ? ['to pull the image from Amazon ECR'] : []),
  ];
  if (reasons.length === 0) return [];
  return [`${nameOf('executionRoleArn')}: ECS needs an execution role ${reasons.join(', and ')}.`];
}

function checkSecrets(settings: StackSettings, nameOf: NameOf): string[] {
  const both = Object.keys(settings.secrets).filter((key) => Object.hasOwn(settings.environment, key));
  return both.length > 0
    ? [
        `${nameOf('secrets')}: ${both.join(', ')} is also given in ${nameOf('environment')}; ECS accepts each name only once.`,
      ]
    : [];
}

function checkLogGroup(settings: StackSettings, nameOf: NameOf): string[] {
  return settings.logRetentionDays !== undefined && settings.logGroup === undefined
    ? [
        `${nameOf('logGroup')} and ${nameOf('logRetentionDays')}: with None, there is no log group to create; choose No, or name one.`,
      ]
    : [];
}

function checkProviders(settings: StackSettings, nameOf: NameOf): string[] {
  const providers = Object.keys(settings.capacityProviders);
  const fargateProviders = providers.filter(isFargateProvider);
  const mixed = fargateProviders.length > 0 && fargateProviders.length < providers.length;
  const idle = providers.length > 0 && Object.values(settings.capacityProviders).every((weight) => weight === 0);
  return [
    ...(mixed
      ? [
          `${nameOf('capacityProviders')}: ECS cannot mix Fargate (${fargateProviders.join(', ')}) with other providers.`,
        ]
      : []),
    ...(idle ? [`${nameOf('capacityProviders')}: at least one weight must be above 0.`] : []),
    ...(providers.length > 20 ? [`${nameOf('capacityProviders')}: ECS accepts at most 20.`] : []),
  ];
}

function checkAddresses(settings: StackSettings, nameOf: NameOf): string[] {
  return settings.assignPublicIp && !runsOnFargate(settings)
    ? [`${nameOf('assignPublicIp')}: ECS gives public addresses only to Fargate tasks; set it to False for EC2.`]
    : [];
}

function checkSubnets(settings: StackSettings, nameOf: NameOf): string[] {
  return settings.subnets.length > 16 ? [`${nameOf('subnets')}: ECS accepts at most 16 subnets.`] : [];
}

function checkSecurityGroups(settings: StackSettings, nameOf: NameOf): string[] {
  return settings.securityGroups.length > 5
    ? [`${nameOf('securityGroups')}: ECS accepts at most 5 security groups.`]
    : [];
}
