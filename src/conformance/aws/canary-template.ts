import { buildStackTemplate, type StackTemplate } from '../../stack-template/built-in-template.ts';
import type { StackSettings } from '../../stack-template/settings.ts';

/** What the templates of the checks refer to. */
export interface Network {
  readonly vpcId: string;
  readonly subnets: readonly string[];
  /** Security group of the tasks. */
  readonly taskGroup: string;
  readonly loadBalancerArn: string;
  readonly dnsName: string;
  readonly cluster: string;
  /** A target group without targets that no rule uses. */
  readonly spareGroup: string;
}

/** In which ways a template differs from the first one. */
export interface TemplateChanges {
  readonly version: string;
  /** The task definition to which blue is pinned. */
  readonly pinnedBlue?: string;
  readonly pathPatterns?: readonly string[];
  /** Whether a task set is added that CloudFormation cannot create. */
  readonly broken?: boolean;
}

/** The template that Deploy Stack builds, with a command that makes a small public image say its version. */
export function buildCanaryTemplate(network: Network, image: string, changes: TemplateChanges): StackTemplate {
  const { body, parameters } = buildStackTemplate(settingsOf(network, image, changes));
  const template = JSON.parse(body);
  const [container] = template.Resources.TaskDefinition.Properties.ContainerDefinitions;
  Object.assign(container, { Command: serveVersion, StopTimeout: 2 });
  if (changes.broken) template.Resources.BrokenTaskSet = brokenTaskSet(template.Resources.GreenTaskSet);
  return { body: JSON.stringify(template), parameters };
}

/** The template of a task set without tasks that spells its network configuration as the blog post does. */
export function buildSpellingTemplate(network: Network, service: string, taskDefinition: string): string {
  return JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: {
      TaskSet: {
        Type: 'AWS::ECS::TaskSet',
        Properties: {
          Cluster: network.cluster,
          Service: service,
          TaskDefinition: taskDefinition,
          LaunchType: 'FARGATE',
          Scale: { Unit: 'PERCENT', Value: 0 },
          NetworkConfiguration: {
            AwsvpcConfiguration: { Subnets: network.subnets, SecurityGroups: [network.taskGroup] },
          },
        },
      },
    },
  });
}

/** Its target group does not exist; it depends on the rule, so that the rule is updated first. */
function brokenTaskSet(green: { readonly Properties: Readonly<Record<string, unknown>> }): object {
  const [loadBalancer] = green.Properties['LoadBalancers'] as readonly object[];
  const missing = {
    'Fn::Sub': `arn:\${AWS::Partition}:elasticloadbalancing:\${AWS::Region}:\${AWS::AccountId}:${path}`,
  };
  const LoadBalancers = [{ ...loadBalancer, TargetGroupArn: missing }];
  return { ...green, Properties: { ...green.Properties, ExternalId: 'broken', LoadBalancers } };
}

const path = 'targetgroup/missing/0123456789abcdef';

/** BusyBox's own server; the emulator's tasks ignore it and answer in the same words. */
const serveVersion = [
  'sh',
  '-c',
  'mkdir -p /tmp/www && echo "Hello, version $APPVERSION" > /tmp/www/index.html && exec httpd -f -p 80 -h /tmp/www',
];

function settingsOf(network: Network, image: string, changes: TemplateChanges): StackSettings {
  const { version, pinnedBlue, pathPatterns = ['/*'] } = changes;
  return {
    image,
    containerName: 'web',
    containerPort: 80,
    cpu: 256,
    memory: 512,
    cpuArchitecture: 'X86_64',
    environment: { APPVERSION: version },
    secrets: {},
    executionRoleArn: '',
    taskRoleArn: '',
    logGroup: undefined,
    logRetentionDays: undefined,
    taskFamily: '',
    cluster: network.cluster,
    serviceName: '',
    desiredCount: 1,
    vpcId: network.vpcId,
    subnets: network.subnets,
    securityGroups: [network.taskGroup],
    assignPublicIp: true,
    launchType: 'FARGATE',
    capacityProviders: {},
    tags: {},
    loadBalancerArn: network.loadBalancerArn,
    listenerArn: '',
    listenerPort: undefined,
    certificateArn: '',
    httpRedirect: false,
    rulePriority: 10,
    pathPatterns,
    hostHeaders: [],
    stickinessSeconds: 0,
    healthCheckPath: '/',
    healthCheckIntervalSeconds: 5,
    healthCheckTimeoutSeconds: 3,
    healthyThreshold: 2,
    unhealthyThreshold: 3,
    healthCheckMatcher: '200',
    deregistrationDelaySeconds: 30,
    ...(pinnedBlue !== undefined && { pinnedBlueTaskDefinition: pinnedBlue }),
  };
}
