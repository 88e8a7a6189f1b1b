import type { ParameterSet } from '../../../parameters/parameters.ts';
import { ParameterProblem } from '../../../parameters/parameters.ts';
import { arn, blankOr, choice, integer, keyedLines, matching, required, text } from '../../../parameters/parsers.ts';
import { line, lines, select } from './declare.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const variableShape = 'a variable name: letters, digits, _ . and -, not starting with a digit';
const roleArn = blankOr(arn('iam', /^role\/.+/, 'the ARN of an IAM role'));
const secretArn =
  /^arn:aws[a-z-]*:(secretsmanager:[a-z\d-]+:\d{12}:secret:|ssm:[a-z\d-]+:\d{12}:parameter\/)[!-~]{1,1600}$/;
const imageForm = /^(?=[^@]{1,255}(@|$))[a-z\d][\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w.-]+)?(@sha256:[a-f\d]{64})?$/i;
const logGroupName = blankOr(matching(/^[\w.\-/#]{1,512}$/, 'a log group name: letters, digits and . - _ / #'));
const retention = ['1', '3', '5', '7', '14', '30', '60', '90', '180', '365', '731', '1827', '3653'] as const;

/** What runs: the container and its task definition. */
export const containerParameters = {
  image: line(
    'EcsCanary.Image',
    'Image',
    'The container image of the new version, with its tag or digest, for example `registry/shop:1.4.2`. Usually it contains the release number. Required.',
    required(matching(imageForm, 'an image name of at most 255 characters (and a digest), such as nginx:1.27')),
  ),
  containerPort: line(
    'EcsCanary.ContainerPort',
    'Container port',
    'The port on which the container serves HTTP, for example `8080`.',
    integer(1, 65_535),
    '80',
  ),
  environment: {
    ...lines(
      'EcsCanary.Environment',
      'Environment variables',
      'One on each line, for example `STAGE=production`. Anyone who can read the stack can read the values, so put secrets into *Secrets*.',
      keyedLines(variableName, variableShape, text),
    ),
    confidential: true,
  },
  secrets: lines(
    'EcsCanary.Secrets',
    'Secrets',
    'One on each line: a variable and the ARN of its Secrets Manager secret or SSM parameter, for example `PASSWORD=arn:aws:ssm:…:parameter/shop`. They need an *Execution role*.',
    keyedLines(variableName, variableShape, secretReference),
  ),
  executionRoleArn: line(
    'EcsCanary.ExecutionRoleArn',
    'Execution role',
    'The role that ECS uses to pull the image, read secrets and write logs, for example `arn:…:role/ecsTaskExecutionRole`. Blank for none.',
    roleArn,
  ),
  taskRoleArn: line(
    'EcsCanary.TaskRoleArn',
    'Task role',
    'The role that the application itself uses to call AWS, for example `arn:…:role/shop`. Blank for none.',
    roleArn,
  ),
  logGroup: line(
    'EcsCanary.LogGroup',
    'Log group',
    "The CloudWatch log group for the container's output, for example `/ecs/shop`. Blank: the stack creates one (on Fargate, only with an *Execution role*). `None` keeps no logs.",
    (raw) => (/^none$/i.test(text(raw)) ? undefined : logGroupName(raw)),
  ),
  logRetentionDays: select(
    'EcsCanary.CreateLogGroup',
    'Create the log group',
    'Whether the stack creates the log group, and how long it keeps logs. A log group without a name keeps them for 30 days by default.',
    [
      ['No', 'No, it exists already'],
      ...retention.map((days) => [days, `Yes, and keep logs for ${days} day${days === '1' ? '' : 's'}`] as const),
    ],
    (raw) => {
      const chosen = choice('No', ...retention)(raw);
      return chosen === 'No' ? undefined : Number(chosen);
    },
    'No',
  ),
  cpu: line(
    'EcsCanary.Cpu',
    'CPU units',
    'The CPU of each task, for example `256`; 1024 units are one vCPU. Fargate offers 256, 512, 1024, 2048, 4096, 8192 and 16384.',
    integer(128, 196_608),
    '256',
  ),
  memory: line(
    'EcsCanary.Memory',
    'Memory in MiB',
    'The memory of each task, for example `512`. Fargate offers certain amounts for each CPU size, such as 512, 1024 or 2048 for 256 units.',
    integer(6, 2_000_000),
    '512',
  ),
  cpuArchitecture: select(
    'EcsCanary.CpuArchitecture',
    'Advanced: CPU architecture',
    'The processor that the image was built for, for example x86-64.',
    [
      ['X86_64', 'x86-64'],
      ['ARM64', 'ARM64 (Graviton)'],
    ],
    choice('X86_64', 'ARM64'),
    'X86_64',
  ),
  containerName: line(
    'EcsCanary.ContainerName',
    'Advanced: container name',
    'The name of the container in the task definition, for example `web`.',
    matching(/^[A-Za-z0-9_-]{1,255}$/, 'a container name: letters, digits, - and _'),
    'web',
  ),
  taskFamily: line(
    'EcsCanary.TaskFamily',
    'Advanced: task definition family',
    'The name of the task definition, for example `shop`. Blank means the name of the stack.',
    blankOr(matching(/^[A-Za-z0-9_-]{1,255}$/, 'a family name: letters, digits, - and _')),
  ),
} satisfies ParameterSet;

/** Never shows what was typed: people paste the secret itself. */
function secretReference(value: string): string {
  if (secretArn.test(value)) return value;
  throw new ParameterProblem('the value is not the ARN of a Secrets Manager secret or of an SSM parameter.');
}
