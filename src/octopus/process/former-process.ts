import { besides, hours, orOverride, ownLine, yourDecision } from './approval-instructions.ts';
import type { ProcessDefinition, RunbookDefinition, TemplateStep } from './definition.ts';
import { buildCanaryProcess, type ProcessOptions } from './process.ts';
import { formerBinding } from './project-variables.ts';

/** The processes that a project may have been made with: what its steps still have of one was not edited. */
export function buildFormerProcesses(options: Partial<ProcessOptions>): readonly ProcessDefinition[] {
  const shapes = [true, false].flatMap((watch) => [true, false].map((guard) => ({ ...options, watch, guard })));
  return [...shapes.map(buildCanaryProcess), withFormerInstructions(options)];
}

/** A runbook that a project may have been made with. */
export function formerRunbook(runbook: RunbookDefinition): RunbookDefinition {
  return { ...runbook, steps: runbook.steps.map(withFormerBindings) };
}

/** The process of 0.3.0, which had no watches; of the rest, its instructions and bindings differ from those of today. */
function withFormerInstructions(options: Partial<ProcessOptions>): ProcessDefinition {
  const process = buildCanaryProcess({ ...options, watch: false });
  const steps = process.steps.map((step, index) => {
    if (step.kind !== 'manual') return withFormerBindings(step);
    const previous = process.steps[index - 1]?.name ?? '';
    const instructions = step.instructions
      .replace(`${yourDecision}\n\n`, '')
      .replace(hours, '')
      .replace(orOverride, '')
      .replace(ownLine, '')
      .replace(besides, '')
      .replace(skippedShare, '')
      .replace('% before this approval.', `% after *${previous}*.`);
    return { ...step, instructions };
  });
  return { ...process, steps };
}

// The only condition that is left in instructions without watches.
const skippedShare = /#\{if .*?#\{\/if\}/s;

function withFormerBindings(step: TemplateStep): TemplateStep {
  const properties = Object.entries(step.properties).map(([name, value]) => [name, formerBinding(value)]);
  return { ...step, properties: Object.fromEntries(properties) };
}
