import type { StandInKind } from '../../contract/service.ts';
import type { CloudFormationWorld } from '../state.ts';
import type { Place } from '../template/intrinsics.ts';

/** A given value, or what stands in for it if it should name something that the emulator does not have. */
export function adoptValue(world: CloudFormationWorld, name: string, given: string, place: Place): string {
  const named = kindsOfArns.find(([pattern]) => pattern.test(given))?.[1];
  const form = formOf(place.property ?? '', place.type ?? '');
  const kind = named ?? (form === 'cluster' ? form : undefined);
  return kind === undefined || place.list ? given : world.standIn(kind, name, given);
}

const kindsOfArns: readonly (readonly [RegExp, StandInKind])[] = [
  [/^arn:[^:]+:elasticloadbalancing:.*:loadbalancer\/app\//, 'load balancer'],
  [/^arn:[^:]+:elasticloadbalancing:.*:listener\/app\//, 'listener'],
  [/^arn:[^:]+:elasticloadbalancing:.*:targetgroup\//, 'target group'],
  [/^arn:[^:]+:ecs:.*:cluster\//, 'cluster'],
];

/** A value for something outside the stack, in the form that its place, or else its name, suggests. */
export function makeUpValue(world: CloudFormationWorld, name: string, place: Place): string {
  const form = formOf(place.property ?? '', place.type ?? '') ?? formByName(name) ?? text;
  const one = (): string => (typeof form === 'string' ? world.standIn(form, name) : form(world, name));
  return place.list ? [one(), one(), one()].join(',') : one();
}

type Form = StandInKind | ((world: CloudFormationWorld, name: string) => string);

const hex = (prefix: string): Form => {
  return (world) => `${prefix}-${world.id(17)}`;
};

const arn = (service: string, resource: string): Form => {
  return ({ options: { partition, region, accountId } }) =>
    `arn:${partition}:${service}:${service === 'iam' ? '' : region}:${accountId}:${resource}/made-up`;
};

const text: Form = (_, name) => `made-up-${name.replace(/\W+/g, '-').replace(/^-|-$/g, '')}`;
const host: Form = ({ options }, name) => `${name.replace(/\W+/g, '-').toLowerCase()}.${options.region}.example.com`;
const exactly = (value: string): Form => {
  return () => value;
};

/** Forms by the property or parameter type that takes the value. */
const byProperty: readonly (readonly [RegExp, Form])[] = [
  [/^(VpcId|VPC)$|VPC::Id/, hex('vpc')],
  [/^Subnet(s|Id|Ids)$|Subnet::Id/, hex('subnet')],
  [/^(SecurityGroups|.*SecurityGroupIds?|VPCSecurityGroups|GroupId)$|SecurityGroup::Id/, hex('sg')],
  [/^ImageId$|Image::Id/, hex('ami')],
  [/^Cluster(Name|Arn)?$/, 'cluster'],
  [/^LoadBalancerArns?$/, 'load balancer'],
  [/^ListenerArn$/, 'listener'],
  [/^TargetGroupARNs?$|^TargetGroupArn$/, 'target group'],
  [/^CertificateArn$/, arn('acm', 'certificate')],
  [/^(.*RoleArn|RoleARN|Role)$/, arn('iam', 'role')],
  [/^UserPoolArn$/, arn('cognito-idp', 'userpool')],
  [/^HostedZoneId$|HostedZone::Id/, (world) => `Z${world.id(20).toUpperCase()}`],
  [/^Image$/, (_, name) => `made-up${name.startsWith('/') ? name : `/${name}`}:1`.toLowerCase()],
  [/Port$/, exactly('80')],
  [/^Priority$/, exactly('100')],
  [/^(DesiredCount|MinCapacity|MaxCapacity)$/, exactly('2')],
  [/^Cpu$/, exactly('256')],
  [/^Memory$/, exactly('512')],
];

/** Forms by the name of an export or parameter, for places that suggest none. */
const named: readonly (readonly [RegExp, Form])[] = [
  [/security.?group|\bsg\b|-sg/i, hex('sg')],
  [/subnet/i, hex('subnet')],
  [/cidr/i, exactly('10.0.0.0/16')],
  [/vpc(id)?$|^vpc/i, hex('vpc')],
  [/\bami\b|image.?id/i, hex('ami')],
  [/dns|domain|host.?name|endpoint|url/i, host],
  [/hosted.?zone/i, (world) => `Z${world.id(20).toUpperCase()}`],
  [/full.?name/i, text],
  [/role/i, arn('iam', 'role')],
  [/cert/i, arn('acm', 'certificate')],
  [/listener/i, 'listener'],
  [/target.?group/i, 'target group'],
  [/load.?balancer|\balb\b/i, 'load balancer'],
  [/cluster/i, 'cluster'],
];

function formOf(property: string, type: string): Form | undefined {
  return byProperty.find(([pattern]) => pattern.test(property) || pattern.test(type))?.[1];
}

function formByName(name: string): Form | undefined {
  return named.find(([pattern]) => pattern.test(name))?.[1];
}
