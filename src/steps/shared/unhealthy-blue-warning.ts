import type { Traffic } from '../../canary/traffic.ts';

/** A warning where blue serves everything with less than it should have; said and not refused, so that a version that mends it can come. */
export function unhealthyBlueWarning({ blue }: Traffic): readonly string[] {
  const { computedDesired } = blue.taskSet;
  if (blue.healthy >= computedDesired) return [];
  return [
    `Blue, which serves everything, has only ${blue.healthy} of ${computedDesired} healthy targets. The next version may mend that; look at it before you roll back to blue.`,
  ];
}
