import type {
  LoadBalancer,
  SetIpAddressTypeInput,
  SetIpAddressTypeOutput,
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
  SetSubnetsInput,
  SetSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { findLoadBalancer } from './find.ts';
import { acceptSubnets, zonesOf } from './load-balancers.ts';
import type { ElbState } from './state.ts';

export function setSecurityGroups(state: ElbState, input: SetSecurityGroupsInput): SetSecurityGroupsOutput {
  const SecurityGroups = input.SecurityGroups ?? [];
  change(state, input.LoadBalancerArn, { SecurityGroups });
  return { SecurityGroupIds: SecurityGroups };
}

export function setSubnets(state: ElbState, input: SetSubnetsInput): SetSubnetsOutput {
  const { description } = findLoadBalancer(state, input.LoadBalancerArn);
  const AvailabilityZones = zonesOf(state, acceptSubnets(description.Type, input));
  const IpAddressType = input.IpAddressType ?? description.IpAddressType;
  change(state, input.LoadBalancerArn, { AvailabilityZones, IpAddressType });
  return { AvailabilityZones, IpAddressType };
}

export function setIpAddressType(state: ElbState, input: SetIpAddressTypeInput): SetIpAddressTypeOutput {
  change(state, input.LoadBalancerArn, { IpAddressType: input.IpAddressType });
  return { IpAddressType: input.IpAddressType };
}

function change(state: ElbState, arn: string | undefined, part: Partial<LoadBalancer>): void {
  const loadBalancer = findLoadBalancer(state, arn);
  state.loadBalancers.set(loadBalancer.arn, {
    ...loadBalancer,
    description: { ...loadBalancer.description, ...part } as typeof loadBalancer.description,
  });
}
