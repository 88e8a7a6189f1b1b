import { loadBalancerArnOf } from '../canary/listener-rule.ts';
import { redirectPort } from './load-balancing.ts';
import { type NameOf, ownListenerOf, type StackSettings } from './settings.ts';

/** Load balancer values and wildcards that one listener rule may hold. */
const maxConditionValues = 5;
const maxWildcards = 5;

/** A health check must end before the next one starts. */
export function checkHealthCheck(settings: StackSettings, nameOf: NameOf): string[] {
  return settings.healthCheckTimeoutSeconds >= settings.healthCheckIntervalSeconds
    ? [
        `${nameOf('healthCheckTimeoutSeconds')}: ${settings.healthCheckTimeoutSeconds} s must be less than the ` +
          `${settings.healthCheckIntervalSeconds} s of ${nameOf('healthCheckIntervalSeconds')}.`,
      ]
    : [];
}

/** Problems of the load balancer and its listener. */
export function checkListener(settings: StackSettings, nameOf: NameOf): string[] {
  const { loadBalancerArn, listenerArn } = settings;
  if (listenerArn !== '') return checkSameLoadBalancer(settings, nameOf);
  return loadBalancerArn === ''
    ? [
        `${nameOf('loadBalancerArn')}: give the load balancer on which to create a listener, ` +
          `or an existing listener in ${nameOf('listenerArn')}.`,
      ]
    : [];
}

function checkSameLoadBalancer(settings: StackSettings, nameOf: NameOf): string[] {
  const { loadBalancerArn, listenerArn } = settings;
  const owner = loadBalancerArnOf(listenerArn);
  if (loadBalancerArn === '' || loadBalancerArn === owner) return [];
  return [
    `${nameOf('listenerArn')}: the listener belongs to ${owner}, not to the load balancer of ${nameOf('loadBalancerArn')}; ` +
      'leave the load balancer empty, or correct one of the two.',
  ];
}

/** Problems of the redirect from HTTP to HTTPS. */
export function checkRedirect(settings: StackSettings, nameOf: NameOf): string[] {
  if (!settings.httpRedirect) return [];
  const name = nameOf('httpRedirect');
  const existing = nameOf('listenerArn');
  if (settings.listenerArn !== '')
    return [
      `${name}: the stack redirects only to a listener that it creates, but ${existing} gives an existing one; ` +
        `set ${name} to False, or leave ${existing} empty.`,
    ];
  const { protocol, port } = ownListenerOf(settings);
  return [
    ...(protocol === 'HTTP'
      ? [
          `${name}: there is no HTTPS listener to redirect to; give a certificate in ${nameOf('certificateArn')}, or set ${name} to False.`,
        ]
      : []),
    ...(protocol === 'HTTPS' && port === redirectPort
      ? [
          `${name}: the redirect itself needs port ${redirectPort}; set ${nameOf('listenerPort')} to another port, such as 443.`,
        ]
      : []),
  ];
}

/** Problems of what the rule matches. */
export function checkConditions(settings: StackSettings, nameOf: NameOf): string[] {
  const values = [...settings.pathPatterns, ...settings.hostHeaders];
  const wildcards = values.join('').replace(/[^*?]/g, '').length;
  const names = `${nameOf('pathPatterns')} and ${nameOf('hostHeaders')}`;
  return [
    ...(values.length === 0
      ? [`${names}: a listener rule needs at least one path or host; /* matches all paths.`]
      : []),
    ...(values.length > maxConditionValues
      ? [
          `${names}: ${values.length} values, but a rule of an Application Load Balancer holds at most ${maxConditionValues}.`,
        ]
      : []),
    ...(wildcards > maxWildcards
      ? [`${names}: ${wildcards} wildcards, but a rule of an Application Load Balancer holds at most ${maxWildcards}.`]
      : []),
  ];
}
