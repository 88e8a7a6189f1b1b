import type { StepId } from '../../steps/step.ts';
import { approvalInstructions, type PreviousShift } from './approval-instructions.ts';
import type {
  ManualStep,
  ProcessDefinition,
  ProcessStep,
  RunbookDefinition,
  RunCondition,
  TemplateStep,
} from './definition.ts';
import {
  calendarBindings,
  deploymentBindings,
  type ProcessShape,
  preparationBindings,
  projectVariables,
  sharedBindings,
  shiftBindings,
  watchBindings,
} from './project-variables.ts';

/** What can be chosen about the canary process. */
export interface ProcessOptions extends ProcessShape {
  /** Green's share at each shift, in percent, rising; promotion to 100 always follows. */
  readonly weights: readonly number[];
  /** Whether testers get a rule of their own before the first shift. */
  readonly testRule: boolean;
  /** Whether a scheduled runbook looks after the canary between two approvals; it needs what Watch needs. */
  readonly guard: boolean;
  /** Slugs of the teams that may approve. */
  readonly responsibleTeams: readonly string[];
}

const defaults: ProcessOptions = {
  weights: [10, 50],
  testRule: true,
  watch: true,
  guard: true,
  ownTemplate: false,
  responsibleTeams: [],
};

/** Builds the canary process: prepare, deploy, test rule, then a manual intervention before and a watch after every shift, and rollback. */
export function buildCanaryProcess(options: Partial<ProcessOptions> = {}): ProcessDefinition {
  const chosen = { ...defaults, ...options };
  const deploys = deploymentStep(chosen.ownTemplate);
  const steps: ProcessStep[] = [
    templateStep('prepare-blue', stepNames.prepareBlue, preparationBindings(chosen.ownTemplate), success),
    templateStep(deploys.id, deploys.name, deploymentBindings(chosen.ownTemplate), success),
  ];
  if (chosen.testRule) steps.push(templateStep('add-test-rule', stepNames.addTestRule, {}, onlyWithStableVersion));
  for (const weight of chosen.weights) {
    steps.push(manualIntervention(weight, steps, chosen));
    const properties = {
      'EcsCanary.GreenPercent': String(weight),
      'EcsCanary.ApprovalStep': approvalName(weight),
      ...shiftBindings(chosen.watch),
      ...lastEvidence(steps),
    };
    steps.push(templateStep('shift-traffic', shiftName(weight), properties, onlyWithStableVersion));
    if (!chosen.watch) continue;
    const next = { 'EcsCanary.NextPercent': String(nextWeight(weight, chosen)) };
    const watching = { ...watchBindings, ...next, ...calendarBindings };
    steps.push(templateStep('watch', watchName(weight), watching, onlyWithStableVersion));
  }
  steps.push(manualIntervention(100, steps, chosen));
  const promotion = { 'EcsCanary.ApprovalStep': approvalName(100), ...calendarBindings, ...lastEvidence(steps) };
  steps.push(templateStep('promote', stepNames.promote, promotion, onlyWithStableVersion));
  steps.push(templateStep('rollback', stepNames.rollback, latestEvidence(steps), { kind: 'failure' }));
  return { steps, projectVariables: projectVariables(chosen) };
}

/** The runbooks beside the process. */
export function buildRunbooks(options: Partial<ProcessOptions> = {}): readonly RunbookDefinition[] {
  return [buildRollbackRunbook(), ...(isGuarded({ ...defaults, ...options }) ? [buildGuardRunbook()] : [])];
}

/** Guard looks at the figures that somebody who leaves out the watches does without. */
function isGuarded({ watch, guard }: ProcessOptions): boolean {
  return watch && guard;
}

/** The runbook for a rollback without a deployment: after a cancelled one, or when a problem is noticed later. */
export function buildRollbackRunbook(): RunbookDefinition {
  return {
    name: 'Roll Back Canary',
    slug: 'roll-back-canary',
    description:
      'Returns 100% of the requests to blue, the stable version, at once. Run it after a deployment was cancelled during a canary: Octopus does not run its Rollback step.',
    steps: [templateStep('rollback', stepNames.rollback, { [sessionName]: sessionOf('RunbookRun') }, success)],
  };
}

/** The runbook that looks after a canary while nobody looks; its figures are those of the Watch steps. */
export function buildGuardRunbook(): RunbookDefinition {
  const guarding = {
    ...watchBindings,
    'EcsCanary.WatchMinutes': '0',
    'EcsCanary.WhenWorse': 'Retreat',
    [sessionName]: sessionOf('RunbookRun'),
  };
  return {
    name: 'Guard Canary',
    slug: 'guard-canary',
    description:
      'Takes the traffic from green, the new version, if it is worse than blue. Its scheduled trigger runs it every five minutes, so that green is watched while an approval waits. It does nothing when no canary is open.',
    steps: [templateStep('watch', stepNames.guard, guarding, success)],
    trigger: {
      name: 'Guard Canary',
      description: 'Runs the runbook Guard Canary every five minutes.',
      cronExpression: '0 */5 * * * *',
    },
  };
}

/** The names of the steps; output variables are addressed by them, so a renamed step breaks its readers. */
export const stepNames = {
  prepareBlue: 'Prepare Blue',
  deployStack: 'Deploy Stack',
  deployOwnTemplate: 'Deploy Own Template',
  addTestRule: 'Add Test Rule',
  promote: 'Promote',
  rollback: 'Rollback',
  guard: 'Guard',
} as const;

/** The step of a process that deploys. */
export function deploymentStep(ownTemplate: boolean): { readonly id: StepId; readonly name: string } {
  return ownTemplate
    ? { id: 'deploy-own-template', name: stepNames.deployOwnTemplate }
    : { id: 'deploy-stack', name: stepNames.deployStack };
}

/** The name of the step that shifts green to a share in percent. */
export function shiftName(weight: number): string {
  return `Shift to ${weight}%`;
}

/** The name of the step that watches green at that share. */
export function watchName(weight: number): string {
  return `Watch at ${weight}%`;
}

/** The name of the manual intervention before that share; 100 is the promotion. */
export function approvalName(weight: number): string {
  return weight === 100 ? 'Approve Promotion' : `Approve ${weight}%`;
}

/** What the approver saw before a step: the evidence of the last watch. */
function lastEvidence(before: readonly ProcessStep[]): Readonly<Record<string, string>> {
  const watch = watchesIn(before).at(-1);
  return watch === undefined ? {} : { [evidence]: evidenceOf(watch) };
}

/** The same at the end of a process, which may have failed before some of the watches. */
function latestEvidence(before: readonly ProcessStep[]): Readonly<Record<string, string>> {
  const latest = watchesIn(before).reduce((otherwise, watch) => {
    const rest = otherwise === '' ? '' : `#{else}${otherwise}`;
    return `#{if Octopus.Action[${watch}].Output.Evidence}${evidenceOf(watch)}${rest}#{/if}`;
  }, '');
  return latest === '' ? {} : { [evidence]: latest };
}

const evidence = 'EcsCanary.Evidence';

function watchesIn(steps: readonly ProcessStep[]): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'template' && step.stepId === 'watch' ? [step.name] : []));
}

function evidenceOf(watch: string): string {
  return `#{Octopus.Action[${watch}].Output.Evidence}`;
}

const sessionName = 'EcsCanary.AWS.AssumedRoleSession';

/** CloudTrail shows it for each call of an assumed role; 2 to 64 letters, digits or `_+=,.@-`. */
function sessionOf(run: 'Deployment' | 'RunbookRun'): string {
  return `octopus-ecs-canary-#{Octopus.${run}.Id}`;
}

const success: RunCondition = { kind: 'success' };

// Octopus evaluates a variable condition even after a failure, so the expression itself must respect one.
const onlyWithStableVersion: RunCondition = {
  kind: 'variable',
  expression: `#{unless Octopus.Deployment.Error}#{unless Octopus.Action[${stepNames.prepareBlue}].Output.FirstDeployment == "True"}True#{else}False#{/unless}#{else}False#{/unless}`,
};

function templateStep(
  stepId: StepId,
  name: string,
  properties: Readonly<Record<string, string>>,
  condition: RunCondition,
): TemplateStep {
  return {
    kind: 'template',
    stepId,
    name,
    slug: slug(name),
    properties: { ...sharedBindings, [sessionName]: sessionOf('Deployment'), ...properties },
    condition,
  };
}

function manualIntervention(weight: number, before: readonly ProcessStep[], options: ProcessOptions): ManualStep {
  const name = approvalName(weight);
  const [otherwise, previous] = before.filter((step) => step.kind === 'template').slice(-2);
  return {
    kind: 'manual',
    name,
    slug: slug(name),
    instructions: approvalInstructions({
      weight,
      nextWeight: nextWeight(weight, options),
      previous: {
        id: previous?.stepId,
        name: previous?.name ?? deploymentStep(options.ownTemplate).name,
        ...(previous?.stepId === 'watch' && otherwise && { otherwise: otherwise.name }),
      },
      shift: lastShift(weight, options),
      testStep: options.testRule ? stepNames.addTestRule : undefined,
      guard: isGuarded(options),
    }),
    responsibleTeams: options.responsibleTeams,
    blockConcurrentDeployments: true,
    condition: onlyWithStableVersion,
  };
}

function lastShift(weight: number, { weights }: ProcessOptions): PreviousShift | undefined {
  const last = weights.filter((each) => each < weight).at(-1);
  return last === undefined ? undefined : { name: shiftName(last), weight: last };
}

function nextWeight(weight: number, { weights }: ProcessOptions): number | undefined {
  return [...weights, 100].find((each) => each > weight);
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
}
