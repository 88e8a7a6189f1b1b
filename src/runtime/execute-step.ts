import type { Aws } from '../aws/aws.ts';
import { adviseOn } from '../aws/remedies.ts';
import type { Approval } from '../canary/approval.ts';
import type { Change } from '../canary/change.ts';
import type { Attachments, Done } from '../canary/decision.ts';
import type { LockOwner } from '../canary/lock.ts';
import { OperatorError } from '../canary/operator-error.ts';
import type { RunContext } from '../canary/run.ts';
import { type CanaryReader, createCanaryReader } from '../observation/canary-reader.ts';
import { findCause } from '../observation/failure-cause.ts';
import type { TaskLog } from '../octopus/log/task-log.ts';
import { type ParameterSet, parseParameters, type ValuesOf } from '../parameters/parameters.ts';
import { runtimeParameters } from '../parameters/runtime-parameters.ts';
import type { ApprovalVariable, Step, StepId } from '../steps/step.ts';
import { attachArtifacts, type SaveArtifact } from './artifacts.ts';
import type { Clock } from './clock.ts';
import { credentials, regionName } from './environment.ts';
import { type Goal, reconcile } from './reconcile.ts';
import { createRedaction, isWorthRedacting, redactAws, redactError } from './redaction.ts';
import { applyRemembering, startRun } from './run-under-way.ts';

/** What a step runs with. */
export interface Surroundings {
  /** Read only once all parameters are valid. */
  readonly aws: Aws;
  /** Problems of the environment, reported with those of the parameters. */
  readonly problems?: readonly string[];
  readonly clock: Clock;
  readonly log: TaskLog;
  readonly saveArtifact: SaveArtifact;
  /** Hears that the step no longer waits for a call that hangs. */
  readonly gaveUp?: () => void;
  /** Raw text of a parameter by its name; undefined when Octopus has none. */
  readonly readParameter: (name: string) => string | undefined;
  readonly token: string;
  readonly deploymentFailed: boolean;
  /** What failed, in Octopus's words. */
  readonly deploymentError?: string;
  readonly lockOwner: LockOwner;
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
  const redact = createRedaction([
    ...credentials(),
    ...confidentialValues(step.parameters, values, step.shown?.(values)),
  ]);
  try {
    // Read once: each read connects again.
    const { aws, ...others } = surroundings;
    return await reachGoal(step, values, { ...others, aws: redactAws(aws, redact) });
  } catch (error) {
    // Errors from AWS are redacted already; a defect may quote anything.
    throw error instanceof OperatorError ? error : redactError(error, redact);
  }
}

async function reachGoal<P extends ParameterSet, S>(
  step: Step<P, S>,
  values: ValuesOf<P>,
  surroundings: Surroundings,
): Promise<Done | undefined> {
  const { aws, log, clock, readParameter } = surroundings;
  const { stackName, timeoutMinutes, dryRun, parts } = parseParameters(runtimeParameters, readParameter);
  const approvalStep = step.approvalStep?.(values);
  const context: RunContext = {
    region: aws.region,
    token: surroundings.token,
    deploymentFailed: surroundings.deploymentFailed,
    deploymentError: surroundings.deploymentError ?? '',
    lockOwner: surroundings.lockOwner,
    startedAt: new Date(clock.now()),
    approval: approvalStep === undefined ? undefined : readApproval(approvalStep, readParameter),
  };
  if (context.approval?.approved) log.info(describeApproval(context.approval));
  if (step.approvalStep && !context.approval) log.warning(noApproval);
  const run = startRun(context, aws, clock);
  const reader = createCanaryReader(
    aws,
    stackName,
    parts,
    {
      event: log.info,
      // A lock that was read is remembered even if a later read of the same look fails.
      service: (service) => run.looked({ service }),
    },
    step.ruleEvidence,
  );
  let otherwise: (() => Done) | undefined;
  const goal: Goal = {
    look: async (after) => {
      reader.forget(after);
      const state = await step.observe({ values, reader, run: run.now() });
      run.looked(step.seen?.(state) ?? {});
      const decision = step.decide(state, { values, run: run.now() });
      otherwise = decision.kind === 'wait' ? decision.otherwise : undefined;
      return decision;
    },
    apply: (change) => applyRemembering(aws, change, run, clock, (made) => explainInTime(reader, made, log)),
    clock,
    log,
    dryRun,
    timeoutMinutes,
  };
  const outcome = await explaining(step, surroundings, reader, goal).catch((error: unknown) => {
    const early = error instanceof OperatorError && /^(timed-out|aws-credentials)$/.test(error.code) && otherwise?.();
    if (!early) throw error;
    return { ...early, warnings: [`The step ended early. ${error.message}`, ...(early.warnings ?? [])] };
  });
  if (!outcome) log.highlight('Dry run: nothing was changed.');
  else {
    report(outcome, surroundings);
    if (step.attach) await attachLater(() => step.attach?.({ values, reader, run: run.now() }), surroundings);
  }
  if (outcome?.failure) throw outcome.failure;
  return outcome;
}

/** The rollback that a cancellation starts removes the tasks, so their cause is read at once, but no read may hold up the run. */
async function explainInTime(reader: CanaryReader, change: Change, log: TaskLog): Promise<string> {
  if (change.kind !== 'cancel-stack-update' || !change.failing) return '';
  const { taskSet, service } = change.failing;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('\nThe step could not find out more in time.'), mostCauseMilliseconds);
  });
  const found = findCause(reader, taskSet, service).catch(
    (error: Error) => `\nThe step could not find out more: ${error.message}`,
  );
  const cause = await Promise.race([found, late]);
  clearTimeout(timer);
  if (cause !== '') log.info(cause.trim());
  return cause;
}

const mostCauseMilliseconds = 10_000;

const noApproval = 'EcsCanary.ApprovalStep is blank, so this step does not check for an approval.';

/** Confidential values that appear in no other parameter; a region in an environment variable, for example, is no secret. */
function confidentialValues(
  parameters: ParameterSet,
  values: Readonly<Record<string, unknown>>,
  alsoShown: readonly string[] = [],
): readonly string[] {
  const keys = Object.keys(values);
  const shown = JSON.stringify([
    regionName(),
    alsoShown,
    keys.map((key) => !parameters[key]?.confidential && values[key]),
  ]);
  return (
    keys
      .flatMap((key) => (parameters[key]?.confidential ? Object.values(values[key] as Record<string, string>) : []))
      // AWS may quote a single item of a list.
      .flatMap((value) => [value, ...value.split(',').map((item) => item.trim())])
      .filter((value) => !shown.includes(value) && isWorthRedacting(value))
  );
}

/** Adds to an error what only the step knows (its policy and parameters), and what only the tasks know, which a waiting step need not read. */
async function explaining(
  step: { readonly id: StepId; readonly parameters: ParameterSet },
  surroundings: Pick<Surroundings, 'aws' | 'readParameter'>,
  reader: CanaryReader,
  goal: Goal,
): Promise<Done | undefined> {
  try {
    return await reconcile(goal);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const { code, message, taskSet } = error;
    const found = taskSet ? await findCause(reader, taskSet) : '';
    const hint = isOfAws.test(code) ? remedyOf(error, step, surroundings) : error.hint;
    throw new OperatorError(code, `${message}${found}`, hint, { cause: error });
  }
}

function remedyOf(
  { code, message, hint }: OperatorError,
  { id, parameters }: { readonly id: StepId; readonly parameters: ParameterSet },
  { aws, readParameter }: Pick<Surroundings, 'aws' | 'readParameter'>,
): string {
  const read = Object.values(parameters).filter(({ actionProperty }) => actionProperty === undefined);
  const values = read.map(({ name, defaultValue }) => [name, readParameter(name) ?? defaultValue] as const);
  const isDenied = code === 'aws-access-denied';
  const policy = isDenied ? `policies/${id}.json has every permission that this step needs.` : undefined;
  // What a step may do does not depend on its parameters, except on the roles that it passes on.
  const advice =
    isDenied && !message.includes('iam:PassRole')
      ? undefined
      : adviseOn(message, Object.fromEntries(values), aws.region);
  return [advice, hint, policy].filter(Boolean).join(' ');
}

const isOfAws = /^(aws-access-denied|aws-refused|stack-failed)$/;

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
  return `Approved at "${step}" by ${by || 'a user whom Octopus does not name'}${notes === '' ? ', without a note.' : `, with the note: ${notes}`}`;
}

/** A CloudWatch that is throttled or hangs must not keep a finished step from ending. */
async function inTime<T>(work: Promise<T> | undefined, gaveUp?: () => void): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      gaveUp?.();
      reject(tooLate());
    }, mostReportMilliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(): OperatorError {
  return new OperatorError('timed-out', `AWS did not answer within ${mostReportMilliseconds / 1000} seconds.`, '');
}

const mostReportMilliseconds = 20_000;

/** Files that take more reads; the goal is reached, so nothing that goes wrong here fails the step. */
async function attachLater(
  make: () => Promise<Attachments> | undefined,
  { log, saveArtifact, gaveUp }: Pick<Surroundings, 'log' | 'saveArtifact' | 'gaveUp'>,
): Promise<void> {
  try {
    const { artifacts = [], warnings = [] } = (await inTime(make(), gaveUp)) ?? {};
    for (const warning of warnings) log.warning(warning);
    attachArtifacts(artifacts, saveArtifact, log);
  } catch (error) {
    // Without a canary there is nothing to report.
    if (error instanceof OperatorError && /^(stack-missing|canary-not-found)$/.test(error.code)) return;
    const { message, stack } = error as Error;
    const said = error instanceof OperatorError ? message : `This is a bug, please report it: ${stack ?? message}`;
    log.warning(`No report is attached to this task; nothing else depends on it. ${said}`);
  }
}

function report(outcome: Done, { log, saveArtifact }: Pick<Surroundings, 'log' | 'saveArtifact'>): void {
  for (const warning of outcome.warnings ?? []) log.warning(warning);
  attachArtifacts(outcome.artifacts ?? [], saveArtifact, log);
  for (const [name, value] of Object.entries(outcome.outputs)) log.output(name, value);
  if (outcome.report !== undefined) log.info(outcome.report);
  log.highlight(outcome.reason);
}
