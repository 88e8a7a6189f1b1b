import type { Check, ParameterSet, ValuesOf } from '../../../parameters/parameters.ts';
import type { StackSettings } from '../../../stack-template/settings.ts';
import { settingsChecks } from '../../../stack-template/settings-check.ts';
import { containerParameters } from './container.ts';
import { healthCheckParameters } from './health-check.ts';
import { loadBalancerParameters } from './load-balancer.ts';
import { networkParameters } from './network.ts';

/** The parameters that describe the built-in template; their values are its settings. */
export const stackParameters = {
  ...containerParameters,
  ...networkParameters,
  ...loadBalancerParameters,
  ...healthCheckParameters,
} satisfies ParameterSet;

export type StackParameterValues = ValuesOf<typeof stackParameters>;

const { image, cluster, vpcId, subnets, loadBalancerArn, listenerArn, ...optional } = stackParameters;
const { securityGroups, desiredCount, healthCheckPath, ...others } = optional;
const { containerPort, environment, secrets, executionRoleArn, taskRoleArn, logGroup, ...more } = others;
const { logRetentionDays, cpu, memory, certificateArn, hostHeaders, pathPatterns, rulePriority, ...advanced } = more;

/** Required settings; of load balancer and listener, one is enough. */
export const requiredSettings = { image, cluster, vpcId, subnets, loadBalancerArn, listenerArn };

/** What most services set, in the order of the form. */
export const usualSettings = {
  ...{ securityGroups, containerPort, healthCheckPath, desiredCount, cpu, memory, environment, secrets },
  ...{ executionRoleArn, taskRoleArn, logGroup, logRetentionDays },
  ...{ certificateArn, hostHeaders, pathPatterns, rulePriority },
};

/** What few services set. */
export const advancedSettings = advanced;

/** What must hold between the settings. */
export const stackSettingsChecks: readonly Check<StackParameterValues>[] = settingsChecks.map(
  (check) => (values) => check(values, nameOf),
);

function nameOf(setting: keyof StackSettings): string {
  return setting in stackParameters ? stackParameters[setting as keyof StackParameterValues].name : setting;
}
