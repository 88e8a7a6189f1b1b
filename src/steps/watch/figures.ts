import type { GroupMinute, LoadBalancerMinute, Traffic as Metrics } from '../../aws/aws.ts';
import type { ColourGroups } from '../../canary/listener-rule.ts';
import type { ColourFigures, MinuteFigures } from '../../evidence/count-minutes.ts';

/** The figures of both colours, minute by minute. @param with4xx whether answers of 400 to 499 are errors too */
export function figuresOf(
  { groups, loadBalancers }: Metrics,
  { blue, green }: ColourGroups,
  with4xx: boolean,
): MinuteFigures[] {
  const [blues, greens] = [blue, green].map(
    (arn) => new Map((groups[arn] ?? []).map((minute) => [minute.start, toFigures(minute, with4xx)])),
  ) as [Map<number, ColourFigures>, Map<number, ColourFigures>];
  const starts = [...new Set([...blues.keys(), ...greens.keys()])].sort((one, other) => one - other);
  const failed = new Map(Object.values(loadBalancers).flatMap((minutes) => minutes.map(countFailed)));
  return starts.map((start) => ({
    ...{ start, blue: blues.get(start) ?? {}, green: greens.get(start) ?? {} },
    failedByTargets: failed.get(start) ?? 0,
  }));
}

/** A target that broke the connection, and one that was too slow. */
function countFailed({ start, errors }: LoadBalancerMinute): readonly [start: number, failed: number] {
  return [start, errors['502'] + errors['504']];
}

/** A failed connection has no answer, so it is among the unanswered requests already. */
function toFigures({ requests, answers, seconds }: GroupMinute, with4xx: boolean): ColourFigures {
  const answered = Object.values(answers).reduce((sum, count) => sum + count, 0);
  return {
    ...(requests > 0 && { requests }),
    errors: answers['5xx'] + (with4xx ? answers['4xx'] : 0),
    unanswered: requests - answered,
    ...(seconds && { latency: seconds }),
  };
}
