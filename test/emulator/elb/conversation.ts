import type { ElasticLoadBalancingV2, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';

/** What a conversation has created so far, by name. */
export interface Remembered {
  readonly subnets: readonly string[];
  readonly vpc: string;
  readonly arns: Map<string, string>;
}

export type Step = (elb: ElasticLoadBalancingV2, known: Remembered) => Promise<object>;

const arn = ({ arns }: Remembered, name: string): string => arns.get(name) ?? `no ${name}`;
const gone = (known: Remembered, name: string): string => arn(known, name).replace(/.{8}$/, '00000000');

const remember = <Output extends object>(known: Remembered, name: string, output: Output, made?: string): Output => {
  known.arns.set(name, made ?? '');
  return output;
};

const split = (known: Remembered, blue: number, green: number) => [
  {
    Type: 'forward' as const,
    Order: 10,
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: arn(known, 'blue'), Weight: blue },
        { TargetGroupArn: arn(known, 'green'), Weight: green },
      ] satisfies TargetGroupTuple[],
    },
  },
];
const everyPath = [{ Field: 'path-pattern', Values: ['/*'] }];
const testers = [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'true' }] } }];
const notFound = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '404' } }];

const createGroup =
  (name: string, port = 4000): Step =>
  async (elb, known) => {
    const output = await elb.createTargetGroup({
      Name: name,
      Protocol: 'HTTP',
      Port: port,
      VpcId: known.vpc,
      TargetType: 'ip',
      HealthCheckPath: '/',
      HealthCheckPort: '4000',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 5,
      Matcher: { HttpCode: '200' },
    });
    return remember(known, name, output, output.TargetGroups?.[0]?.TargetGroupArn);
  };

/** A canary's life at the load balancer, including the usual mistakes; each step builds on those before. */
export const conversation: readonly (readonly [name: string, step: Step])[] = [
  ['create the blue group', createGroup('blue')],
  ['create the green group', createGroup('green')],
  ['create a group whose name is taken', createGroup('green', 4001)],
  [
    'create a load balancer',
    async (elb, known) => {
      const output = await elb.createLoadBalancer({ Name: 'shop', Subnets: [...known.subnets] });
      return remember(known, 'balancer', output, output.LoadBalancers?.[0]?.LoadBalancerArn);
    },
  ],
  [
    'create a listener',
    async (elb, known) => {
      const output = await elb.createListener({
        LoadBalancerArn: arn(known, 'balancer'),
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: notFound,
      });
      return remember(known, 'listener', output, output.Listeners?.[0]?.ListenerArn);
    },
  ],
  [
    'create a listener of a load balancer that is gone',
    (elb, known) =>
      elb.createListener({
        LoadBalancerArn: gone(known, 'balancer'),
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: notFound,
      }),
  ],
  [
    'create the rule',
    async (elb, known) => {
      const output = await elb.createRule({
        ListenerArn: arn(known, 'listener'),
        Priority: 10,
        Conditions: everyPath,
        Actions: split(known, 100, 0),
      });
      return remember(known, 'rule', output, output.Rules?.[0]?.RuleArn);
    },
  ],
  [
    'create a rule at the same priority',
    (elb, known) =>
      elb.createRule({
        ListenerArn: arn(known, 'listener'),
        Priority: 10,
        Conditions: testers,
        Actions: split(known, 0, 1),
      }),
  ],
  [
    'create the test rule',
    async (elb, known) => {
      const output = await elb.createRule({
        ListenerArn: arn(known, 'listener'),
        Priority: 5,
        Conditions: testers,
        Actions: [{ Type: 'forward', TargetGroupArn: arn(known, 'green') }],
        Tags: [{ Key: 'made-by', Value: 'test' }],
      });
      return remember(known, 'test rule', output, output.Rules?.[0]?.RuleArn);
    },
  ],
  ['describe the tags of a rule', (elb, known) => elb.describeTags({ ResourceArns: [arn(known, 'test rule')] })],
  ['shift traffic', (elb, known) => elb.modifyRule({ RuleArn: arn(known, 'rule'), Actions: split(known, 90, 10) })],
  ['describe a rule', (elb, known) => elb.describeRules({ RuleArns: [arn(known, 'rule')] })],
  ['describe a rule of one group', (elb, known) => elb.describeRules({ RuleArns: [arn(known, 'test rule')] })],
  ['describe the rules of a listener', (elb, known) => elb.describeRules({ ListenerArn: arn(known, 'listener') })],
  ['describe neither a listener nor rules', (elb) => elb.describeRules({})],
  [
    'shift traffic of a rule that is gone',
    (elb, known) => elb.modifyRule({ RuleArn: gone(known, 'rule'), Actions: split(known, 0, 1) }),
  ],
  [
    'shift traffic to a group that is gone',
    (elb, known) =>
      elb.modifyRule({
        RuleArn: arn(known, 'rule'),
        Actions: [{ Type: 'forward', TargetGroupArn: gone(known, 'green') }],
      }),
  ],
  [
    'create a rule of a listener that is gone',
    (elb, known) =>
      elb.createRule({
        ListenerArn: gone(known, 'listener'),
        Priority: 6,
        Conditions: everyPath,
        Actions: split(known, 0, 1),
      }),
  ],
  [
    'describe rules of a listener that is gone',
    (elb, known) => elb.describeRules({ ListenerArn: gone(known, 'listener') }),
  ],
  [
    'change a priority to one in use',
    (elb, known) => elb.setRulePriorities({ RulePriorities: [{ RuleArn: arn(known, 'rule'), Priority: 5 }] }),
  ],
  [
    'change a priority',
    (elb, known) => elb.setRulePriorities({ RulePriorities: [{ RuleArn: arn(known, 'rule'), Priority: 20 }] }),
  ],
  [
    'give a weight that is too large',
    (elb, known) => elb.modifyRule({ RuleArn: arn(known, 'rule'), Actions: split(known, 1000, 0) }),
  ],
  ['delete a group in use', (elb, known) => elb.deleteTargetGroup({ TargetGroupArn: arn(known, 'green') })],
  [
    'describe the health of an empty group',
    (elb, known) => elb.describeTargetHealth({ TargetGroupArn: arn(known, 'blue') }),
  ],
  [
    'describe the health of a group that is gone',
    (elb, known) => elb.describeTargetHealth({ TargetGroupArn: gone(known, 'blue') }),
  ],
  ['describe the groups', (elb, known) => elb.describeTargetGroups({ LoadBalancerArn: arn(known, 'balancer') })],
  ['describe the listeners', (elb, known) => elb.describeListeners({ LoadBalancerArn: arn(known, 'balancer') })],
  [
    'set the draining delay',
    (elb, known) =>
      elb.modifyTargetGroupAttributes({
        TargetGroupArn: arn(known, 'blue'),
        Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
      }),
  ],
  [
    'set the idle timeout',
    (elb, known) =>
      elb.modifyLoadBalancerAttributes({
        LoadBalancerArn: arn(known, 'balancer'),
        Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '30' }],
      }),
  ],
  [
    'describe the attributes of a load balancer that is gone',
    (elb, known) => elb.describeLoadBalancerAttributes({ LoadBalancerArn: gone(known, 'balancer') }),
  ],
  [
    'change the subnets',
    (elb, known) => elb.setSubnets({ LoadBalancerArn: arn(known, 'balancer'), Subnets: [...known.subnets].reverse() }),
  ],
  [
    'change the address type',
    (elb, known) => elb.setIpAddressType({ LoadBalancerArn: arn(known, 'balancer'), IpAddressType: 'dualstack' }),
  ],
  [
    'change the address type of a load balancer that is gone',
    (elb, known) => elb.setIpAddressType({ LoadBalancerArn: gone(known, 'balancer'), IpAddressType: 'ipv4' }),
  ],
  ['delete the test rule', (elb, known) => elb.deleteRule({ RuleArn: arn(known, 'test rule') })],
  ['delete a rule that is gone', (elb, known) => elb.deleteRule({ RuleArn: arn(known, 'test rule') })],
  ['delete the listener', (elb, known) => elb.deleteListener({ ListenerArn: arn(known, 'listener') })],
  ['delete a listener that is gone', (elb, known) => elb.deleteListener({ ListenerArn: arn(known, 'listener') })],
  ['delete a group', (elb, known) => elb.deleteTargetGroup({ TargetGroupArn: arn(known, 'green') })],
];
