import { crashLoopTasks, describeFailures, type StoppedTask } from '../../canary/health.ts';
import { mostGreen } from '../../canary/production-rules.ts';
import { plainMarkdown } from '../../canary/summary.ts';
import type { CeilingVerdict } from '../../evidence/ceiling-verdict.ts';
import type { ErrorVerdict } from '../../evidence/error-verdict.ts';
import type { LatencyVerdict } from '../../evidence/latency-verdict.ts';
import { ringingIn, type Sighting } from './sighting.ts';
import { count, milliseconds, rate, times } from './wording.ts';

/** A reason to call green worse. */
export interface Harm {
  readonly kind: 'errors' | 'latency' | 'error ceiling' | 'latency ceiling' | 'alarm' | 'health' | 'crash loop';
  /** A Markdown sentence. */
  readonly sentence: string;
}

interface Judged {
  readonly errors: ErrorVerdict;
  readonly latency: LatencyVerdict;
  readonly ceilings: { readonly errors?: CeilingVerdict; readonly latency?: CeilingVerdict };
  readonly request: {
    readonly latencyMargin: number;
    readonly maxErrorRate: number | undefined;
    readonly maxLatency: number | undefined;
  };
}

/** Every reason to call green worse, the gravest first. */
export function findHarm(sighting: Sighting, judged: Judged): readonly Harm[] {
  return [
    ...findSickness(sighting),
    ...findErrors(judged),
    ...findLatency(judged),
    ...ringingIn(sighting).since.map(
      (name): Harm => ({ kind: 'alarm', sentence: `The alarm ${plainMarkdown(name)} began to ring.` }),
    ),
  ];
}

function findSickness({ traffic, failed }: Sighting): readonly Harm[] {
  if (mostGreen(traffic.productionRules) === 0) return [];
  const { taskSet, healthy, targets } = traffic.green;
  const isLooping = failed.green.length >= crashLoopTasks(taskSet.computedDesired);
  return [
    ...(healthy === 0
      ? [{ kind: 'health', sentence: `It has no healthy target (of ${targets.length}).` } as const]
      : []),
    ...(isLooping
      ? [
          {
            kind: 'crash loop',
            sentence: `${failed.green.length} of its tasks failed: ${listFailures(failed.green)}.`,
          } as const,
        ]
      : []),
  ];
}

/** The reasons in one line. */
function listFailures(failed: readonly StoppedTask[]): string {
  return plainMarkdown(
    describeFailures(failed)
      .replace(/^ {2}- /gm, '')
      .replaceAll('\n', '; '),
  );
}

function findErrors({ errors, ceilings, request }: Judged): readonly Harm[] {
  const { blue, green, leastRatio } = errors;
  return [
    ...(errors.kind === 'worse'
      ? [
          {
            kind: 'errors',
            sentence: `It fails more often than blue${leastRatio >= 1.05 ? `, at least ${times(leastRatio)} as often` : ''}: ${count(green.errors)} of ${count(green.requests)} requests (${rate(green)}), blue ${count(blue.errors)} of ${count(blue.requests)} (${rate(blue)}).`,
          } as const,
        ]
      : []),
    ...(ceilings.errors === 'above'
      ? [
          {
            kind: 'error ceiling',
            sentence: `Its error rate is above your limit of ${request.maxErrorRate} %: ${count(green.errors)} of ${count(green.requests)} requests failed (${rate(green)}).`,
          } as const,
        ]
      : []),
  ];
}

function findLatency({ latency, ceilings, request }: Judged): readonly Harm[] {
  const { blue, green, slowerMinutes, comparedMinutes } = latency;
  return [
    ...(latency.kind === 'slower'
      ? [
          {
            kind: 'latency',
            sentence: `It is slower: its p90 exceeded blue's by more than ${request.latencyMargin} % in ${slowerMinutes} of ${comparedMinutes} minutes (medians: green ${milliseconds(green?.p90)}, blue ${milliseconds(blue?.p90)}).`,
          } as const,
        ]
      : []),
    ...(ceilings.latency === 'above'
      ? [
          {
            kind: 'latency ceiling',
            sentence: `Its p90 is above your limit of ${request.maxLatency} ms in most minutes.`,
          } as const,
        ]
      : []),
  ];
}
