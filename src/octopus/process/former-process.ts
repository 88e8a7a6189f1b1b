import { besides, hours, orOverride, ownLine, yourDecision } from './approval-instructions.ts';
import type { ProcessDefinition } from './definition.ts';
import { buildCanaryProcess, type ProcessOptions } from './process.ts';

/** The processes that a project may have been made with: what its steps still have of one was not edited. */
export function buildFormerProcesses(options: Partial<ProcessOptions>): readonly ProcessDefinition[] {
  const shapes = [true, false].flatMap((watch) => [true, false].map((guard) => ({ ...options, watch, guard })));
  return [...shapes.map(buildCanaryProcess), withFormerInstructions(options)];
}

/** The process of 0.3.0, which had no watches; only its instructions differ from those of today. */
function withFormerInstructions(options: Partial<ProcessOptions>): ProcessDefinition {
  const process = buildCanaryProcess({ ...options, watch: false });
  const steps = process.steps.map((step, index) => {
    if (step.kind !== 'manual') return step;
    const previous = process.steps[index - 1]?.name ?? '';
    const instructions = step.instructions
      .replace(`${yourDecision}\n\n`, '')
      .replace(hours, '')
      .replace(orOverride, '')
      .replace(ownLine, '')
      .replace(besides, '')
      .replace('% before this approval.', `% after *${previous}*.`);
    return { ...step, instructions };
  });
  return { ...process, steps };
}
