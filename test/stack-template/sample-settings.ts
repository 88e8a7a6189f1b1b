import { parseParameters } from '../../src/parameters/parameters.ts';
import type { StackSettings } from '../../src/stack-template/settings.ts';
import {
  type StackParameterValues,
  stackParameters,
} from '../../src/steps/deploy-stack/parameters/stack-parameters.ts';

export const loadBalancerArn =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shop/50dc6c495c0c9188';
export const listenerArn = `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/f2f7dc8efc522ab2`;
export const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
export const roleArn = 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole';
export const stableArn = 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop:26';

const typed: Readonly<Record<string, string>> = {
  'EcsCanary.Image': 'nginx:1.27',
  'EcsCanary.Cluster': 'production',
  'EcsCanary.VpcId': 'vpc-0a1b2c3d4e5f60718',
  'EcsCanary.Subnets': 'subnet-0a1b2c3d4e5f60718\nsubnet-1a1b2c3d4e5f60718',
  'EcsCanary.SecurityGroups': 'sg-0a1b2c3d4e5f60718',
  'EcsCanary.LoadBalancerArn': loadBalancerArn,
};

/** The values of an operator who typed only what is needed, and what the test adds (by full parameter name). */
export function typedValues(more: Readonly<Record<string, string>> = {}): StackParameterValues {
  return parseParameters(stackParameters, (name) => more[name] ?? typed[name]);
}

/** Settings as `buildStackTemplate` takes them. */
export function sampleSettings(more: Partial<StackSettings> = {}): StackSettings {
  return { ...typedValues(), ...more };
}
