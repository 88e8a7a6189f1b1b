/**
 * How many healthy targets a colour needs before it may get a share of the traffic.
 * @param desiredCount tasks the service wants at full scale
 * @param sharePercent the colour's share, 0 to 100
 */
export function targetsNeeded(desiredCount: number, sharePercent: number): number {
  // Even a small share needs one healthy target: a load balancer answers 503 for an empty group and fails open for an unhealthy one.
  return sharePercent <= 0 ? 0 : Math.max(1, Math.ceil((desiredCount * sharePercent) / 100));
}

/**
 * The scale green should have for a share of the traffic.
 * @param floorPercent the minimum scale that the operator set for green
 */
export function scaleForShare(sharePercent: number, floorPercent: number): number {
  return Math.min(100, Math.max(Math.ceil(sharePercent), floorPercent));
}
