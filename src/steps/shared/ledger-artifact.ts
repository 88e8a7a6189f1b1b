import type { Artifact } from '../../canary/decision.ts';
import { ledgerOf } from '../../canary/ledger.ts';
import type { LedgerEntry } from '../../canary/ledger-entry.ts';
import { entryAsJson } from '../../canary/ledger-json.ts';
import type { Service } from '../../canary/service.ts';

/**
 * The entries of the present canary as a file of the task. Tags have only beginnings of long texts; of its own entry,
 * the run knows all.
 * @param own the entry with everything that the run knows
 * @param recorded the same entry as the tags have it; undefined if they do not
 * @param figures the evidence that the approver saw
 */
export function ledgerArtifact(
  service: Service,
  own: LedgerEntry,
  recorded: LedgerEntry | undefined,
  figures: unknown,
): Artifact {
  const entries = ledgerOf(service).filter(({ n, chapter }) => chapter === own.chapter && n !== recorded?.n);
  const whole = {
    ...entryAsJson({ ...recorded, ...own }),
    evidence: figures ?? null,
    isRecorded: recorded !== undefined,
  };
  const ledger = {
    format: 1,
    service: service.arn,
    chapter: own.chapter,
    entries: [...entries.map(entryAsJson), whole],
  };
  return { name: 'ecs-canary-ledger.json', content: `${JSON.stringify(ledger, undefined, 2)}\n` };
}
