import type { Done } from '../../canary/decision.ts';
import { summarise, trafficOutputs } from '../../canary/summary.ts';
import type { Traffic } from '../../canary/traffic.ts';
import { noFindings } from './findings.ts';
import { retreatLine } from './retreat-line.ts';

/** A Guard that has nothing to watch succeeds with one line, because it runs every few minutes. */
export function leaveClosed({
  why,
  traffic,
  now,
}: {
  readonly why: string;
  readonly traffic?: Traffic;
  readonly now: number;
}): Done {
  const reason = `Guard has nothing to watch: ${why}.`;
  const retreat = traffic ? retreatLine(traffic, now) : [];
  return {
    kind: 'done',
    // The waiting approval sends people to the latest run.
    reason: [reason, ...retreat].join(' ').trim(),
    outputs: {
      ...(traffic && trafficOutputs(traffic)),
      ...noFindings,
      Summary: traffic ? [...retreat, summarise(reason, traffic)].join('\n') : reason,
      Retreated: 'False',
    },
  };
}
