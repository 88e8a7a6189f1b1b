import type { ManualStep, ProcessStep, RunCondition, TemplateStep } from '../octopus/process/definition.ts';
import { awsEnvironment } from './aws-environment.ts';
import type { DeploymentRequest, DeploymentResult, StepResult } from './deployment.ts';
import { runScript, type ScriptResult } from './script-run.ts';
import type { LogLine } from './step-output.ts';
import { actionProperties, createHistory, type History } from './step-variables.ts';
import { createVariables, type Variables } from './substitution.ts';

/**
 * Runs a deployment process as Octopus does: run conditions, manual interventions, scripts, output variables.
 * A failed step does not end the process; the run conditions decide what still runs.
 */
export async function runDeployment(request: DeploymentRequest): Promise<DeploymentResult> {
  const history = createHistory(request);
  const steps: StepResult[] = [];
  for (const [index, step] of request.process.steps.entries()) {
    const startedAt = performance.now();
    const outcome = await runStep(request, history, step, index);
    const result = { step, milliseconds: performance.now() - startedAt, ...outcome };
    history.add(result);
    steps.push(result);
    await request.observer?.stepFinished?.(result);
  }
  return { release: request.release, succeeded: !history.failed(), steps };
}

type Outcome = Omit<StepResult, 'step' | 'milliseconds'>;

async function runStep(
  request: DeploymentRequest,
  history: History,
  step: ProcessStep,
  index: number,
): Promise<Outcome> {
  const variables = createVariables([
    ...history.entries(step),
    ...(step.kind === 'template' ? actionProperties(request.library, step) : []),
  ]);
  const obstacle = whySkipped(step.condition, history.failed(), variables);
  if (obstacle !== undefined) return { status: 'skipped', reason: obstacle, outputs: {}, script: undefined };
  request.observer?.stepStarted?.(step, index + 1, request.process.steps.length);
  return step.kind === 'manual' ? askPerson(request, step, variables) : runTemplate(request, step, variables);
}

function whySkipped(condition: RunCondition, failed: boolean, variables: Variables): string | undefined {
  switch (condition.kind) {
    case 'always':
      return undefined;
    case 'success':
      return failed ? 'an earlier step failed' : undefined;
    case 'failure':
      return failed ? undefined : 'no earlier step failed';
    case 'variable':
      return variables.holds(condition.expression) ? undefined : 'its run condition is false';
  }
}

async function askPerson(request: DeploymentRequest, step: ManualStep, variables: Variables): Promise<Outcome> {
  const { proceed, notes } = await request.decide({ step, instructions: variables.evaluate(step.instructions) ?? '' });
  const outputs = {
    'Manual.Notes': notes,
    'Manual.Approved': proceed ? 'True' : 'False',
    'Manual.ResponsibleUser.Id': 'Users-1',
    'Manual.ResponsibleUser.Username': 'rehearsal',
    'Manual.ResponsibleUser.DisplayName': 'Rehearsal',
    'Manual.ResponsibleUser.EmailAddress': 'rehearsal@example.com',
  };
  if (proceed) return { status: 'succeeded', reason: '', outputs, script: undefined };
  return { status: 'failed', reason: notes === '' ? 'aborted' : `aborted: ${notes}`, outputs, script: undefined };
}

async function runTemplate(request: DeploymentRequest, step: TemplateStep, variables: Variables): Promise<Outcome> {
  const { observer } = request;
  const log: LogLine = (level, text, isSummary) => observer?.line?.(step, level, text, isSummary);
  const credentials = awsEnvironment(variables);
  if ('problem' in credentials) {
    log('error', credentials.problem, false);
    return { status: 'failed', reason: credentials.problem, outputs: {}, script: undefined };
  }
  const script = await runScript({
    scriptBody: request.library.get(step.stepId)?.properties['Octopus.Action.Script.ScriptBody'] ?? '',
    variables,
    environment: { ...credentials.environment, ...request.environment },
    log,
    onStart: (kill) => observer?.scriptStarted?.(step, kill),
  });
  const outputs = Object.fromEntries([...script.variables].map(([name, { value }]) => [name, value]));
  return { ...judge(script), outputs, script };
}

function judge(script: ScriptResult): Pick<StepResult, 'status' | 'reason'> {
  if (script.exitCode === 0)
    return { status: script.errors.length > 0 ? 'succeeded with warnings' : 'succeeded', reason: '' };
  if (script.exitCode === undefined) return { status: 'failed', reason: 'The script was killed.' };
  return {
    status: 'failed',
    reason: script.resultMessage ?? `The remote script failed with exit code ${script.exitCode}`,
  };
}
