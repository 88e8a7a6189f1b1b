/** A request that reached a task, as the emulated load balancer recorded it. */
export interface ServedRequest {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly taskDefinitionArn: string;
  /** Name of the rule that it came by; undefined where one rule has all of the traffic. */
  readonly entryPoint?: string | undefined;
  /** Whether it came where users are kept on blue. */
  readonly isKept?: boolean;
}

/** Where a share is approved: where users are split, or where they are kept on blue. */
export type ApprovedAt = 'split' | 'kept';

/** The share one task definition may have from some moment on. */
interface Approval {
  readonly time: number;
  readonly taskDefinitionArn: string;
  /** In percent. */
  readonly ceiling: number;
  readonly at: ApprovedAt;
}

/** One stage in which a version got more requests at a door than anyone had approved. */
export interface Excess {
  readonly taskDefinitionArn: string;
  readonly entryPoint: string | undefined;
  readonly ceiling: number;
  readonly requests: number;
  readonly total: number;
}

/** Which share of the requests each version may have, over time; what was never approved may have none. */
export interface ApprovalLedger {
  /** From that emulated time on, the task definition may have so many percent. */
  readonly approve: (time: number, taskDefinitionArn: string, ceiling: number, at?: ApprovedAt) => void;
  /** Every stage, door and version that broke its ceiling: each rule splits its own requests. */
  readonly findExcess: (requests: readonly ServedRequest[]) => readonly Excess[];
}

export function createApprovalLedger(): ApprovalLedger {
  const approvals: Approval[] = [];
  return {
    approve: (time, taskDefinitionArn, ceiling, at = 'split') =>
      void approvals.push({ time, taskDefinitionArn, ceiling, at }),
    findExcess: (requests) => {
      const stages = [Number.NEGATIVE_INFINITY, ...new Set(approvals.map(({ time }) => time))].sort((a, b) => a - b);
      return stages.flatMap((from, index) => {
        const to = stages[index + 1] ?? Number.POSITIVE_INFINITY;
        const served = requests.filter(({ time }) => time >= from && time < to);
        const entryPoints = [...new Set(served.map(({ entryPoint }) => entryPoint))];
        return entryPoints.flatMap((entryPoint) => {
          const here = served.filter((request) => request.entryPoint === entryPoint);
          const at = here[0]?.isKept ? 'kept' : 'split';
          const valid = approvals.filter((entry) => entry.at === at);
          return excessOf(here, entryPoint, (arn) => ceilingAt(valid, arn, from));
        });
      });
    },
  };
}

function ceilingAt(approvals: readonly Approval[], taskDefinitionArn: string, time: number): number {
  const known = approvals.filter((entry) => entry.taskDefinitionArn === taskDefinitionArn && entry.time <= time);
  return known.reduce((latest, entry) => (entry.time >= latest.time ? entry : latest), nothing).ceiling;
}

const nothing: Approval = { time: Number.NEGATIVE_INFINITY, taskDefinitionArn: '', ceiling: 0, at: 'split' };

function excessOf(
  served: readonly ServedRequest[],
  entryPoint: string | undefined,
  ceilingOf: (arn: string) => number,
): readonly Excess[] {
  const counts = new Map<string, number>();
  for (const { taskDefinitionArn } of served) counts.set(taskDefinitionArn, (counts.get(taskDefinitionArn) ?? 0) + 1);
  return [...counts].flatMap(([taskDefinitionArn, requests]) => {
    const ceiling = ceilingOf(taskDefinitionArn);
    return requests > mostExpected(served.length, ceiling)
      ? [{ taskDefinitionArn, entryPoint, ceiling, requests, total: served.length }]
      : [];
  });
}

// A weighted draw scatters: four standard deviations are never reached by luck, and a share of nothing is exact.
function mostExpected(total: number, ceiling: number): number {
  const share = ceiling / 100;
  return share === 0 ? 0 : total * share + 4 * Math.sqrt(total * share * (1 - share)) + 1;
}
