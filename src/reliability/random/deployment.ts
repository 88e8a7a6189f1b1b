import type { StepOrder } from '../step-order.ts';
import type { MoveId } from '../step-uses.ts';
import { type FaultWorld, deployment as lockOwnerOf } from '../world.ts';
import type { Gate } from './act.ts';

/** One deployment, as Octopus runs it. */
export interface Deployment {
  readonly number: number;
  readonly version: string;
  /** Whether its tasks end as soon as they have begun. */
  readonly bad: boolean;
  readonly takeOver: boolean;
  /** Position of the next step in the process. */
  next: number;
  /** Only Rollback is left to run. */
  failed: boolean;
  over: boolean;
  /** Prepare Blue found nothing to prepare. */
  first: boolean;
  last?: { readonly step: ProcessStep; readonly gate: Gate; done: boolean };
  /** Whether somebody else changed the stack meanwhile. */
  disturbed: boolean;
  readonly stackTokens: Set<string>;
}

/** A step of the process; a shift says where to. */
export interface ProcessStep {
  readonly move: MoveId;
  readonly percent?: number;
}

const process: readonly ProcessStep[] = [
  { move: 'prepare-blue' },
  { move: 'deploy-stack' },
  { move: 'add-test-rule' },
  { move: 'shift-traffic', percent: 10 },
  { move: 'shift-traffic', percent: 50 },
  { move: 'promote' },
];

/** A deployment before its first step. */
export function beginDeployment(
  number: number,
  version: string,
  { bad, takeOver }: { readonly bad: boolean; readonly takeOver: boolean },
): Deployment {
  return {
    ...{ number, version, bad, takeOver, next: 0 },
    ...{ failed: false, over: false, first: false, disturbed: false },
    stackTokens: new Set(),
  };
}

/** The step that Octopus runs next; Rollback once something failed. */
export function nextStep({ failed, next }: Deployment): ProcessStep {
  return (failed ? undefined : process[next]) ?? { move: 'rollback-after-failure' };
}

/** What the end of a run means for the deployment; a killed one stays where it was, for Octopus to try again. */
export function advance(deployment: Deployment, step: ProcessStep, outcome: string): void {
  if (outcome === 'killed') return;
  if (step.move === 'rollback-after-failure') deployment.over = true;
  else if (outcome !== 'done') deployment.failed = true;
  else {
    deployment.failed = false;
    deployment.next = process.indexOf(step) + 1;
    const length = deployment.first ? 2 : process.length;
    deployment.over = deployment.next >= length;
  }
}

/** What Octopus gives to the step. */
export function orderOf(world: FaultWorld, deployment: Deployment, step: ProcessStep, gate: Gate): StepOrder {
  const lockOwner = lockOwnerOf(deployment.number);
  switch (step.move) {
    case 'prepare-blue':
      return world.order('prepare-blue', { lockOwner, parameters: { ...patience, ...takeOver(deployment) } });
    case 'deploy-stack':
      return world.order('deploy-stack', {
        lockOwner,
        parameters: { ...patience, ...world.builtIn(deployment.version) },
      });
    case 'deploy-own-template':
      return world.order(step.move, {
        lockOwner,
        parameters: { ...patience, ...world.ownTemplate(deployment.version) },
      });
    case 'add-test-rule':
      return world.order('add-test-rule', { lockOwner, parameters: patience });
    case 'shift-traffic': {
      const share = { 'EcsCanary.GreenPercent': String(step.percent) };
      return world.order('shift-traffic', { lockOwner, parameters: { ...patience, ...share, ...approval(gate) } });
    }
    case 'promote':
      return world.order('promote', { lockOwner, parameters: { ...patience, ...approval(gate) } });
    case 'rollback':
    case 'rollback-after-failure':
      return world.order('rollback', { lockOwner, deploymentFailed: true, parameters: patience });
  }
}

/** Long enough for every step here, and short enough for those that wait in vain. */
export const patience = { 'EcsCanary.TimeoutMinutes': '15' } as const;

function takeOver(deployment: Deployment): Readonly<Record<string, string>> {
  return deployment.takeOver ? { 'EcsCanary.TakeOver': 'True' } : {};
}

function approval({ proceed, note }: Gate): Readonly<Record<string, string>> {
  return {
    'EcsCanary.ApprovalStep': 'Approve',
    'Approval.Manual.Approved': proceed ? 'True' : 'False',
    'Approval.Manual.Notes': note,
    'Approval.Manual.ResponsibleUser.DisplayName': 'Operator',
  };
}
