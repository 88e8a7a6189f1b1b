import { isDeepStrictEqual } from 'node:util';
import type {
  CreateTargetGroupInput,
  DeleteTargetGroupInput,
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
  ModifyTargetGroupInput,
  TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../contract/aws-error.ts';
import { targetGroupNotFound, validationError } from './errors.ts';
import { findLoadBalancer, findTargetGroup } from './find.ts';
import { acceptHealthCheck } from './health-check-settings.ts';
import { takePage } from './paging.ts';
import { type ElbState, loadBalancersOf, type TargetGroupState } from './state.ts';
import { checkTags, writeTags } from './tags.ts';
import { defaultAttributes } from './target-group-attributes.ts';

interface TargetGroupsOutput {
  readonly TargetGroups: TargetGroup[];
}

export function createTargetGroup(state: ElbState, input: CreateTargetGroupInput): TargetGroupsOutput {
  const name = input.Name ?? '';
  checkName(name);
  checkPlace(input);
  checkTags(input.Tags ?? []);
  const { region, accountId, partition } = state.world.options;
  const existing = [...state.targetGroups.values()].find(({ description }) => description.TargetGroupName === name);
  const arn =
    existing?.arn ??
    `arn:${partition}:elasticloadbalancing:${region}:${accountId}:targetgroup/${name}/${state.world.id(16)}`;
  const description = describeNew(arn, name, input);
  if (existing) {
    if (isDeepStrictEqual(existing.description, description)) return { TargetGroups: [show(state, existing)] };
    throw new AwsError(
      'DuplicateTargetGroupName',
      `A target group with the same name '${name}' exists, but with different settings`,
    );
  }
  const group: TargetGroupState = {
    arn,
    description,
    attributes: defaultAttributes(input.Protocol),
    targets: new Map(),
    turn: 0,
    hosts: [],
  };
  state.targetGroups.set(arn, group);
  writeTags(state, arn, input.Tags ?? []);
  return { TargetGroups: [show(state, group)] };
}

export function modifyTargetGroup(state: ElbState, input: ModifyTargetGroupInput): TargetGroupsOutput {
  const group = findTargetGroup(state, input.TargetGroupArn);
  group.description = { ...group.description, ...acceptHealthCheck(input, group.description) };
  return { TargetGroups: [show(state, group)] };
}

export function describeTargetGroups(state: ElbState, input: DescribeTargetGroupsInput): DescribeTargetGroupsOutput {
  const { items, ...rest } = takePage(select(state, input), input, state.world.options.pageSize);
  return { TargetGroups: items.map((group) => show(state, group)), ...rest };
}

/** Succeeds if there is no such group, as on AWS; throws ResourceInUse while a listener or rule forwards to it. */
export function deleteTargetGroup(state: ElbState, input: DeleteTargetGroupInput): object {
  const arn = input.TargetGroupArn ?? '';
  if (loadBalancersOf(state, arn).length > 0) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  for (const target of state.targetGroups.get(arn)?.targets.values() ?? []) target.stop();
  state.targetGroups.delete(arn);
  state.tags.delete(arn);
  return {};
}

function select(state: ElbState, input: DescribeTargetGroupsInput): readonly TargetGroupState[] {
  const all = [...state.targetGroups.values()];
  if (input.LoadBalancerArn) {
    const { arn } = findLoadBalancer(state, input.LoadBalancerArn);
    return all.filter((group) => loadBalancersOf(state, group.arn).includes(arn));
  }
  if (input.TargetGroupArns?.length) return input.TargetGroupArns.map((arn) => findTargetGroup(state, arn));
  if (!input.Names?.length) return all;
  const found = all.filter(({ description }) => input.Names?.includes(description.TargetGroupName));
  if (found.length < new Set(input.Names).size) throw targetGroupNotFound();
  return found;
}

function describeNew(arn: string, name: string, input: CreateTargetGroupInput): TargetGroupState['description'] {
  return {
    TargetGroupArn: arn,
    TargetGroupName: name,
    Protocol: input.Protocol,
    Port: input.Port,
    VpcId: input.VpcId,
    ...(input.TargetControlPort === undefined ? {} : { TargetControlPort: input.TargetControlPort }),
    ...acceptHealthCheck(input, { Protocol: input.Protocol, ProtocolVersion: input.ProtocolVersion }),
    TargetType: input.TargetType ?? 'instance',
    ...(input.Protocol === 'HTTP' || input.Protocol === 'HTTPS'
      ? { ProtocolVersion: acceptVersion(input.ProtocolVersion) }
      : {}),
    IpAddressType: input.IpAddressType ?? 'ipv4',
  };
}

function show(state: ElbState, group: TargetGroupState): TargetGroup {
  return { ...group.description, LoadBalancerArns: loadBalancersOf(state, group.arn) };
}

function checkName(name: string): void {
  if (name.length > 32) throw validationError(`Target group name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    throw validationError(
      `Target group name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
}

function acceptVersion(version = 'HTTP1'): string {
  if (!['HTTP1', 'HTTP2', 'GRPC'].includes(version))
    throw validationError(`The emulator knows no protocol version '${version}'.`);
  return version;
}

function checkPlace(input: CreateTargetGroupInput): void {
  if (input.TargetType === 'lambda')
    throw validationError("The emulator does not support target groups of type 'lambda'");
  if (!input.Protocol) throw validationError('A protocol must be specified');
  if (input.Port === undefined) throw validationError('A port must be specified');
  if (!input.VpcId) throw validationError('A VPC ID must be specified');
}
