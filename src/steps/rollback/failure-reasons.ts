import { lockOf } from '../../canary/lock.ts';
import { describeRetreat, retreatOf } from '../../canary/retreat.ts';
import type { Run } from '../../canary/run.ts';
import type { Service } from '../../canary/service.ts';
import { plainText } from '../../canary/summary.ts';
import type { Traffic } from '../../canary/traffic.ts';
import type { GateEvidence } from '../shared/gate-evidence.ts';

/** Why a deployment failed, as far as anybody knows. */
export interface FailureReasons {
  /** For the ledger, whose tags cut it: what says most comes first. */
  readonly note: string;
  /** For the log and the summary. */
  readonly lines: readonly string[];
}

/** What Octopus says about a failed deployment, and what Guard or the last Watch found before; both empty if none failed. */
export function explainFailure(
  canary: { readonly service: Service; readonly traffic?: Traffic },
  evidence: GateEvidence | undefined,
  { deploymentError: error = '', awsNow }: Pick<Run, 'deploymentError' | 'awsNow'>,
): FailureReasons {
  if (error === '') return { note: '', lines: [] };
  const harm = retreatIn(canary, awsNow) ?? headlineIn(evidence);
  const why = harm !== undefined && saysNothing.test(error) ? undefined : error;
  const lines = [
    ...(why === undefined ? [] : [`Why the deployment failed: ${why}`]),
    ...(harm === undefined ? [] : [`Before the deployment failed: ${harm}`]),
  ];
  const note = why === undefined || harm === undefined ? (why ?? harm ?? '') : `${why.replace(/\.$/, '')}. ${harm}`;
  return { note, lines };
}

/** What Octopus says of any failed script. */
const saysNothing = /\bone or more (steps|child activities) failed\b|\bexit code -?\d+\b/i;

function retreatIn(
  { service, traffic }: { readonly service: Service; readonly traffic?: Traffic },
  now: number,
): string | undefined {
  const retreat = retreatOf(service, traffic?.green.taskSet.id ?? lockOf(service)?.green ?? '');
  return retreat && describeRetreat(retreat, now);
}

/** The verdict of the last Watch if green was worse; the evidence is a variable, so it may be anything. */
function headlineIn(evidence: GateEvidence | undefined): string | undefined {
  if (evidence?.verdict !== 'Worse') return undefined;
  const { headline } = evidence.figures as {
    readonly headline?: { readonly title?: unknown; readonly sentence?: unknown } | null;
  };
  const { title, sentence } = headline ?? {};
  return typeof title === 'string' && typeof sentence === 'string' ? plainText(`${title}. ${sentence}`) : undefined;
}
