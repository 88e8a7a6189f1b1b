import type { Attachments } from '../../canary/decision.ts';
import { failedTasks } from '../../canary/health.ts';
import { loadBalancerArnOf } from '../../canary/listener-rule.ts';
import { isLockedByOther } from '../../canary/lock.ts';
import { OperatorError } from '../../canary/operator-error.ts';
import { describeShares, serveOnly } from '../../canary/production-rules.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { type ShareEntry, shareRecordOf, sharesOf } from '../../canary/share-record.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { countMinutes } from '../../evidence/count-minutes.ts';
import { judgeErrors } from '../../evidence/error-verdict.ts';
import type { Span } from '../../evidence/minute.ts';
import type { CanaryReader } from '../../observation/canary-reader.ts';
import { observeTraffic } from '../../observation/observe-traffic.ts';
import { reportArtifact } from './canary-report.ts';
import { headlineOfErrors } from './error-headline.ts';
import { figuresOf } from './figures.ts';

/** Seven days: nobody reads a longer report, and CloudWatch answers page by page. */
const mostHistory = 7 * 24 * 3600_000;

/** The report at the end of a canary; none if green never had a recorded share, or the canary is another deployment's. */
export async function attachFinalReport(reader: CanaryReader, stackName: string, run: Run): Promise<Attachments> {
  const service = await reader.service();
  if (shareRecordOf(service).entries.length === 0 || isForeign(service, run)) return nothing;
  const traffic = await observeTraffic(reader, stackName, run.region, 'shift-back');
  const now = reader.now();
  const shares = sharesOf(traffic, now);
  if (!shares.some(({ percent }) => percent > 0)) return nothing;
  const [{ span, lack }, blue, green] = await Promise.all([
    readSpan(reader, traffic, [...shares, ...[run.movedAt].flatMap((at) => (at ? [{ at, percent: 0 }] : []))], now),
    reader.tasks(traffic.blue.taskSet.id, 'STOPPED'),
    reader.tasks(traffic.green.taskSet.id, 'STOPPED'),
  ]);
  const { title, sentence } = headlineOfErrors(judgeErrors(span));
  const verdict = { title: outcomeOf(traffic), sentence: `${title}. ${sentence}` };
  const failed = { blue: failedTasks(blue), green: failedTasks(green) };
  const artifacts = [reportArtifact({ traffic, now, span, verdict, failed }, run)];
  return { artifacts, ...(lack !== undefined && { warnings: [`The report lacks CloudWatch's figures. ${lack}`] }) };
}

const nothing: Attachments = { artifacts: [] };

/** A runbook is a person's or a Guard's own decision; a deployment reports on its own canary. */
function isForeign(service: Service, { lockOwner }: Run): boolean {
  return lockOwner.isDeployment && isLockedByOther(service, lockOwner);
}

function outcomeOf({ productionRules, stable }: Traffic): string {
  if (serveOnly(productionRules, 'Blue')) return 'All traffic is back on blue';
  const isPromoted = stable === 'Green' && serveOnly(productionRules, 'Green');
  return isPromoted ? 'Green was promoted' : `Traffic is split ${describeShares(productionRules)}`;
}

/** The minutes of this green, from its first share to now; none where CloudWatch cannot be read. */
async function readSpan(
  reader: CanaryReader,
  { green, groups, productionRules }: Traffic,
  shares: readonly ShareEntry[],
  now: number,
): Promise<{ readonly span: Span; readonly lack?: string }> {
  const first = shares.find(({ percent }) => percent > 0)?.at ?? now;
  const servesSince = Math.max(first, now - mostHistory);
  const loadBalancerArn = loadBalancerArnOf(productionRules[0]?.rule.arn ?? '');
  const place = { loadBalancerArn, targetGroupArns: [groups.blue, groups.green] };
  const limits = {
    greenDeployedAt: green.taskSet.createdAt.getTime(),
    greenServesSince: servesSince,
    shiftedAt: shares.map(({ at }) => at),
    now,
  };
  try {
    const metrics = await reader.metrics([place], servesSince);
    return { span: countMinutes(figuresOf(metrics, groups, false), limits) };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { span: countMinutes([], limits), lack: error.message };
  }
}
