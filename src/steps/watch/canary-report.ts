import type { Colour } from '../../canary/colour.ts';
import type { Artifact } from '../../canary/decision.ts';
import { ledgerOf } from '../../canary/ledger.ts';
import type { LedgerEntry } from '../../canary/ledger-entry.ts';
import type { Run } from '../../canary/run.ts';
import { type Service, shortTaskDefinition } from '../../canary/service.ts';
import { plainText } from '../../canary/summary.ts';
import type { Side, Traffic } from '../../canary/traffic.ts';
import type { Span } from '../../evidence/minute.ts';
import { renderReport } from '../../report/page.ts';
import type { CanaryDecision, CanaryReport, TaskEvent } from '../../report/report.ts';
import type { FailedTask, FailedTasks } from './sighting.ts';

/** What a step knows of the canary when it writes the report. */
export interface ReportFacts {
  readonly traffic: Traffic;
  /** Epoch milliseconds, by AWS's clock. */
  readonly now: number;
  readonly verdict: CanaryReport['verdict'];
  readonly span: Span;
  readonly failed: FailedTasks;
}

/** The canary as one page, for people who were not there. */
export function reportArtifact(facts: ReportFacts, run: Run): Artifact {
  const { traffic, now, verdict, span, failed } = facts;
  const { project, release, environment } = run.lockOwner;
  return {
    name: 'ecs-canary-report.html',
    content: renderReport({
      stack: traffic.stackName,
      service: traffic.service.name,
      ...(project && { project }),
      ...(release && { release }),
      ...(environment && { environment }),
      versions: { blue: versionOf(traffic.blue), green: versionOf(traffic.green) },
      writtenAt: now,
      verdict: { title: verdict.title, sentence: plainText(verdict.sentence) },
      span,
      decisions: decisionsOf(traffic.service),
      events: [...eventsOf('Blue', failed.blue), ...eventsOf('Green', failed.green)].sort(
        (one, other) => one.at - other.at,
      ),
    }),
  };
}

function versionOf({ taskSet }: Side): string {
  return shortTaskDefinition(taskSet.taskDefinition);
}

/** The decisions of this canary alone. */
function decisionsOf(service: Service): readonly CanaryDecision[] {
  const entries = ledgerOf(service);
  const chapter = entries.at(-1)?.chapter;
  return entries.filter((entry) => entry.chapter === chapter).flatMap((entry) => toDecision(entry) ?? []);
}

function toDecision(entry: LedgerEntry): CanaryDecision | undefined {
  const { kind, at, from, to, by, mark, note, evidence, requestIds, seconds } = entry;
  if (kind === 'begin') return undefined;
  const who = kind === 'retreat' || kind === 'lease-ended' ? 'Guard' : by;
  return {
    at,
    kind: kind === 'lease-ended' ? 'lease ended' : kind,
    ...(from !== undefined && { fromPercent: from }),
    toPercent: to,
    ...(who && { by: who }),
    ...(mark && { mark }),
    ...(note && { note }),
    ...(evidence && { verdict: evidence.verdict }),
    ...(evidence?.green && { greenErrors: evidence.green.errors, greenRequests: evidence.green.requests }),
    ...(evidence?.blue && { blueErrors: evidence.blue.errors, blueRequests: evidence.blue.requests }),
    ...(evidence?.hash && { evidenceHash: evidence.hash }),
    ...(requestIds && { requestIds }),
    ...(seconds !== undefined && { secondsToVerified: seconds }),
  };
}

function eventsOf(colour: Colour, failed: readonly FailedTask[]): readonly TaskEvent[] {
  return failed.flatMap(({ stoppedAt, stopped: text }) =>
    stoppedAt ? [{ at: stoppedAt.getTime(), colour, text }] : [],
  );
}
