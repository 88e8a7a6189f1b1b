/** Where the checks take place. */
export interface NetworkChoice {
  /** An existing VPC with two of its subnets; undefined to create one. */
  readonly existing: { readonly vpcId: string; readonly subnets: readonly string[] } | undefined;
  /** CIDR that may send requests to the load balancer. */
  readonly allowFrom: string;
}

/** The stack with network, load balancer, cluster, and a target group that no rule uses. */
export function buildNetworkTemplate({ existing, allowFrom }: NetworkChoice): {
  readonly body: string;
  readonly parameters: Readonly<Record<string, string>>;
} {
  const vpc = { Ref: 'Vpc' };
  const subnets = existing ? { Ref: 'Subnets' } : [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }];
  const body = JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'A sandbox in which octopus-ecs-canary checks what AWS does.',
    // CloudFormation refuses ids of these types that do not exist before it creates anything.
    ...(existing && {
      Parameters: { Vpc: { Type: 'AWS::EC2::VPC::Id' }, Subnets: { Type: 'List<AWS::EC2::Subnet::Id>' } },
    }),
    Resources: {
      ...(existing === undefined && ownNetwork()),
      BalancerGroup: securityGroup(vpc, 'Users of the load balancer', { CidrIp: allowFrom }),
      TaskGroup: securityGroup(vpc, 'Load balancer to tasks', {
        SourceSecurityGroupId: { 'Fn::GetAtt': ['BalancerGroup', 'GroupId'] },
      }),
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        ...(existing === undefined && { DependsOn: ['DefaultRoute', 'RouteA', 'RouteB'] }),
        Properties: {
          Type: 'application',
          Scheme: 'internet-facing',
          Subnets: subnets,
          SecurityGroups: [{ 'Fn::GetAtt': ['BalancerGroup', 'GroupId'] }],
        },
      },
      Cluster: { Type: 'AWS::ECS::Cluster' },
      SpareTargetGroup: {
        Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
        Properties: { TargetType: 'ip', Protocol: 'HTTP', Port: 80, VpcId: vpc },
      },
    },
    Outputs: {
      Vpc: { Value: vpc },
      Subnets: { Value: { 'Fn::Join': [',', subnets] } },
      TaskGroup: { Value: { 'Fn::GetAtt': ['TaskGroup', 'GroupId'] } },
      Balancer: { Value: { Ref: 'Balancer' } },
      DnsName: { Value: { 'Fn::GetAtt': ['Balancer', 'DNSName'] } },
      Cluster: { Value: { Ref: 'Cluster' } },
      SpareTargetGroup: { Value: { Ref: 'SpareTargetGroup' } },
    },
  });
  return { body, parameters: existing ? { Vpc: existing.vpcId, Subnets: existing.subnets.join(',') } : {} };
}

function ownNetwork(): Record<string, unknown> {
  return {
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.249.0.0/24', EnableDnsHostnames: true } },
    Gateway: { Type: 'AWS::EC2::InternetGateway' },
    Attachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { VpcId: { Ref: 'Vpc' }, InternetGatewayId: { Ref: 'Gateway' } },
    },
    Routes: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'Vpc' } } },
    DefaultRoute: {
      Type: 'AWS::EC2::Route',
      DependsOn: ['Attachment'],
      Properties: {
        RouteTableId: { Ref: 'Routes' },
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: { Ref: 'Gateway' },
      },
    },
    ...subnet('A', 0, '10.249.0.0/26'),
    ...subnet('B', 1, '10.249.0.64/26'),
  };
}

function subnet(name: string, zone: number, CidrBlock: string): Record<string, unknown> {
  const AvailabilityZone = { 'Fn::Select': [zone, { 'Fn::GetAZs': '' }] };
  return {
    [`Subnet${name}`]: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' }, CidrBlock, AvailabilityZone } },
    [`Route${name}`]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: { SubnetId: { Ref: `Subnet${name}` }, RouteTableId: { Ref: 'Routes' } },
    },
  };
}

function securityGroup(VpcId: unknown, GroupDescription: string, source: object): Record<string, unknown> {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      VpcId,
      GroupDescription,
      SecurityGroupIngress: [{ IpProtocol: 'tcp', FromPort: 80, ToPort: 80, ...source }],
    },
  };
}
