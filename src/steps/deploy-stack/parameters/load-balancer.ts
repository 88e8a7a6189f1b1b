import { ParameterProblem, type ParameterSet } from '../../../parameters/parameters.ts';
import { arn, blankOr, integer, list, matching, optional } from '../../../parameters/parsers.ts';
import { checked, line, lines } from './declare.ts';

const pathPattern = /^[\w.$/~"'@:+&*?-]{1,128}$/;
const hostPattern = /^(?=.*\.)[\w.*?-]{1,128}$/;

/** Where traffic comes from: load balancer, listener and the rule that splits it. */
export const loadBalancerParameters = {
  loadBalancerArn: line(
    'EcsCanary.LoadBalancerArn',
    'Load balancer',
    'The Application Load Balancer on which the stack creates a listener, for example `arn:…:loadbalancer/app/shop/50dc6c49`. Required, unless you give an existing listener.',
    blankOr(applicationLoadBalancer),
  ),
  listenerArn: line(
    'EcsCanary.ListenerArn',
    'Existing listener',
    'The listener to which the stack adds its rule, for example `arn:…:listener/app/shop/50dc6c49/f2f7dc8e`. With one, check *Rule priority*, *Paths* and *Hosts*. If blank, the stack creates a listener.',
    blankOr(applicationListener),
  ),
  certificateArn: line(
    'EcsCanary.CertificateArn',
    'Certificate',
    'The certificate of the listener that the stack creates, for example `arn:aws:acm:…:certificate/12345678`. With a certificate, the listener uses HTTPS on port 443; without one, HTTP on port 80.',
    blankOr(certificate),
  ),
  listenerPort: line(
    'EcsCanary.ListenerPort',
    'Advanced: listener port',
    'The port of the listener that the stack creates, for example `8443`. Blank means 443 with a certificate and 80 without.',
    optional(integer(1, 65_535)),
  ),
  httpRedirect: checked(
    'EcsCanary.HttpRedirect',
    'Advanced: redirect HTTP to HTTPS',
    'Tick to add a listener on port 80 that redirects every request to the HTTPS listener of the stack, for example from `http://shop.example.com`. Port 80 must be free.',
  ),
  rulePriority: line(
    'EcsCanary.RulePriority',
    'Rule priority',
    'The priority of the production rule on its listener, for example `10`. It must be free, and the test rule needs a lower number.',
    integer(1, 50_000),
    '10',
  ),
  pathPatterns: lines(
    'EcsCanary.PathPatterns',
    'Paths',
    'The paths of this service, for example `/shop/*`, one on each line or separated by commas. Paths and hosts together may have at most five values.',
    list(matching(pathPattern, 'a path pattern, such as /shop/*')),
    '/*',
  ),
  hostHeaders: lines(
    'EcsCanary.HostHeaders',
    'Hosts',
    'The host names of this service, for example `shop.example.com`, one on each line or separated by commas. Blank means all hosts.',
    list(matching(hostPattern, 'a host name, such as shop.example.com')),
  ),
  stickinessSeconds: line(
    'EcsCanary.StickinessSeconds',
    'Advanced: stickiness in seconds',
    'How long a visitor stays with the colour they first got, for example `60`. Visitors stay with green even after a rollback, so keep it short; `0` turns it off.',
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
    `it is a ${name} Load Balancer's, which has no listener rules that can split traffic; a canary needs an Application Load Balancer (…/app/…).`,
  );
}

function certificate(raw: string): string {
  return raw.includes(':iam:')
    ? arn('iam', /^server-certificate\/.+/, 'the ARN of a certificate')(raw)
    : arn('acm', /^certificate\/.+/, 'the ARN of a certificate')(raw);
}
