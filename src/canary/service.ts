import type { ColourGroups } from './listener-rule.ts';

/** A task set as ECS reports it. */
export interface TaskSet {
  /** `ecs-svc/` and 19 digits. */
  readonly id: string;
  readonly arn: string;
  readonly status: string;
  readonly steady: boolean;
  readonly taskDefinition: string;
  /** Tasks it should run: the service's desired count times its scale, rounded up. */
  readonly computedDesired: number;
  readonly running: number;
  readonly pending: number;
  /** 0 to 100. */
  readonly scalePercent: number;
  readonly targetGroupArns: readonly string[];
  /** Name of the container that the load balancer reaches, empty if there is none. */
  readonly container: string;
  readonly createdAt: Date;
}

/** The ECS service of the canary, with every task set it has. */
export interface Service {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly deploymentController: string;
  readonly desiredCount: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly taskSets: readonly TaskSet[];
  /** Failed health checks that ECS recorded, newest first, in its own words. */
  readonly failedChecks: readonly FailedCheck[];
}

/** A target that failed its health check, with what it answered. */
export interface FailedCheck {
  readonly at: Date;
  readonly message: string;
}

/** A target of a target group, in the words of DescribeTargetHealth. */
export interface Target {
  readonly id: string;
  readonly port: number;
  readonly state: string;
  readonly reason?: string | undefined;
  /** What the health check got. */
  readonly description?: string | undefined;
}

/** Targets that the load balancer calls healthy. */
export function healthyTargets(targets: readonly Target[]): readonly Target[] {
  return targets.filter((target) => target.state === 'healthy');
}

/**
 * Task sets in a colour's target group that are not that colour's task set:
 * they would take a share of the colour's traffic with a version that nobody checked.
 * @param groups undefined for those in any target group, or in none
 */
export function strayTaskSets(
  service: Service,
  groups: ColourGroups | undefined,
  taskSetIds: readonly string[],
): readonly TaskSet[] {
  return service.taskSets.filter(
    (taskSet) =>
      taskSet.status !== 'DRAINING' &&
      !taskSetIds.includes(taskSet.id) &&
      (!groups || taskSet.targetGroupArns.some((arn) => arn === groups.blue || arn === groups.green)),
  );
}

/** `family:revision` of a task definition ARN. */
export function shortTaskDefinition(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
