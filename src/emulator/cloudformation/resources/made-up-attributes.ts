import { createHash } from 'node:crypto';
import type { ServiceOptions } from '../../contract/options.ts';
import type { Properties } from '../template/template.ts';
import { findKnownType } from './known-types.ts';

/** A recorded resource, for which values are made up. */
export interface NamedResource {
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Properties;
}

/** A plausible value of an attribute; the same resource always gets the same one. */
export function makeUpAttribute(resource: NamedResource, name: string, options: ServiceOptions): unknown {
  const known = findKnownType(resource.type);
  const given = resource.properties[name];
  if (given !== undefined) return given;
  const value = plausible(resource, name, options);
  return known?.lists.includes(name) ? [value] : value;
}

/** The name that AWS gives to a resource without one. */
export function makeUpName(type: string, stackName: string, logicalId: string, id: string): string {
  const name = `${stackName}-${logicalId}-${id}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
}

/** An id in the form of the type, such as `vpc-…`. */
export function makeUpId(type: string, hex: string): string {
  const [, service = '', kind = ''] = type.split('::');
  const prefix = service === 'EC2' ? (prefixes[kind] ?? kind.toLowerCase()) : undefined;
  if (prefix !== undefined) return `${prefix}-${hex.slice(0, 17)}`;
  if (type === 'AWS::Route53::HostedZone') return `Z${hex.slice(0, 20).toUpperCase()}`;
  if (service === 'KMS') return hex.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return hex.slice(0, 13).toUpperCase();
}

/** Hexadecimal digits that depend only on the text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function plausible(resource: NamedResource, name: string, options: ServiceOptions): string {
  const { type, physicalId } = resource;
  const [, service = ''] = type.toLowerCase().split('::');
  const last = name.slice(name.lastIndexOf('.') + 1);
  const hex = digest(`${physicalId} ${name}`);
  const host = `${physicalId.replace(/^.*[:/|]/, '').toLowerCase()}.${service}.${options.region}.amazonaws.com`;
  if (/Arn$/.test(last)) return arnOf(resource, options);
  if (/Port$/.test(last)) return '443';
  if (/(Url|URL|Uri|URI)$/.test(last)) return `https://${host}`;
  if (/(DomainName|DNSName|DnsName|Address|Endpoint|Name[Ss]ervers?)$/.test(last)) return host;
  if (/Ipv6Cidr/.test(last)) return '2001:db8:1234:1a00::/56';
  if (/Cidr(Block)?s?$/.test(last)) return '10.0.0.0/16';
  if (/Ip$/.test(last)) return '203.0.113.10';
  if (/AvailabilityZone$/.test(last)) return `${options.region}a`;
  if (/Id$/.test(last)) return last === 'Id' ? physicalId : makeUpId(typeOfId(type, last), hex);
  return /Name$/.test(last) ? physicalId.replace(/^.*[:/|]/, '') : `${physicalId}-${last}`;
}

/** A VPC's default security group is a security group, whatever type has it as an attribute. */
function typeOfId(type: string, attribute: string): string {
  const kind = attribute.replace(/Id$/, '');
  return Object.hasOwn(prefixes, kind) ? `AWS::EC2::${kind}` : type;
}

function arnOf({ type, physicalId, properties }: NamedResource, options: ServiceOptions): string {
  if (physicalId.startsWith('arn:')) return physicalId;
  const [, service = '', kind = ''] = type.toLowerCase().split('::');
  const form = findKnownType(type)?.arn ?? `${service}:\${Region}:\${Account}:${kind}/\${Name}`;
  const path = typeof properties['Path'] === 'string' ? properties['Path'].slice(1) : '';
  const filled = form.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    if (name === 'Region') return options.region;
    if (name === 'Account') return options.accountId;
    if (name.endsWith('WithPath')) return `${path}${physicalId}`;
    const given = properties[name];
    return typeof given === 'string' ? given : physicalId.replace(/^\//, '').replace(/^.*\|/, '');
  });
  return `arn:${options.partition}:${filled}`;
}

const prefixes: Readonly<Record<string, string>> = {
  VPC: 'vpc',
  Vpc: 'vpc',
  Subnet: 'subnet',
  SecurityGroup: 'sg',
  Group: 'sg',
  SecurityGroupIngress: 'sgr',
  SecurityGroupEgress: 'sgr',
  InternetGateway: 'igw',
  EgressOnlyInternetGateway: 'eigw',
  NatGateway: 'nat',
  RouteTable: 'rtb',
  SubnetRouteTableAssociation: 'rtbassoc',
  NetworkAcl: 'acl',
  NetworkInterface: 'eni',
  VPCEndpoint: 'vpce',
  VPCPeeringConnection: 'pcx',
  TransitGateway: 'tgw',
  EIP: 'eipalloc',
  Allocation: 'eipalloc',
  Instance: 'i',
  LaunchTemplate: 'lt',
  Volume: 'vol',
  DHCPOptions: 'dopt',
  FlowLog: 'fl',
};
