import type { Check, ParameterSet, ValuesOf } from '../../../parameters/parameters.ts';
import type { StackSettings } from '../../../stack-template/settings.ts';
import { settingsChecks } from '../../../stack-template/settings-check.ts';
import { containerParameters } from './container.ts';
import { healthCheckParameters } from './health-check.ts';
import { loadBalancerParameters } from './load-balancer.ts';
import { networkParameters } from './network.ts';

/** The parameters of Deploy Stack that describe the built-in template; their values are its settings. */
export const stackParameters = {
  ...containerParameters,
  ...networkParameters,
  ...loadBalancerParameters,
  ...healthCheckParameters,
} satisfies ParameterSet;

export type StackParameterValues = ValuesOf<typeof stackParameters>;

/** What must hold between the settings; asked only when the built-in template is used. */
export const stackSettingsChecks: readonly Check<StackParameterValues & { readonly templateSource: string }>[] =
  settingsChecks.map((check) => (values) => (values.templateSource === 'BuiltIn' ? check(values, nameOf) : []));

function nameOf(setting: keyof StackSettings): string {
  return setting in stackParameters ? stackParameters[setting as keyof StackParameterValues].name : setting;
}
