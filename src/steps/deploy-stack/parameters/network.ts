import type { ParameterSet } from '../../../parameters/parameters.ts';
import {
  arn,
  blankOr,
  choice,
  integer,
  keyedLines,
  list,
  matching,
  required,
  text,
} from '../../../parameters/parsers.ts';
import { checked, line, lines, select } from './declare.ts';

/** Where it runs: cluster, service, network and placement. */
export const networkParameters = {
  cluster: line(
    'EcsCanary.Cluster',
    'Cluster',
    'The name or ARN of the existing ECS cluster, for example `production`. Required.',
    required(clusterName),
  ),
  serviceName: line(
    'EcsCanary.ServiceName',
    'Advanced: service name',
    'The name of the ECS service, for example `shop`. If blank, CloudFormation generates a name and can also replace the service.',
    blankOr(matching(/^[A-Za-z0-9_-]{1,255}$/, 'a service name: letters, digits, - and _')),
  ),
  desiredCount: line(
    'EcsCanary.DesiredCount',
    'Desired count',
    'How many tasks run the stable version, for example `2`. Green runs as many.',
    integer(1, 5000),
    '2',
  ),
  vpcId: line(
    'EcsCanary.VpcId',
    'VPC',
    'The VPC of the load balancer and the tasks, for example `vpc-0a1b2c3d4e5f60718`. Required.',
    required(matching(/^vpc-[0-9a-z]{1,32}$/, 'a VPC id, such as vpc-0a1b2c3d4e5f60718')),
  ),
  subnets: lines(
    'EcsCanary.Subnets',
    'Subnets',
    'The subnets in which tasks run, one on each line or separated by commas, for example `subnet-0a1b2c3d4e5f60718`. Required.',
    required(list(matching(/^subnet-[0-9a-z]{1,32}$/, 'a subnet id, such as subnet-0a1b2c3d4e5f60718'))),
  ),
  securityGroups: lines(
    'EcsCanary.SecurityGroups',
    'Security groups',
    "The security groups of the tasks, for example `sg-0a1b2c3d4e5f60718`, one on each line or separated by commas. They must let the load balancer reach the container port. Blank means the VPC's default group.",
    list(matching(/^sg-[0-9a-z]{1,32}$/, 'a security group id, such as sg-0a1b2c3d4e5f60718')),
  ),
  assignPublicIp: checked(
    'EcsCanary.AssignPublicIp',
    'Advanced: assign public addresses',
    'Tick if Fargate tasks run in public subnets without a NAT gateway or VPC endpoints, for example in a default VPC. Otherwise they cannot pull their image.',
  ),
  launchType: select(
    'EcsCanary.LaunchType',
    'Advanced: launch type',
    'Where tasks run, for example on Fargate. Capacity providers take precedence.',
    [
      ['FARGATE', 'Fargate'],
      ['EC2', 'EC2 instances of the cluster'],
    ],
    choice('FARGATE', 'EC2'),
    'FARGATE',
  ),
  capacityProviders: lines(
    'EcsCanary.CapacityProviders',
    'Advanced: capacity providers',
    'One on each line with its weight, for example `FARGATE_SPOT=3`. Blank means the launch type.',
    keyedLines(/^[A-Za-z0-9_-]{1,255}$/, 'the name of a capacity provider', integer(0, 1000)),
  ),
  tags: lines(
    'EcsCanary.Tags',
    'Advanced: tags',
    'One on each line, for example `Team=shop`. They go to the service, task definition, task sets and target groups.',
    keyedLines(/^[^=]{1,128}$/, 'a tag key of at most 128 characters', text),
  ),
} satisfies ParameterSet;

function clusterName(raw: string): string {
  if (raw.trim().startsWith('arn:')) return arn('ecs', /^cluster\/.+/, 'the ARN of an ECS cluster')(raw);
  return matching(/^[A-Za-z0-9_-]{1,255}$/, 'the name or ARN of an ECS cluster')(raw);
}
