import { awsChecks } from './checks/index.ts';
import type { NetworkChoice } from './network-template.ts';
import { runTag } from './run-names.ts';

/** What a run is about to do. */
export interface RunPlan extends NetworkChoice {
  readonly run: string;
  /** As the report calls it. */
  readonly subject: string;
  readonly image: string;
  /** The command that removes what a killed run leaves behind. */
  readonly cleanUp: string;
}

/** What will be created, what it costs, and how it is removed. */
export function renderPlan({ run, subject, existing, allowFrom, image, cleanUp }: RunPlan): string {
  const network = existing
    ? `two security groups in ${existing.vpcId}; the subnets ${existing.subnets.join(', ')} are used as they are`
    : 'a VPC (10.249.0.0/24) with an internet gateway, two public subnets and two security groups';
  return `${awsChecks.length} checks of ${subject}, run ${run}, in about an hour.

It runs in the account of your present credentials${profile()}. To see which that is: aws sts get-caller-identity

This creates, with the tag ${runTag}=${run}:
  - ${network}
  - an Application Load Balancer with one listener; ${allowFrom} can reach it on port 80
  - an ECS cluster, a service, task sets, and one to four Fargate tasks from ${image}
  - three target groups and a few revisions of two task definitions
All of it is in CloudFormation stacks, except a few task sets and the task definitions.

It costs about $${hourlyCost().toFixed(2)} an hour, so less than $${(hourlyCost() * 2).toFixed(2)} for the run. This assumes:
${costs.map(({ what, count, each }) => `  - ${count} × ${what}, $${each} an hour each`).join('\n')}
These are list prices of us-east-1 as we know them; check those of your region.

Everything is removed at the end, also after a failure or Ctrl-C. If this process is killed:
  ${cleanUp}
AWS keeps deregistered task definitions, and roles that ECS and load balancing create for themselves. Neither costs anything.`;
}

function profile(): string {
  const name = process.env['AWS_PROFILE'];
  return name === undefined || name === '' ? '' : ` (AWS_PROFILE=${name})`;
}

/** At most this many at once. */
const costs = [
  { what: 'Application Load Balancer', count: 1, each: 0.0225 },
  { what: 'load balancer capacity unit', count: 1, each: 0.008 },
  { what: 'Fargate task with 0.25 vCPU and 512 MiB', count: 4, each: 0.0123 },
  { what: 'public IPv4 address', count: 6, each: 0.005 },
] as const;

function hourlyCost(): number {
  return costs.reduce((sum, { count, each }) => sum + count * each, 0);
}
