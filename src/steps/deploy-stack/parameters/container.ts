import type { ParameterSet } from '../../../parameters/parameters.ts';
import { ParameterProblem } from '../../../parameters/parameters.ts';
import { arn, blankOr, choice, integer, keyedLines, matching, text } from '../../../parameters/parsers.ts';
import { checked, line, lines, select } from './declare.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const variableShape = 'a variable name: letters, digits, _ . and -, not starting with a digit';
const roleArn = blankOr(arn('iam', /^role\/.+/, 'the ARN of an IAM role'));
const secretArn =
  /^arn:aws[a-z-]*:(secretsmanager:[a-z\d-]+:\d{12}:secret:|ssm:[a-z\d-]+:\d{12}:parameter\/)[!-~]{1,1600}$/;
const imageForm = /^(?=[^@]{1,255}(@|$))[a-z\d][\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[a-f\d]{64})?$/i;
const retention = ['1', '3', '5', '7', '14', '30', '60', '90', '180', '365', '731', '1827', '3653'] as const;

/** What runs: the container and its task definition. */
export const containerParameters = {
  image: line(
    'EcsCanary.Image',
    'Image',
    'The container image to deploy, with its tag or digest, for example `123456789012.dkr.ecr.us-east-1.amazonaws.com/shop:1.4.2`. Usually bound to the release, e.g. to the version of a referenced package.',
    blankOr(matching(imageForm, 'an image name of at most 255 characters (and a digest), such as nginx:1.27')),
  ),
  containerName: line(
    'EcsCanary.ContainerName',
    'Container name',
    'The name of the container in the task definition: letters, digits, `-`, `_`.',
    matching(/^[A-Za-z0-9_-]{1,255}$/, 'a container name: letters, digits, - and _'),
    'web',
  ),
  containerPort: line(
    'EcsCanary.ContainerPort',
    'Container port',
    'The port on which the container answers HTTP, 1 to 65535.',
    integer(1, 65_535),
    '80',
  ),
  cpu: line(
    'EcsCanary.Cpu',
    'CPU units',
    'CPU of each task; 1024 units are one vCPU. Fargate offers 256, 512, 1024, 2048, 4096, 8192 and 16384.',
    integer(128, 196_608),
    '256',
  ),
  memory: line(
    'EcsCanary.Memory',
    'Memory (MiB)',
    'Memory of each task. Fargate offers certain amounts for each CPU size, e.g. 512, 1024 or 2048 for 256 units.',
    integer(6, 2_000_000),
    '512',
  ),
  cpuArchitecture: select(
    'EcsCanary.CpuArchitecture',
    'CPU architecture',
    'The processor the image was built for.',
    [
      ['X86_64', 'x86-64'],
      ['ARM64', 'ARM64 (Graviton)'],
    ],
    choice('X86_64', 'ARM64'),
    'X86_64',
  ),
  environment: {
    ...lines(
      'EcsCanary.Environment',
      'Environment variables',
      'One `NAME=value` a line; lines that start with `#` are ignored. Not for secrets: the values are readable in AWS.',
      keyedLines(variableName, variableShape, text),
    ),
    confidential: true,
  },
  secrets: lines(
    'EcsCanary.Secrets',
    'Secrets',
    'One `NAME=arn` a line: the ARN of a Secrets Manager secret or SSM parameter, whose value ECS puts into that environment variable. Needs `EcsCanary.ExecutionRoleArn`.',
    keyedLines(variableName, variableShape, secretReference),
  ),
  executionRoleArn: line(
    'EcsCanary.ExecutionRoleArn',
    'Execution role',
    'ARN of the role with which ECS pulls the image, reads secrets and writes logs, for example `arn:aws:iam::123456789012:role/ecsTaskExecutionRole`. Empty: none.',
    roleArn,
  ),
  taskRoleArn: line(
    'EcsCanary.TaskRoleArn',
    'Task role',
    'ARN of the role that the application itself uses for AWS calls. Empty: none.',
    roleArn,
  ),
  logGroup: line(
    'EcsCanary.LogGroup',
    'Log group',
    "Name of the CloudWatch log group for the container's output, for example `/ecs/shop`. Empty: no logs are kept.",
    blankOr(matching(/^[\w.\-/#]{1,512}$/, 'a log group name: letters, digits and . - _ / #')),
  ),
  createLogGroup: checked(
    'EcsCanary.CreateLogGroup',
    'Create the log group',
    'The stack creates the log group. Leave it off when the group exists already.',
  ),
  logRetentionDays: select(
    'EcsCanary.LogRetentionDays',
    'Keep logs for',
    'Only for a log group that the stack creates.',
    retention.map((days) => [days, `${days} day${days === '1' ? '' : 's'}`] as const),
    (raw) => Number(choice(...retention)(raw)),
    '30',
  ),
  taskFamily: line(
    'EcsCanary.TaskFamily',
    'Task definition family',
    "The name under which ECS numbers the versions. Empty: the stack's name.",
    blankOr(matching(/^[A-Za-z0-9_-]{1,255}$/, 'a family name: letters, digits, - and _')),
  ),
} satisfies ParameterSet;

/** Never shows what was typed: people paste the secret itself. */
function secretReference(value: string): string {
  if (secretArn.test(value)) return value;
  throw new ParameterProblem('the value is not the ARN of a Secrets Manager secret or of an SSM parameter.');
}
