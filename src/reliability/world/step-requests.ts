import { isDeploying } from '../../steps/step.ts';
import type { ActualState } from '../actual-state/actual-state.ts';
import { servingTargets } from '../actual-state/exposure.ts';
import type { StepRequest, WatchUseId } from '../cases/step-uses.ts';
import { watchAlarms } from '../cases/watch-alarms.ts';
import { deploymentOwner, runbookOwner } from '../step-runs/lock-owners.ts';
import type { StepOrder } from '../step-runs/step-order.ts';
import type { FaultWorld } from './world.ts';

/** Creates the order for a run; every run has its own token. */
export function orderFor(world: FaultWorld, { stepUse, deployment: number, version, idle }: StepRequest): StepOrder {
  const lockOwner = deploymentOwner(number);
  const small = idle ? { 'EcsCanary.IdleScalePercent': '0' } : {};
  switch (stepUse) {
    case 'prepare-blue':
    case 'add-test-rule':
      return world.order(stepUse, { lockOwner });
    case 'deploy-stack':
      return world.order(stepUse, { lockOwner, parameters: world.builtIn(version) });
    case 'deploy-own-template':
      return world.order(stepUse, { lockOwner, parameters: world.ownTemplate(version) });
    case 'shift-traffic':
      return world.order(stepUse, {
        lockOwner,
        parameters: { ...approved('Approve 50%'), 'EcsCanary.GreenPercent': '50' },
      });
    case 'watch-once':
    case 'watch-minute':
    case 'watch-fail':
      return world.order('watch', { lockOwner, parameters: watchParameters[stepUse] });
    case 'guard':
      return world.order('watch', { lockOwner, parameters: guardParameters });
    case 'promote':
      return world.order(stepUse, { lockOwner, parameters: { ...approved('Approve Promotion'), ...small } });
    case 'rollback':
      return world.order('rollback', { lockOwner: runbookOwner, parameters: small });
    case 'rollback-after-failure':
      return world.order('rollback', { lockOwner, deploymentFailed: true, parameters: small });
  }
}

/** The shortest time limit that the step accepts, so that one that waits too long is found. */
const watchParameters: Readonly<Record<WatchUseId, Readonly<Record<string, string>>>> = {
  'watch-once': { 'EcsCanary.WatchMinutes': '0' },
  'watch-minute': {
    'EcsCanary.WatchMinutes': '1',
    'EcsCanary.TimeoutMinutes': '7',
    'EcsCanary.Alarms': watchAlarms.quiet,
    'EcsCanary.NextPercent': '50',
  },
  'watch-fail': {
    'EcsCanary.WatchMinutes': '1',
    'EcsCanary.TimeoutMinutes': '7',
    'EcsCanary.WhenWorse': 'Fail',
    'EcsCanary.Alarms': `${watchAlarms.quiet}\n${watchAlarms.ringing}`,
  },
};

/** It ends as soon as green is worse, and on a busy machine users may come a minute late. */
const guardParameters = {
  'EcsCanary.WatchMinutes': '5',
  'EcsCanary.TimeoutMinutes': '11',
  'EcsCanary.WhenWorse': 'Retreat',
};

/** Records what people approve by requesting a run; call it before the run. */
export function approveFor(
  { approvals, emulator }: FaultWorld,
  { stepUse, version }: StepRequest,
  { canary }: ActualState,
): void {
  // There is no other version yet.
  if (!canary) approvals.approve(version, 100);
  if (!canary || isDeploying(stepUse)) return;
  const { blue, green } = canary;
  const isNewGreen = canary.tag !== 'Green' && green.version !== blue.version;
  if (stepUse === 'shift-traffic' && isNewGreen) raise(approvals, green.version, 50);
  if (stepUse === 'promote' && isNewGreen) raise(approvals, green.version, 100);
  if (stepUse !== 'rollback') return;
  // While CloudFormation replaces blue, its group has targets of both versions, and a rollback cannot wait.
  const served = servingTargets(emulator.world, blue.group).map((target) => target.version);
  for (const version of new Set([blue.version, ...served])) approvals.approve(version, 100);
}

function raise(approvals: FaultWorld['approvals'], version: string, percent: number): void {
  approvals.approve(version, Math.max(percent, approvals.allowed(version)));
}

function approved(step: string): Readonly<Record<string, string>> {
  return {
    'EcsCanary.ApprovalStep': step,
    'Approval.Manual.Approved': 'True',
    'Approval.Manual.Notes': '',
    'Approval.Manual.ResponsibleUser.DisplayName': 'Operator',
  };
}
