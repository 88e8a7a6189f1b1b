import type {
  DescribeListenerAttributesInput,
  DescribeLoadBalancerAttributesInput,
  ListenerAttribute,
  LoadBalancerAttribute,
  ModifyListenerAttributesInput,
  ModifyLoadBalancerAttributesInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { validationError } from './errors.ts';
import { findListener, findLoadBalancer } from './find.ts';
import type { ElbState } from './state.ts';

interface Attributes<Attribute> {
  readonly Attributes: Attribute[];
}

export function describeLoadBalancerAttributes(
  state: ElbState,
  input: DescribeLoadBalancerAttributesInput,
): Attributes<LoadBalancerAttribute> {
  return { Attributes: show(findLoadBalancer(state, input.LoadBalancerArn).attributes) };
}

export function modifyLoadBalancerAttributes(
  state: ElbState,
  input: ModifyLoadBalancerAttributesInput,
): Attributes<LoadBalancerAttribute> {
  const { attributes } = findLoadBalancer(state, input.LoadBalancerArn);
  write(attributes, loadBalancerKeys, input.Attributes ?? [], 'load balancer');
  return { Attributes: show(attributes) };
}

export function describeListenerAttributes(
  state: ElbState,
  input: DescribeListenerAttributesInput,
): Attributes<ListenerAttribute> {
  return { Attributes: show(findListener(state, input.ListenerArn).attributes) };
}

export function modifyListenerAttributes(
  state: ElbState,
  input: ModifyListenerAttributesInput,
): Attributes<ListenerAttribute> {
  const { attributes } = findListener(state, input.ListenerArn);
  write(attributes, listenerKeys, input.Attributes ?? [], 'listener');
  return { Attributes: show(attributes) };
}

export function defaultLoadBalancerAttributes(type: 'application' | 'network'): Map<string, string> {
  return new Map(
    Object.entries({ ...commonDefaults, ...(type === 'application' ? applicationDefaults : networkDefaults) }),
  );
}

/** Changes all attributes or none; throws ValidationError for a key that the emulator does not know. */
function write(
  attributes: Map<string, string>,
  known: ReadonlySet<string>,
  changes: readonly LoadBalancerAttribute[],
  label: string,
): void {
  const unknown = changes.flatMap(({ Key = '' }) => (known.has(Key) ? [] : `'${Key}'`));
  if (unknown.length > 0) throw validationError(`The emulator knows no ${label} attribute ${unknown.join(', ')}.`);
  for (const { Key = '', Value = '' } of changes) attributes.set(Key, Value);
}

function show(attributes: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...attributes].map(([Key, Value]) => ({ Key, Value }));
}

const commonDefaults = {
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'deletion_protection.enabled': 'false',
  'ipv6.deny_all_igw_traffic': 'false',
  'zonal_shift.config.enabled': 'false',
};

const applicationDefaults = {
  'client_keep_alive.seconds': '3600',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.prefix': '',
  'health_check_logs.s3.bucket': '',
  'health_check_logs.s3.enabled': 'false',
  'health_check_logs.s3.prefix': '',
  'idle_timeout.timeout_seconds': '60',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
};

const networkDefaults = {
  'dns_record.client_routing_policy': 'any_availability_zone',
  'load_balancing.cross_zone.enabled': 'false',
  'secondary_ips.auto_assigned.per_subnet': '0',
};

const loadBalancerKeys = new Set(Object.keys({ ...commonDefaults, ...applicationDefaults, ...networkDefaults }));

const requestHeaders = [
  'x_amzn_mtls_clientcert_serial_number',
  'x_amzn_mtls_clientcert_issuer',
  'x_amzn_mtls_clientcert_subject',
  'x_amzn_mtls_clientcert_validity',
  'x_amzn_mtls_clientcert_leaf',
  'x_amzn_mtls_clientcert',
  'x_amzn_tls_version',
  'x_amzn_tls_cipher_suite',
];

const responseHeaders = [
  'access_control_allow_origin',
  'access_control_allow_methods',
  'access_control_allow_headers',
  'access_control_allow_credentials',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'strict_transport_security',
  'x_content_type_options',
  'x_frame_options',
];

const listenerKeys = new Set([
  'tcp.idle_timeout.seconds',
  'routing.http.response.server.enabled',
  ...requestHeaders.map((name) => `routing.http.request.${name}.header_name`),
  ...responseHeaders.map((name) => `routing.http.response.${name}.header_value`),
]);
