import type { Parameter } from './parameters.ts';
import { arn, list, matching, optional } from './parsers.ts';

const logicalIdPattern = /^[A-Za-z0-9]{1,255}$/;

/** Parameters that settle which resource is meant where the stack alone leaves it open; blank means "find it". */
export const locationParameters = {
  blueTaskSetLogicalId: logicalId('BlueTaskSet', 'blue task set'),
  greenTaskSetLogicalId: logicalId('GreenTaskSet', 'green task set'),
  blueTargetGroupLogicalId: logicalId('BlueTargetGroup', 'blue target group'),
  greenTargetGroupLogicalId: logicalId('GreenTargetGroup', 'green target group'),
  serviceLogicalId: logicalId('Service', 'ECS service'),
  listenerRuleLogicalId: {
    name: 'EcsCanary.ListenerRuleLogicalId',
    label: 'Logical ids of the production rules',
    help: 'Leave blank to move every listener rule and default action of the stack that forwards to both target groups. To move only some of them, give their logical ids in the template, separated by commas: those of rules, or of listeners for their default actions.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: list(matching(logicalIdPattern, 'a logical id, which has only letters and digits')),
  },
  listenerRuleArn: {
    name: 'EcsCanary.ListenerRuleArn',
    label: 'ARNs of production rules outside the stack',
    help: 'ARNs of production rules outside the stack, separated by commas: they are moved together with those of the stack. The ARN of a listener means its default action. Blank for none.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: list(
      arn(
        'elasticloadbalancing',
        /^listener(-rule)?\/app\//,
        'the ARN of a rule, or of a listener, of an Application Load Balancer',
      ),
    ),
  },
  testListener: {
    name: 'EcsCanary.TestListener',
    label: 'Test listeners',
    help: 'Listeners that only testers use and that lead to green, such as one on port 9001: logical ids in the template, or ARNs, separated by commas. They do not count as ways for users. Add Test Rule then creates no rule and shows the address of the first. Use the same value on every step. Blank for none.',
    control: 'SingleLineText',
    defaultValue: '',
    parse: list(testListenerOf),
  },
} as const satisfies Record<string, Parameter>;

function logicalId(name: string, what: string): Parameter<string | undefined> {
  return {
    name: `EcsCanary.${name}LogicalId`,
    label: `Logical id of the ${what}`,
    help: `Leave blank to find the ${what} through the stack's outputs. Give its logical id in the template if the step says that it cannot tell.`,
    control: 'SingleLineText',
    defaultValue: '',
    parse: optional(matching(logicalIdPattern, 'a logical id, which has only letters and digits')),
  };
}

function testListenerOf(raw: string): string {
  return raw.startsWith('arn:')
    ? arn('elasticloadbalancing', /^listener\/app\//, 'the ARN of a listener of an Application Load Balancer')(raw)
    : matching(logicalIdPattern, 'the logical id or the ARN of a listener')(raw);
}
