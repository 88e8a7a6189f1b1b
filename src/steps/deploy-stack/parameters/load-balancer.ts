import { ParameterProblem, type ParameterSet } from '../../../parameters/parameters.ts';
import { arn, blankOr, choice, integer, list, matching } from '../../../parameters/parsers.ts';
import { checked, line, lines, select } from './declare.ts';

const pathPattern = /^[\w.$/~"'@:+&*?-]{1,128}$/;
const hostPattern = /^(?=.*\.)[\w.*?-]{1,128}$/;

/** Where traffic comes from: load balancer, listener and the rule that splits it. */
export const loadBalancerParameters = {
  loadBalancerArn: line(
    'EcsCanary.LoadBalancerArn',
    'Load balancer',
    'ARN of the existing Application Load Balancer on which the stack creates a listener, for example `arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188`. Empty when an existing listener is given.',
    blankOr(applicationLoadBalancer),
  ),
  listenerArn: line(
    'EcsCanary.ListenerArn',
    'Existing listener',
    'ARN of an existing listener to which the stack adds its rule. Empty: the stack creates a listener, whose port must still be free.',
    blankOr(applicationListener),
  ),
  listenerPort: line(
    'EcsCanary.ListenerPort',
    'Listener port',
    'Port of the listener that the stack creates, 1 to 65535.',
    integer(1, 65_535),
    '80',
  ),
  listenerProtocol: select(
    'EcsCanary.ListenerProtocol',
    'Listener protocol',
    'Protocol of the listener that the stack creates.',
    [
      ['HTTP', 'HTTP'],
      ['HTTPS', 'HTTPS'],
    ],
    choice('HTTP', 'HTTPS'),
    'HTTP',
  ),
  certificateArn: line(
    'EcsCanary.CertificateArn',
    'Certificate',
    'ARN of the certificate (ACM or IAM) of an HTTPS listener that the stack creates.',
    blankOr(certificate),
  ),
  httpRedirect: checked(
    'EcsCanary.HttpRedirect',
    'Redirect HTTP to HTTPS',
    'The stack also creates an HTTP listener on port 80, which must be free. It sends every request to the HTTPS listener that the stack creates (301), with the same host, path and query. To move a deployed stack from port 80 to HTTPS, make this change with the version that already runs: if new tasks failed, CloudFormation could not take the change back.',
  ),
  rulePriority: line(
    'EcsCanary.RulePriority',
    'Rule priority',
    'Place of the rule among those of its listener, 1 (first) to 50000; it must be free, and the number of the test rule must be lower.',
    integer(1, 50_000),
    '10',
  ),
  pathPatterns: lines(
    'EcsCanary.PathPatterns',
    'Paths',
    'Path patterns that the rule matches, one a line or separated by commas; `*` and `?` are wildcards. Paths and hosts together: at most five values.',
    list(matching(pathPattern, 'a path pattern, such as /shop/*')),
    '/*',
  ),
  hostHeaders: lines(
    'EcsCanary.HostHeaders',
    'Hosts',
    'Host names that the rule matches, for example `shop.example.com` or `*.example.com`. Empty: all hosts.',
    list(matching(hostPattern, 'a host name, such as shop.example.com')),
  ),
  stickinessSeconds: line(
    'EcsCanary.StickinessSeconds',
    'Stickiness (seconds)',
    'How long a visitor stays with the colour they first got, up to 604800; 0 is off. Sticky visitors stay with green for as long even after a roll-back, so keep it short.',
    integer(0, 604_800),
    '0',
  ),
} satisfies ParameterSet;

function applicationLoadBalancer(raw: string): string {
  refuseOtherKinds(raw);
  return arn(
    'elasticloadbalancing',
    /^loadbalancer\/app\/[^/]+\/[^/]+$/,
    'the ARN of an Application Load Balancer',
  )(raw);
}

function applicationListener(raw: string): string {
  refuseOtherKinds(raw);
  return arn('elasticloadbalancing', /^listener\/app\/[^/]+\/[^/]+\/[^/]+$/, 'the ARN of a listener')(raw);
}

function refuseOtherKinds(raw: string): void {
  const kind = /:(?:loadbalancer|listener)\/(net|gwy|gateway)\//.exec(raw)?.[1];
  if (kind === undefined) return;
  const name = kind === 'net' ? 'Network' : 'Gateway';
  throw new ParameterProblem(
    `it is a ${name} Load Balancer's, which has no listener rules to split traffic by; a canary needs an Application Load Balancer (…/app/…).`,
  );
}

function certificate(raw: string): string {
  return raw.includes(':iam:')
    ? arn('iam', /^server-certificate\/.+/, 'the ARN of a certificate')(raw)
    : arn('acm', /^certificate\/.+/, 'the ARN of a certificate')(raw);
}
