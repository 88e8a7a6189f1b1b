import type { Parameter } from '../octopus/parameters.ts';
import { arn, matching, optional } from '../octopus/parsers.ts';

/** Parameters that settle which resource is meant where the stack alone leaves it open; blank means "find it". */
export const locationParameters = {
  blueTaskSetLogicalId: logicalId('BlueTaskSet', 'blue task set'),
  greenTaskSetLogicalId: logicalId('GreenTaskSet', 'green task set'),
  blueTargetGroupLogicalId: logicalId('BlueTargetGroup', 'blue target group'),
  greenTargetGroupLogicalId: logicalId('GreenTargetGroup', 'green target group'),
  serviceLogicalId: logicalId('Service', 'ECS service'),
  listenerRuleLogicalId: logicalId('ListenerRule', 'production listener rule'),
  listenerRuleArn: {
    name: 'EcsCanary.ListenerRuleArn',
    label: 'Listener rule ARN',
    help: 'Leave blank to use the one listener rule of the stack that forwards to both target groups. Give the ARN of the production rule if it is outside the stack.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: optional(
      arn(
        'elasticloadbalancing',
        /^listener-rule\/app\//,
        'the ARN of a rule of an Application Load Balancer listener',
      ),
    ),
  },
} as const satisfies Record<string, Parameter>;

function logicalId(name: string, what: string): Parameter<string | undefined> {
  return {
    name: `EcsCanary.${name}LogicalId`,
    label: `Logical id of the ${what}`,
    help: `Leave blank to find the ${what} through the stack's outputs. Give its logical id in the template if the step says that it cannot tell.`,
    control: 'SingleLineText',
    defaultValue: '',
    parse: optional(matching(/^[A-Za-z0-9]{1,255}$/, 'a logical id, which has only letters and digits')),
  };
}
