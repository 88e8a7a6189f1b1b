import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmulatedTarget } from '../../../src/conformance/aws/emulated-target.ts';
import type { VerifyAwsCommand } from '../../../src/conformance/aws/options.ts';
import { verify } from '../../../src/conformance/aws/verify-aws.ts';
import type { Findings } from '../../../src/conformance/report.ts';

/** What a run against the emulator left. */
export interface EmulatedRun {
  readonly code: number;
  readonly lines: readonly string[];
  readonly findings: Findings | undefined;
  readonly markdown: string;
  /** Verdict and answer of each check by its id. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Runs the checks; `said` is called with each line. */
export async function runOn(
  target: EmulatedTarget,
  more: Partial<VerifyAwsCommand> = {},
  { stop = new AbortController().signal, said = (_: string): void => {} } = {},
): Promise<EmulatedRun> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  const lines: string[] = [];
  const command: VerifyAwsCommand = {
    ...{ region: undefined, existing: undefined, allowFrom: '203.0.113.0/24', image: 'busybox:stable' },
    ...{ yes: true, emulated: false, cleanUp: undefined, report: join(folder, 'report') },
    ...more,
  };
  const write = (line: string): void => {
    lines.push(line);
    said(line);
  };
  try {
    const code = await verify(target, command, { write, ask: undefined, stop });
    const read = (extension: string) => readIfThere(join(folder, `report.${extension}`));
    const findings = JSON.parse(read('json') ?? 'null') as Findings | null;
    const seen = (findings?.results ?? []).map(({ id, verdict, seen }) => [id, `${verdict}: ${seen}`]);
    return { code, lines, findings: findings ?? undefined, markdown: read('md') ?? '', seen: Object.fromEntries(seen) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** What is left in the emulated AWS, as text; empty if nothing is. */
export async function findLeftovers({ cloudFormation, ecs, elb }: EmulatedTarget): Promise<readonly string[]> {
  const { Stacks = [] } = await cloudFormation.describeStacks({});
  const { LoadBalancers = [] } = await elb.describeLoadBalancers({});
  const { TargetGroups = [] } = await elb.describeTargetGroups({});
  const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ status: 'ACTIVE' });
  return [
    ...Stacks.map(({ StackName }) => `stack ${StackName}`),
    ...LoadBalancers.map(({ LoadBalancerName }) => `load balancer ${LoadBalancerName}`),
    ...TargetGroups.map(({ TargetGroupName }) => `target group ${TargetGroupName}`),
    ...taskDefinitionArns,
  ];
}
