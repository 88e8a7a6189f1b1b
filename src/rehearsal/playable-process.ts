import type { ProcessDefinition, ProcessStep, TemplateStep } from '../octopus/process/definition.ts';
import { isDeploying } from '../steps/step.ts';
import type { RehearsalOptions } from './scenario.ts';
import type { TemplateLibrary } from './template-library.ts';

/**
 * The process as a rehearsal can play it: every step knows what the operator said about the stack, and settles in
 * emulated time, which runs faster than the steps' own clock.
 */
export function playableProcess(
  process: ProcessDefinition,
  library: TemplateLibrary,
  options: Pick<RehearsalOptions, 'timeScale' | 'parameters'>,
): ProcessDefinition {
  const given = givenValues(process, options);
  const values = { [settleSeconds]: String(Math.ceil(usualSeconds / options.timeScale)), ...given };
  const complete = (step: TemplateStep): TemplateStep => {
    const known = library.get(step.stepId)?.parameters ?? {};
    const missing = Object.entries(values).filter(([name]) => Object.hasOwn(known, name));
    return { ...step, properties: { ...Object.fromEntries(missing), ...step.properties } };
  };
  return { ...process, steps: process.steps.map((step) => (step.kind === 'template' ? complete(step) : step)) };
}

const settleSeconds = 'EcsCanary.SettleSeconds';
/** Emulated. */
const usualSeconds = 120;

/** What the operator gave to the step that deploys, fitted to the emulated AWS; a project gives the like to every step. */
function givenValues(
  { steps }: ProcessDefinition,
  { parameters }: Pick<RehearsalOptions, 'parameters'>,
): Readonly<Record<string, string>> {
  const deploying = steps.find((step: ProcessStep) => step.kind === 'template' && isDeploying(step.stepId));
  const properties = deploying?.kind === 'template' ? deploying.properties : {};
  return Object.fromEntries(Object.entries(properties).filter(([name]) => Object.hasOwn(parameters, name)));
}
