import type { Aws } from '../aws/aws.ts';
import type { Approval } from '../canary/approval.ts';
import type { Change } from '../canary/change.ts';
import type { Done } from '../canary/decision.ts';
import type { LockOwner } from '../canary/lock.ts';
import { OperatorError } from '../canary/operator-error.ts';
import { createCanaryReader } from '../observation/canary-reader.ts';
import type { LocationHints } from '../observation/location-hints.ts';
import type { TaskLog } from '../octopus/log/task-log.ts';
import { type ParameterSet, parseParameters, type ValuesOf } from '../parameters/parameters.ts';
import type { ApprovalVariable, Run, StackOperation, Step, StepId } from '../steps/step.ts';
import { applyChange } from './apply-change.ts';
import type { Clock } from './clock.ts';
import { credentials, regionName } from './environment.ts';
import { type Goal, reconcile } from './reconcile.ts';
import { createRedaction, isWorthRedacting, redactAws, redactError } from './redaction.ts';

/** What a step runs with. */
export interface Surroundings {
  /** Asked for only once all parameters are known to be good. */
  readonly aws: Aws;
  /** Problems of the surroundings themselves, to be reported with those of the parameters. */
  readonly problems?: readonly string[];
  readonly clock: Clock;
  readonly log: TaskLog;
  /** Raw text of a parameter by its name; undefined when Octopus has none. */
  readonly readParameter: (name: string) => string | undefined;
  readonly token: string;
  readonly deploymentFailed: boolean;
  readonly lockOwner: LockOwner;
}

/** Values that every step has. */
interface CommonValues extends LocationHints {
  readonly stackName: string;
  readonly timeoutMinutes: number;
  readonly dryRun: boolean;
  readonly approvalStep?: string | undefined;
}

/**
 * Runs a step to its goal and sets its output variables.
 * @returns the outcome, or undefined after a dry run that would have changed something
 * @throws OperatorError for everything an operator can act on
 */
export async function executeStep<P extends ParameterSet, S>(
  step: Step<P, S>,
  surroundings: Surroundings,
): Promise<Done | undefined> {
  const values = parseParameters(step.parameters, surroundings.readParameter, step.checks, surroundings.problems);
  const redact = createRedaction([...credentials(), ...confidentialValues(step.parameters, values)]);
  try {
    // Asked for once: each asking connects anew.
    const { aws, ...others } = surroundings;
    return await reachGoal(step, values, { ...others, aws: redactAws(aws, redact) });
  } catch (error) {
    // What AWS said is clean already; a defect may quote anything.
    throw error instanceof OperatorError ? error : redactError(error, redact);
  }
}

async function reachGoal<P extends ParameterSet, S>(
  step: Step<P, S>,
  values: ValuesOf<P>,
  surroundings: Surroundings,
): Promise<Done | undefined> {
  const { aws, log } = surroundings;
  const { stackName, timeoutMinutes, dryRun, approvalStep } = values as unknown as CommonValues;
  const reader = createCanaryReader(aws, stackName, values as unknown as LocationHints);
  const run: Run = {
    region: aws.region,
    token: surroundings.token,
    deploymentFailed: surroundings.deploymentFailed,
    lockOwner: surroundings.lockOwner,
    startedAt: new Date(surroundings.clock.now()),
    now: () => surroundings.clock.now(),
    approval: approvalStep === undefined ? undefined : readApproval(approvalStep, surroundings.readParameter),
  };
  if (run.approval?.approved) log.info(describeApproval(run.approval));
  if (step.parameters['approvalStep'] && !run.approval) log.warning(noApproval);
  const outcome = await namingPolicy(step.id, {
    look: async (after) => {
      reader.forget(after);
      return step.decide(await step.observe({ values, reader, run }), { values, run });
    },
    apply: (change) => applyNoting(aws, change, run, surroundings.clock),
    clock: surroundings.clock,
    log,
    dryRun,
    timeoutMinutes,
  });
  if (!outcome) log.highlight('Dry run: nothing was changed.');
  else report(outcome, log);
  return outcome;
}

const noApproval = 'EcsCanary.ApprovalStep is blank: this step does not ask whether anybody approved it.';

/** What is neither shown elsewhere nor to be repeated: a region, say, in an environment variable is no secret. */
function confidentialValues(parameters: ParameterSet, values: Readonly<Record<string, unknown>>): readonly string[] {
  const keys = Object.keys(values);
  const shown = JSON.stringify([regionName(), keys.map((key) => !parameters[key]?.confidential && values[key])]);
  return (
    keys
      .flatMap((key) => (parameters[key]?.confidential ? Object.values(values[key] as Record<string, string>) : []))
      // AWS may quote a single item of a list.
      .flatMap((value) => [value, ...value.split(',').map((item) => item.trim())])
      .filter((value) => !shown.includes(value) && isWorthRedacting(value))
  );
}

/** AWS's words are explained where they arrive; which policy has the permission, only the step knows. */
async function namingPolicy(step: StepId, goal: Goal): Promise<Done | undefined> {
  try {
    return await reconcile(goal);
  } catch (error) {
    if (!(error instanceof OperatorError && error.code === 'aws-access-denied')) throw error;
    const hint = `${error.hint} policies/${step}.json has all that this step needs.`;
    throw new OperatorError(error.code, error.message, hint, { cause: error });
  }
}

function readApproval(step: string, read: Surroundings['readParameter']): Approval {
  const said = (name: ApprovalVariable): string => read(`Approval.${name}`)?.trim() ?? '';
  return {
    step,
    approved: said('Manual.Approved').toLowerCase() === 'true',
    notes: said('Manual.Notes'),
    by: said('Manual.ResponsibleUser.DisplayName') || said('Manual.ResponsibleUser.Username'),
  };
}

function describeApproval({ step, by, notes }: Approval): string {
  return `Approved at "${step}" by ${by || 'somebody whom Octopus does not name'}${notes === '' ? ', without a note.' : `, with the note: ${notes}`}`;
}

/** Stack operations are remembered for the rest of the run, so that their events and outcome can be told. */
async function applyNoting(aws: Aws, change: Change, run: Run, clock: Clock): Promise<void> {
  run.wrote = true;
  if (change.kind === 'cancel-stack-update' && run.operation)
    return cancelNoting(
      () => applyChange(aws, change, run.operation?.token ?? run.token),
      run.operation,
      change.because,
    );
  if (change.kind === 'set-weights') return moveNoting(aws, change, run);
  if (change.kind !== 'create-stack' && change.kind !== 'update-stack') {
    await applyChange(aws, change, run.operation?.token ?? run.token);
    if (change.kind === 'acquire-lock') await outwaitRivals(run, change.from, clock);
    return;
  }
  // The operation of an earlier run is over once this one submits; AWS refuses its token for a request that differs.
  delete run.operation;
  const outcome = await applyChange(aws, change, run.token);
  run.submitted = {
    kind: change.kind,
    outcome,
    ...(change.kind === 'update-stack' && { blueHealthy: change.blueHealthy }),
  };
}

/** Of several rules the credentials may allow only some: what was moved and what was not is said exactly. */
async function moveNoting(aws: Aws, change: Extract<Change, { kind: 'set-weights' }>, run: Run): Promise<void> {
  run.unwritable ??= new Set();
  try {
    await applyChange(aws, change, run.token);
    run.unwritable.delete(change.rule.arn);
  } catch (error) {
    run.unwritable.add(change.rule.arn);
    if (change.among.length === 0 || !(error instanceof OperatorError && isFinal(error))) throw error;
    const shares = change.among.map((each) => each.shares).join(', ');
    throw new OperatorError(error.code, `${error.message} The traffic is split ${shares}.`, error.hint, {
      cause: error,
    });
  } finally {
    // The answer may be lost although the write took effect, and may have taken minutes.
    if (change.weights.green === 0) run.leftGreenAt = run.now();
  }
}

function isFinal({ code }: OperatorError): boolean {
  return code === 'aws-access-denied' || code === 'aws-refused' || code === 'aws-credentials';
}

/** AWS refuses to cancel once more what a first, unanswered try has cancelled; after any other failure nothing is cancelled. */
async function cancelNoting(cancel: () => Promise<unknown>, operation: StackOperation, because: string): Promise<void> {
  operation.cancelledFor = because;
  try {
    await cancel();
  } catch (error) {
    if (!(error instanceof OperatorError && error.code === 'aws-refused')) delete operation.cancelledFor;
    throw error;
  }
}

/** Tags know no compare-and-swap: a rival that saw the canary free a moment ago must have marked it before the mark is read back. */
async function outwaitRivals(run: Run, from: string, clock: Clock): Promise<void> {
  run.replacedLock = from;
  await clock.sleep(3000);
}

function report(outcome: Done, log: TaskLog): void {
  for (const warning of outcome.warnings ?? []) log.warning(warning);
  for (const [name, value] of Object.entries(outcome.outputs)) log.output(name, value);
  log.highlight(outcome.reason);
}
