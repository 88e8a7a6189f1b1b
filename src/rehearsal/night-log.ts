import { type GuardLook, type Night, type NightPlan, retreatIn } from './night.ts';
import { inMinutes, type NightMeasurement } from './night-verdict.ts';
import type { RehearsalLog } from './rehearsal-log.ts';

/** Tells a night in few lines: a look of Guard that found nothing to do is only counted. */
export interface NightLog {
  readonly begins: (now: number) => void;
  readonly looked: (look: GuardLook) => void;
  readonly ends: (night: Night, measured: NightMeasurement) => void;
}

export function createNightLog(log: Pick<RehearsalLog, 'note' | 'line' | 'page'>, plan: NightPlan): NightLog {
  let quiet = 0;
  const flush = (): void => {
    if (quiet > 0) log.note(`Guard looked ${quiet === 1 ? 'once' : `${quiet} times`}: nothing to do.`);
    quiet = 0;
  };
  return {
    begins: (now) =>
      log.note(
        `${timeOf(now)}: the approval waits, and nobody decides for ${count(plan.hours, 'hour')}. Guard looks every ${count(plan.guardMinutes, 'minute')}.`,
      ),
    looked: ({ result, startedAt, lines }) => {
      const warnings = result.script?.warnings ?? [];
      if (result.status !== 'failed' && warnings.length === 0) {
        quiet += 1;
        return;
      }
      flush();
      log.note(`${timeOf(startedAt)}: a run of Guard logs:`);
      for (const { level, text, isSummary } of lines) log.line(level, text, isSummary);
    },
    ends: (night, measured) => {
      flush();
      log.note(tell(night, measured));
      log.note(
        `${timeOf(night.until)}: it is morning, and somebody decides. The approval still shows what it showed in the evening.`,
      );
      showRetreat(night, log);
    },
  };
}

/** What people find where the instructions send them. */
function showRetreat(night: Night, log: Pick<RehearsalLog, 'note' | 'page'>): void {
  const retreat = retreatIn(night);
  if (retreat === undefined) return;
  const latest = night.looks.at(-1)?.lines.findLast(({ level }) => level === 'highlight');
  if (latest) log.note(`The latest run of Guard Canary logs: ${latest.text}`);
  log.page('The run that took the traffic has this summary:', retreat.result.outputs['Summary'] ?? '');
}

function tell(night: Night, { errors, lastErrorAt, knownAt, took, allowed }: NightMeasurement): string {
  if (errors === 0 || lastErrorAt === undefined) return 'Users saw no errors in the night.';
  const last = `Users saw ${errors} errors in the night, the last at ${timeOf(lastErrorAt)}`;
  if (retreatIn(night) === undefined || knownAt === undefined) return `${last}.`;
  return `${last}: ${inMinutes(took)} after their own figures showed that green is worse (${timeOf(knownAt)}). CloudWatch's delay, Guard's interval and its run allow ${inMinutes(allowed)}.`;
}

function count(amount: number, unit: string): string {
  return amount === 1 ? `one ${unit}` : `${amount} ${unit}s`;
}

/** "02:14 UTC" */
function timeOf(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(11, 16)} UTC`;
}
