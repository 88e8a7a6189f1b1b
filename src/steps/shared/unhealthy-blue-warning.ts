import type { Traffic } from '../../canary/traffic.ts';

/** A warning if blue serves all traffic with too few healthy targets; no refusal, so that a version that fixes it can be deployed. */
export function unhealthyBlueWarning({ blue }: Traffic): readonly string[] {
  const { computedDesired } = blue.taskSet;
  if (blue.healthy >= computedDesired) return [];
  return [
    `Blue serves all traffic but has only ${blue.healthy} of ${computedDesired} healthy targets. The next version may fix that; check blue before you roll back to it.`,
  ];
}
