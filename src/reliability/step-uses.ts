import { isDeploying } from '../steps/step.ts';
import type { ActualState } from './actual-state.ts';
import type { StartingState } from './starting-state.ts';
import type { StepOrder } from './step-order.ts';
import { deployment, type FaultWorld, runbook } from './world.ts';

/** One use of a step: Rollback is used in two ways. */
export interface Move {
  readonly id: MoveId;
  /** For the table. */
  readonly title: string;
}

const ids = [
  'prepare-blue',
  'deploy-stack',
  'deploy-own-template',
  'add-test-rule',
  'shift-traffic',
  'promote',
  'rollback',
  'rollback-after-failure',
] as const;
export type MoveId = (typeof ids)[number];

/** Every use of every step, in the order of the process. */
export const moves: readonly Move[] = [
  { id: 'prepare-blue', title: 'Prepare Blue' },
  { id: 'deploy-stack', title: 'Deploy Stack' },
  { id: 'deploy-own-template', title: 'Deploy Own Template' },
  { id: 'add-test-rule', title: 'Add Test Rule' },
  { id: 'shift-traffic', title: 'Shift Traffic to 50 %' },
  { id: 'promote', title: 'Promote' },
  { id: 'rollback', title: 'Rollback, by a person in the runbook' },
  { id: 'rollback-after-failure', title: 'Rollback, by a deployment that failed' },
];

/** What a person wants of a run, fixed before it, so that running again asks for the same. */
export interface StepRequest {
  readonly move: MoveId;
  /** Which deployment it is. */
  readonly deployment: number;
  /** The version that is to be deployed. */
  readonly version: string;
  /** Colours that are to end at 0 % once they serve nothing; undefined where nobody asks for that. */
  readonly idle?: StartingState['idle'];
}

export function findMove(id: string): Move | undefined {
  return moves.find((move) => move.id === id);
}

/** The order for a run; every run has a token of its own. */
export function orderFor(world: FaultWorld, { move, deployment: number, version, idle }: StepRequest): StepOrder {
  const lockOwner = deployment(number);
  const small = idle ? { 'EcsCanary.IdleScalePercent': '0' } : {};
  switch (move) {
    case 'prepare-blue':
    case 'add-test-rule':
      return world.order(move, { lockOwner });
    case 'deploy-stack':
      return world.order(move, { lockOwner, parameters: world.builtIn(version) });
    case 'deploy-own-template':
      return world.order(move, { lockOwner, parameters: world.ownTemplate(version) });
    case 'shift-traffic':
      return world.order(move, {
        lockOwner,
        parameters: { ...approved('Approve 50%'), 'EcsCanary.GreenPercent': '50' },
      });
    case 'promote':
      return world.order(move, { lockOwner, parameters: { ...approved('Approve Promotion'), ...small } });
    case 'rollback':
      return world.order('rollback', { lockOwner: runbook, parameters: small });
    case 'rollback-after-failure':
      return world.order('rollback', { lockOwner, deploymentFailed: true, parameters: small });
  }
}

/** Says what people allow by asking for that run; before it begins. */
export function approveFor({ approvals }: FaultWorld, { move, version }: StepRequest, { canary }: ActualState): void {
  // The first version is all there is.
  if (!canary) approvals.approve(version, 100);
  if (!canary || isDeploying(move)) return;
  const { blue, green } = canary;
  const isNewGreen = canary.tag !== 'Green' && green.version !== blue.version;
  if (move === 'shift-traffic' && isNewGreen) raise(approvals, green.version, 50);
  if (move === 'promote' && isNewGreen) raise(approvals, green.version, 100);
  if (move === 'rollback') approvals.approve(blue.version, 100);
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
