import type { StepUseId, WatchUseId } from '../cases/step-uses.ts';
import { deploymentOwner } from '../step-runs/lock-owners.ts';
import type { StepOrder } from '../step-runs/step-order.ts';
import type { FaultWorld } from '../world/world.ts';
import type { Intervention } from './sequence.ts';

/** One deployment, as Octopus runs it. */
export interface Deployment {
  readonly number: number;
  readonly version: string;
  /** Whether its tasks exit as soon as they start. */
  readonly bad: boolean;
  readonly takeOver: boolean;
  /** Position of the next step in the process. */
  next: number;
  /** Only Rollback is left to run. */
  failed: boolean;
  over: boolean;
  /** Prepare Blue found nothing to prepare. */
  first: boolean;
  last?: { readonly step: ProcessStep; readonly intervention: Intervention; done: boolean };
  /** Whether somebody else has changed the stack. */
  disturbed: boolean;
  readonly stackTokens: Set<string>;
}

/** A step of the process; a shift has its share. */
export interface ProcessStep {
  readonly stepUse: Exclude<StepUseId, WatchUseId | 'guard'>;
  readonly percent?: number;
}

const process: readonly ProcessStep[] = [
  { stepUse: 'prepare-blue' },
  { stepUse: 'deploy-stack' },
  { stepUse: 'add-test-rule' },
  { stepUse: 'shift-traffic', percent: 10 },
  { stepUse: 'shift-traffic', percent: 50 },
  { stepUse: 'promote' },
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

/** The step that Octopus runs next; Rollback after a failure. */
export function nextStep({ failed, next }: Deployment): ProcessStep {
  return (failed ? undefined : process[next]) ?? { stepUse: 'rollback-after-failure' };
}

/** Updates the deployment after a run; after a kill it stays at the same step, for Octopus to retry. */
export function advance(deployment: Deployment, step: ProcessStep, outcome: string): void {
  if (outcome === 'killed') return;
  if (step.stepUse === 'rollback-after-failure') deployment.over = true;
  else if (outcome !== 'done') deployment.failed = true;
  else {
    deployment.failed = false;
    deployment.next = process.indexOf(step) + 1;
    const length = deployment.first ? 2 : process.length;
    deployment.over = deployment.next >= length;
  }
}

/** The parameters that Octopus passes to the step. */
export function orderOf(
  world: FaultWorld,
  deployment: Deployment,
  step: ProcessStep,
  intervention: Intervention,
): StepOrder {
  const lockOwner = deploymentOwner(deployment.number);
  switch (step.stepUse) {
    case 'prepare-blue':
      return world.order('prepare-blue', { lockOwner, parameters: { ...patience, ...takeOver(deployment) } });
    case 'deploy-stack':
      return world.order('deploy-stack', {
        lockOwner,
        parameters: { ...patience, ...world.builtIn(deployment.version) },
      });
    case 'deploy-own-template':
      return world.order(step.stepUse, {
        lockOwner,
        parameters: { ...patience, ...world.ownTemplate(deployment.version) },
      });
    case 'add-test-rule':
      return world.order('add-test-rule', { lockOwner, parameters: patience });
    case 'shift-traffic': {
      const share = { 'EcsCanary.GreenPercent': String(step.percent) };
      return world.order('shift-traffic', {
        lockOwner,
        parameters: { ...patience, ...share, ...approval(`Approve ${step.percent}%`, intervention) },
      });
    }
    case 'promote':
      return world.order('promote', {
        lockOwner,
        parameters: { ...patience, ...approval('Approve Promotion', intervention) },
      });
    case 'rollback':
    case 'rollback-after-failure':
      return world.order('rollback', { lockOwner, deploymentFailed: true, parameters: patience });
  }
}

/** Long enough for every step here, and short for steps that wait in vain. */
export const patience = { 'EcsCanary.TimeoutMinutes': '15' } as const;

function takeOver(deployment: Deployment): Readonly<Record<string, string>> {
  return deployment.takeOver ? { 'EcsCanary.TakeOver': 'True' } : {};
}

function approval(name: string, { proceed, note }: Intervention): Readonly<Record<string, string>> {
  return {
    'EcsCanary.ApprovalStep': name,
    'Approval.Manual.Approved': proceed ? 'True' : 'False',
    'Approval.Manual.Notes': note,
    'Approval.Manual.ResponsibleUser.DisplayName': 'Operator',
  };
}
