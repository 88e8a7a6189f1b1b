import { logTarget, runsOnFargate, type StackSettings } from './settings.ts';
import { awsTags, present } from './template-parts.ts';

/** The task definition that green runs; old revisions stay, because blue and a rollback need them. */
export function taskDefinition(settings: StackSettings): Record<string, unknown> {
  return {
    Type: 'AWS::ECS::TaskDefinition',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      Family: settings.taskFamily === '' ? { Ref: 'AWS::StackName' } : settings.taskFamily,
      Cpu: String(settings.cpu),
      Memory: String(settings.memory),
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: [runsOnFargate(settings) ? 'FARGATE' : 'EC2'],
      RuntimePlatform: { CpuArchitecture: settings.cpuArchitecture, OperatingSystemFamily: 'LINUX' },
      ...present('ExecutionRoleArn', settings.executionRoleArn),
      ...present('TaskRoleArn', settings.taskRoleArn),
      ContainerDefinitions: [container(settings)],
      ...awsTags(settings.tags),
    },
  };
}

function container(settings: StackSettings): Record<string, unknown> {
  return {
    Name: settings.containerName,
    Image: { Ref: 'Image' },
    Essential: true,
    PortMappings: [{ ContainerPort: settings.containerPort, Protocol: 'tcp' }],
    Environment: Object.entries(settings.environment).map(([Name, Value]) => ({ Name, Value })),
    ...present(
      'Secrets',
      Object.entries(settings.secrets).map(([Name, ValueFrom]) => ({ Name, ValueFrom })),
    ),
    ...(logTarget(settings) === 'none' ? {} : { LogConfiguration: logConfiguration(settings) }),
  };
}

function logConfiguration(settings: StackSettings): Record<string, unknown> {
  return {
    LogDriver: 'awslogs',
    Options: {
      'awslogs-group': logTarget(settings) === 'created' ? { Ref: 'LogGroup' } : settings.logGroup,
      'awslogs-region': { Ref: 'AWS::Region' },
      'awslogs-stream-prefix': { Ref: 'AWS::StackName' },
    },
  };
}

/** A log group that the stack creates; it outlives the stack, as logs should. */
export function logGroup(settings: StackSettings): Record<string, unknown> {
  return {
    Type: 'AWS::Logs::LogGroup',
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    // A name that CloudFormation generates never collides with a log group that an earlier stack left.
    Properties: {
      ...present('LogGroupName', settings.logGroup ?? ''),
      RetentionInDays: settings.logRetentionDays ?? 30,
    },
  };
}
