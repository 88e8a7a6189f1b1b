import type { TemplateStep } from '../octopus/process/definition.ts';
import { isDeploying } from '../steps/step.ts';
import type { ApprovalLedger, ApprovedAt } from './approval-ledger.ts';
import { type ApprovalRuling, ruleOnNote } from './approval-ruling.ts';
import type { StepResult } from './deployment.ts';
import { type Measurement, shareOf } from './measurement.ts';
import { requestedShare } from './requested-share.ts';
import { type EntryPointMeasurement, measureEntryPoints, type Users } from './users.ts';

/** The share that one step requested, and what users got afterwards. */
export interface Stage {
  readonly release: string;
  readonly result: StepResult;
  /** The new version's share in percent that is expected now; undefined when no share is requested. */
  readonly requested: number | undefined;
  /** Empty while there are no users, and for steps that do nothing. */
  readonly entryPoints: readonly EntryPointShare[];
  /** User errors since the stage before. */
  readonly errors: number;
  /** The same by entry point name; some entry points may no longer exist. */
  readonly errorsAt: Measurement['errorsAt'];
}

/** What users got at one entry point after a step. */
export interface EntryPointShare extends EntryPointMeasurement {
  /** The new version's measured share in percent; undefined where nothing is split. */
  readonly share: number | undefined;
  /** Where users are kept on blue: blue's version, and how many answers came from another. */
  readonly kept?: { readonly blue: string; readonly others: number };
}

/** Follows the canary of one release: what was approved, what users got. */
export interface CanaryWatch {
  /** Call this when a person has proceeded with that note, before the next step runs. */
  readonly approved: (notes: string, next: TemplateStep | undefined) => void;
  /** Call this with the outputs of a Guard that took traffic from the new version. */
  readonly retreated: (outputs: Readonly<Record<string, string>>) => void;
  /** Whether a note asked for the end of the deployment. */
  readonly ended: () => boolean;
  /** Measures after a step; resolves when enough answers have arrived. */
  readonly stepFinished: (result: StepResult) => Promise<Stage>;
  readonly stages: () => readonly Stage[];
  /** Task definition of the current stable version. */
  readonly stable: () => string;
  /** Task definition that blue runs now. */
  readonly blue: () => string;
  /** Task definition of the new version; empty until it is deployed. */
  readonly green: () => string;
}

export interface WatchTools {
  readonly release: string;
  /** Task definition of the stable version before this release; empty before the first. */
  readonly stableBefore: string;
  /** Task definition that blue ran before; after a promotion this is not the stable one. */
  readonly blueBefore: string;
  readonly ledger: ApprovalLedger;
  /** Position in the load's log at which this release begins; undefined while there are no users. */
  readonly startMark: number | undefined;
  /** Emulated now, epoch milliseconds. */
  readonly now: () => number;
  /** The users; the first call starts them, when the service has just come up. */
  readonly users: () => Promise<Users>;
  readonly sample: number;
}

export function watchCanary(tools: WatchTools): CanaryWatch {
  const stages: Stage[] = [];
  let stable = tools.stableBefore;
  let blue = tools.blueBefore;
  let green = '';
  let share = 0;
  let ruling: ApprovalRuling | undefined;
  let [ended, isTaken] = [false, false];
  let marked = tools.startMark;
  const approve = (taskDefinition: string, percent: number, at?: ApprovedAt): void => {
    if (taskDefinition !== '') tools.ledger.approve(tools.now(), taskDefinition, percent, at);
  };
  // Prepare Blue moves the users who are kept on blue to the promoted version.
  approve(stable, 100, 'kept');
  const replaceBlue = (next: string): void => {
    if (blue !== next) approve(blue, 0, 'kept');
    approve(next, 100, 'kept');
    blue = next;
  };
  const retreat = (outputs: Readonly<Record<string, string>>): void => {
    share = Number(outputs['GreenPercent']);
    // The end of a lease is no finding, so the next approval needs no confirmation.
    isTaken = outputs['ConfirmCommand'] !== '';
    if (green !== stable) approve(green, share);
  };
  const learn = ({ step, outputs, status }: StepResult): void => {
    if (step.kind !== 'template' || status === 'failed' || status === 'skipped') return;
    if (step.stepId === 'prepare-blue') replaceBlue(stable);
    if (isDeploying(step.stepId)) {
      green = outputs['GreenTaskDefinition'] ?? '';
      if (stable === '') {
        stable = green;
        replaceBlue(green);
      }
      if (stable === green) approve(green, 100);
    }
    if (step.stepId === 'promote') {
      if (stable !== green) approve(stable, 0);
      stable = green;
    }
    if (step.stepId === 'rollback' && green !== stable) approve(green, 0);
    if (step.stepId === 'watch' && outputs['Retreated'] === 'True') retreat(outputs);
    const asked = step.stepId === 'shift-traffic' ? (ruling?.share ?? requestedShare(step)) : requestedShare(step);
    share = green === stable ? 100 : (asked ?? share);
    ruling = undefined;
    // A reduced share applies only from now on.
    if (step.stepId === 'shift-traffic' && green !== stable) approve(green, share);
  };
  return {
    approved: (notes, next) => {
      ruling = ruleOnNote(notes, next, share, isTaken);
      isTaken &&= ruling.share <= share;
      ended ||= ruling.ends;
      if (green !== stable) approve(green, Math.max(ruling.share, share));
    },
    retreated: retreat,
    ended: () => ended,
    stepFinished: async (result) => {
      learn(result);
      const quiet = result.status === 'skipped' || result.step.kind === 'manual' || stable === '';
      const users = quiet ? undefined : await tools.users();
      const requested = quiet ? undefined : share;
      const seen = await measureStage(users, tools.sample, marked, { green, blue });
      const stage: Stage = { release: tools.release, result, requested, ...seen };
      if (users !== undefined) marked = users.load.mark();
      stages.push(stage);
      return stage;
    },
    stages: () => stages,
    stable: () => stable,
    blue: () => blue,
    green: () => green,
  };
}

/** What users get now, and the errors that they saw since a position in the load's log. */
async function measureStage(
  users: Users | undefined,
  sample: number,
  since: number | undefined,
  { green, blue }: { readonly green: string; readonly blue: string },
): Promise<Pick<Stage, 'entryPoints' | 'errors' | 'errorsAt'>> {
  if (users === undefined) return { entryPoints: [], errors: 0, errorsAt: {} };
  const from = since ?? users.load.mark();
  const measured = await measureEntryPoints(users, sample);
  const { errors, errorsAt } = users.load.measure(from);
  return { entryPoints: measured.map((one) => ({ ...one, ...judged(one, green, blue) })), errors, errorsAt };
}

function judged(
  { entryPoint, measured }: EntryPointMeasurement,
  green: string,
  blue: string,
): Pick<EntryPointShare, 'share' | 'kept'> {
  if (entryPoint.kind === 'service') return { share: shareOf(measured, green) };
  if (entryPoint.kind === 'redirect') return { share: undefined };
  const others = measured.requests - measured.errors - (measured.taskDefinitions[blue] ?? 0);
  return { share: undefined, kept: { blue, others } };
}
