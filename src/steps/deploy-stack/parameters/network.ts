import type { ParameterSet } from '../../../parameters/parameters.ts';
import { arn, blankOr, choice, integer, keyedLines, list, matching, text } from '../../../parameters/parsers.ts';
import { checked, line, lines, select } from './declare.ts';

/** Where it runs: cluster, service, network and placement. */
export const networkParameters = {
  cluster: line(
    'EcsCanary.Cluster',
    'Cluster',
    'Name or ARN of the existing ECS cluster, for example `production`.',
    blankOr(clusterName),
  ),
  serviceName: line(
    'EcsCanary.ServiceName',
    'Service name',
    'Name of the ECS service that the stack creates. Empty: CloudFormation makes one up from the stack name, which also allows it to replace the service.',
    blankOr(matching(/^[A-Za-z0-9_-]{1,255}$/, 'a service name: letters, digits, - and _')),
  ),
  desiredCount: line(
    'EcsCanary.DesiredCount',
    'Desired count',
    'How many tasks run the stable version; green runs as many, unless it is scaled differently.',
    integer(1, 5000),
    '2',
  ),
  vpcId: line(
    'EcsCanary.VpcId',
    'VPC',
    'Id of the VPC of load balancer and tasks, for example `vpc-0a1b2c3d4e5f60718`.',
    blankOr(matching(/^vpc-[0-9a-z]{1,32}$/, 'a VPC id, such as vpc-0a1b2c3d4e5f60718')),
  ),
  subnets: lines(
    'EcsCanary.Subnets',
    'Subnets',
    'Ids of the subnets in which tasks run, one a line or separated by commas, for example `subnet-0a1b2c3d4e5f60718`.',
    list(matching(/^subnet-[0-9a-z]{1,32}$/, 'a subnet id, such as subnet-0a1b2c3d4e5f60718')),
  ),
  securityGroups: lines(
    'EcsCanary.SecurityGroups',
    'Security groups',
    "Ids of the tasks' security groups, one a line or separated by commas; they must let the load balancer reach the container port. Empty: the VPC's default group.",
    list(matching(/^sg-[0-9a-z]{1,32}$/, 'a security group id, such as sg-0a1b2c3d4e5f60718')),
  ),
  assignPublicIp: checked(
    'EcsCanary.AssignPublicIp',
    'Assign public addresses',
    'Needed by Fargate tasks in public subnets that have no NAT gateway or VPC endpoints, to pull their image.',
  ),
  launchType: select(
    'EcsCanary.LaunchType',
    'Launch type',
    'Not used when capacity providers are given.',
    [
      ['FARGATE', 'Fargate'],
      ['EC2', 'EC2 instances of the cluster'],
    ],
    choice('FARGATE', 'EC2'),
    'FARGATE',
  ),
  capacityProviders: lines(
    'EcsCanary.CapacityProviders',
    'Capacity providers',
    'One `name=weight` a line, for example `FARGATE=1` and `FARGATE_SPOT=3`. Empty: the launch type is used.',
    keyedLines(/^[A-Za-z0-9_-]{1,255}$/, 'the name of a capacity provider', integer(0, 1000)),
  ),
  tags: lines(
    'EcsCanary.Tags',
    'Tags',
    "One `Key=value` a line, put on the stack's service, task definition, task sets and target groups.",
    keyedLines(/^[^=]{1,128}$/, 'a tag key of at most 128 characters', text),
  ),
} satisfies ParameterSet;

function clusterName(raw: string): string {
  if (raw.trim().startsWith('arn:')) return arn('ecs', /^cluster\/.+/, 'the ARN of an ECS cluster')(raw);
  return matching(/^[A-Za-z0-9_-]{1,255}$/, 'the name or ARN of an ECS cluster')(raw);
}
