import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import { urlSuffix } from '../contract/partition.ts';
import { defaultLoadBalancerAttributes } from './attributes.ts';
import { loadBalancerNotFound, operationNotPermitted, validationError } from './errors.ts';
import { findLoadBalancer } from './find.ts';
import { removeListener } from './listeners.ts';
import { takePage } from './paging.ts';
import type { ElbState, LoadBalancerState } from './state.ts';
import { writeTags } from './tags.ts';

export function createLoadBalancer(state: ElbState, input: CreateLoadBalancerInput): CreateLoadBalancerOutput {
  const name = input.Name ?? '';
  const existing = [...state.loadBalancers.values()].find(({ description }) => description.LoadBalancerName === name);
  if (existing) return reuseLoadBalancer(existing, input);
  checkName(name);
  const type = input.Type ?? 'application';
  if (type !== 'application' && type !== 'network') {
    throw validationError(`The emulator does not support load balancers of type '${type}'`);
  }
  const subnets = acceptSubnets(type, input);
  const { region, accountId, partition } = state.world.options;
  const id = state.world.id(16);
  const arn = `arn:${partition}:elasticloadbalancing:${region}:${accountId}:loadbalancer/${type === 'application' ? 'app' : 'net'}/${name}/${id}`;
  const description = describeNew(state, input, { arn, name, id, type, subnets });
  state.loadBalancers.set(arn, { arn, description, attributes: defaultLoadBalancerAttributes(type) });
  writeTags(state, arn, input.Tags ?? []);
  return { LoadBalancers: [description] };
}

export function describeLoadBalancers(state: ElbState, input: DescribeLoadBalancersInput): DescribeLoadBalancersOutput {
  const { items, ...rest } = takePage(selectLoadBalancers(state, input), input, state.world.options.pageSize);
  return { LoadBalancers: items.map(({ description }) => description), ...rest };
}

/** Also deletes its listeners and their rules; succeeds if there is no such load balancer, as on AWS. */
export async function deleteLoadBalancer(state: ElbState, input: DeleteLoadBalancerInput): Promise<object> {
  const arn = input.LoadBalancerArn ?? '';
  if (state.loadBalancers.get(arn)?.attributes.get('deletion_protection.enabled') === 'true') {
    throw operationNotPermitted(`Load balancer '${arn}' cannot be deleted because deletion protection is enabled`);
  }
  const listeners = [...state.listeners.values()].filter(({ loadBalancerArn }) => loadBalancerArn === arn);
  state.loadBalancers.delete(arn);
  state.tags.delete(arn);
  await Promise.all(listeners.map((listener) => removeListener(state, listener)));
  return {};
}

function selectLoadBalancers(state: ElbState, input: DescribeLoadBalancersInput): readonly LoadBalancerState[] {
  const all = [...state.loadBalancers.values()];
  if (input.LoadBalancerArns?.length) return input.LoadBalancerArns.map((arn) => findLoadBalancer(state, arn));
  if (!input.Names?.length) return all;
  const found = all.filter(({ description }) => input.Names?.includes(description.LoadBalancerName));
  if (found.length < new Set(input.Names).size) throw loadBalancerNotFound(input.Names);
  return found;
}

function reuseLoadBalancer(existing: LoadBalancerState, input: CreateLoadBalancerInput): CreateLoadBalancerOutput {
  const { description } = existing;
  const subnets = description.AvailabilityZones?.map(({ SubnetId }) => SubnetId).join();
  const same =
    description.Type === (input.Type ?? 'application') &&
    description.Scheme === (input.Scheme ?? 'internet-facing') &&
    subnets === subnetsOf(input).join();
  if (same) return { LoadBalancers: [description] };
  throw new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${input.Name}' exists, but with different settings`,
  );
}

function describeNew(
  state: ElbState,
  input: CreateLoadBalancerInput,
  made: { arn: string; name: string; id: string; type: 'application' | 'network'; subnets: readonly string[] },
): LoadBalancerState['description'] {
  const { region, partition } = state.world.options;
  const scheme = input.Scheme ?? 'internet-facing';
  const host = `${scheme === 'internal' ? 'internal-' : ''}${made.name}-${Number.parseInt(made.id.slice(-8), 16)}`;
  return {
    LoadBalancerArn: made.arn,
    DNSName: `${host}.${region}.elb.${urlSuffix(partition)}`,
    CanonicalHostedZoneId: 'Z35SXDOTRQ7X7K',
    CreatedTime: state.world.clock.now(),
    LoadBalancerName: made.name,
    Scheme: scheme,
    VpcId: 'vpc-0123456789abcdef0',
    State: { Code: 'active' },
    Type: made.type,
    AvailabilityZones: zonesOf(state, made.subnets),
    SecurityGroups: input.SecurityGroups ?? [],
    IpAddressType: input.IpAddressType ?? 'ipv4',
  };
}

/** The subnets of a request; throws ValidationError if they are too few. */
export function acceptSubnets(type: 'application' | 'network', input: SubnetChoice): string[] {
  const subnets = subnetsOf(input);
  if (type === 'application' && subnets.length < 2) {
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  }
  return subnets;
}

/** Subnets as Describe… shows them, each in a zone of its own. */
export function zonesOf(state: ElbState, subnets: readonly string[]): NonNullable<LoadBalancer['AvailabilityZones']> {
  return subnets.map((SubnetId, index) => ({
    ZoneName: `${state.world.options.region}${'abcdef'.charAt(index % 6)}`,
    SubnetId,
    LoadBalancerAddresses: [],
  }));
}

type SubnetChoice = Pick<CreateLoadBalancerInput, 'Subnets' | 'SubnetMappings'>;

function subnetsOf(input: SubnetChoice): string[] {
  return input.Subnets ?? input.SubnetMappings?.flatMap(({ SubnetId }) => SubnetId ?? []) ?? [];
}

function checkName(name: string): void {
  if (name.length > 32) throw validationError(`The load balancer name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name) || name.startsWith('internal-')) {
    throw validationError(`The load balancer name '${name}' is not valid`);
  }
}
