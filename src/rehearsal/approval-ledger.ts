/** A request that reached a task, as the emulated load balancer recorded it. */
export interface ServedRequest {
  /** Emulated epoch milliseconds. */
  readonly time: number;
  readonly taskDefinitionArn: string;
  /** Name of the rule that matched it; undefined where one rule has all of the traffic. */
  readonly entryPoint?: string | undefined;
  /** Whether its rule keeps users on blue. */
  readonly isKept?: boolean;
}

/** Which rules an approval is for: those that split users, or those that keep them on blue. */
export type ApprovedAt = 'split' | 'kept';

/** The largest share that a version may have from a given time on. */
interface Approval {
  readonly time: number;
  readonly version: string;
  /** In percent. */
  readonly ceiling: number;
  readonly at: ApprovedAt;
}

/** One stage in which a version got more requests at an entry point than were approved. */
export interface Excess {
  readonly taskDefinitionArn: string;
  readonly entryPoint: string | undefined;
  readonly ceiling: number;
  readonly requests: number;
  readonly total: number;
}

/** The share of requests that each version may have over time; without an approval it may have none. */
export interface ApprovalLedger {
  /** Approves a share in percent, from that emulated time on, for a version given by its task definition or name. */
  readonly approve: (time: number, version: string, ceiling: number, at?: ApprovedAt) => void;
  /** The largest share in percent approved for splitting rules at that time, or within that many emulated milliseconds before it. */
  readonly ceilingAt: (version: string, time: number, within?: number) => number;
  /** Every stage, entry point and version above its ceiling; each rule splits its own requests. */
  readonly findExcess: (requests: readonly ServedRequest[]) => readonly Excess[];
  /** Forgets everything. */
  readonly clear: () => void;
}

/** An empty ledger. */
export function createApprovalLedger(): ApprovalLedger {
  const approvals: Approval[] = [];
  const ceilingAt = (at: ApprovedAt, version: string, time: number, within = 0): number => {
    const known = approvals.filter(
      (approval) => approval.at === at && approval.version === version && approval.time <= time,
    );
    const before = known.findLast((approval) => approval.time <= time - within);
    const since = known.filter((approval) => approval.time > time - within);
    return Math.max(0, ...[before, ...since].map((approval) => approval?.ceiling ?? 0));
  };
  return {
    approve: (time, version, ceiling, at = 'split') => {
      approvals.push({ time, version, ceiling, at });
      approvals.sort((one, other) => one.time - other.time);
    },
    ceilingAt: (version, time, within) => ceilingAt('split', version, time, within),
    findExcess: (requests) => {
      const stages = [Number.NEGATIVE_INFINITY, ...new Set(approvals.map(({ time }) => time))];
      return stages.flatMap((from, index) => {
        const to = stages[index + 1] ?? Number.POSITIVE_INFINITY;
        const served = requests.filter(({ time }) => time >= from && time < to);
        const entryPoints = [...new Set(served.map(({ entryPoint }) => entryPoint))];
        return entryPoints.flatMap((entryPoint) => {
          const here = served.filter((request) => request.entryPoint === entryPoint);
          const at = here[0]?.isKept ? 'kept' : 'split';
          return excessOf(here, entryPoint, (arn) => ceilingAt(at, arn, from));
        });
      });
    },
    clear: () => void approvals.splice(0),
  };
}

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

// Random routing varies: chance practically never reaches four standard deviations. A share of 0 is exact.
function mostExpected(total: number, ceiling: number): number {
  const share = ceiling / 100;
  return share === 0 ? 0 : total * share + 4 * Math.sqrt(total * share * (1 - share)) + 1;
}
