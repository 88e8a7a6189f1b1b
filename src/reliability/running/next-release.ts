import type { StepRequest } from '../cases/step-uses.ts';
import { describeOutcome } from '../step-runs/step-order.ts';
import { orderFor } from '../world/step-requests.ts';
import type { CaseRun } from './case-run.ts';

/** A busy machine needs seconds to replace green, and users must still be sent there if that happens too early. */
const long = { lagSeconds: 450, settleSeconds: 360 } as const;

/** A release follows where a node lags, after kills only: other faults leave nothing behind that kills do not. */
export function isFollowedAtOnce({ testCase: { injectedFault }, state }: CaseRun): boolean {
  return state.lagSeconds !== undefined && /^(none|kill-.*|same-twice|two-deployments)$/.test(injectedFault.kind);
}

/** From here on a node lags past the start of the next release; the steps are told to wait longer still. */
export function prolongLag({ world }: CaseRun): void {
  world.users.ask();
  const { setting, emulator } = world;
  const parameters = { ...setting.parameters, 'EcsCanary.SettleSeconds': String(long.settleSeconds) };
  world.setting = { ...setting, parameters, lagSeconds: long.lagSeconds };
  emulator.setRuleLag(long.lagSeconds);
}

/**
 * Runs another release at once: its version is deployed to green while a lagging node may still send users there.
 * The version that was rolled back is no longer approved from here on.
 */
export async function releaseNext({ world, request, mutation, outcomes, violations }: CaseRun): Promise<void> {
  const { canary } = world.actualState();
  if (canary && canary.green.version !== canary.blue.version) world.approvals.approve(canary.green.version, 0);
  const next: StepRequest = { ...request, deployment: 3, version: world.nextVersion() };
  for (const stepUse of ['prepare-blue', 'deploy-stack'] as const) {
    const outcome = await world.run(orderFor(world, { ...next, stepUse }), mutation);
    outcomes.push(describeOutcome(outcome));
    if (outcome.kind !== 'done')
      violations.push(`I3: the next release fails at ${stepUse}: ${JSON.stringify(outcome)}`);
  }
  violations.push(...(await world.watch.violations()));
}
