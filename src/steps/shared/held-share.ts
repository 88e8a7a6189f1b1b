import type { ApprovedShare } from '../../canary/approval.ts';
import type { Decision } from '../../canary/decision.ts';
import { describeShares } from '../../canary/production-rules.ts';
import { plainMarkdown, summarise, trafficOutputs } from '../../canary/summary.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { type Bookkeeping, recordEntry } from './ledger-record.ts';

type HeldShare = ApprovedShare & { readonly held: string };

/** No traffic moves, whatever split is in force. */
export function keepShare(
  traffic: Traffic,
  ledger: Bookkeeping,
  { held: why, warning, repeat = '' }: HeldShare,
): Decision {
  const warnings = warning === undefined ? [] : [warning];
  // The only decision that writes nothing else.
  const record = recordEntry(traffic.service, ledger.entry, `Recording in the ledger that green keeps its share.`);
  if (record) return { ...record, warnings };
  return {
    kind: 'done',
    reason: `${why}. Traffic stays split ${describeShares(traffic.productionRules)}. ${whatIsNext(repeat)}`,
    warnings: [...warnings, ...ledger.warnings],
    artifacts: ledger.artifacts,
    outputs: {
      ...trafficOutputs(traffic),
      RepeatCommand: repeat,
      Summary: summarise('Traffic split unchanged', traffic, [plainMarkdown(warning ?? `${why}.`)]),
    },
  };
}

function whatIsNext(repeat: string): string {
  return `The next manual intervention asks for its own share. To give green the skipped share there, enter ${repeat}; the promotion accepts no such note.`;
}
