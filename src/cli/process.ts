import { readFileSync } from 'node:fs';
import { seeHelp } from '../command-line/read-options.ts';
import {
  describeTemplates,
  type ProcessTarget,
  placeholderTarget,
  renderProcessFiles,
} from '../octopus/process/files.ts';
import { buildCanaryProcess, buildRunbooks } from '../octopus/process/process.ts';
import { placeholderReference, type TemplateReference } from '../octopus/process/template-references.ts';
import type { StepId } from '../steps/step.ts';
import { declareProcess, type ProcessCommand, readProcessCommand } from './process-options.ts';
import { saveProcess } from './save-process.ts';

/**
 * Writes the canary process in one of its formats; resolves to the exit code.
 * @param note receives lines that are not part of the process, so that standard output can be redirected
 * @throws UsageError if an argument is invalid or the output cannot be written
 */
export async function runProcess(
  args: readonly string[],
  write: (line: string) => void,
  note: (line: string) => void,
): Promise<number> {
  const command = readProcessCommand(args, write);
  if (command === undefined) return 0;
  const whole = { process: buildCanaryProcess(command), runbooks: buildRunbooks(command) };
  const files = renderProcessFiles(command.format, whole, readTarget(command));
  if (command.output === undefined) write(files[0].content.trimEnd());
  else saveProcess(files, { path: command.output, note, seeHelp: seeHelp(declareProcess()) });
  for (const warning of command.warnings) note(warning);
  const isReferring = command.format === 'ocl' || command.format === 'json';
  if (isReferring && command.references === undefined) note(aboutPlaceholders);
  return 0;
}

const aboutPlaceholders = `The template ids are placeholders, such as ${placeholderReference('promote').id}. Import the step templates into Octopus, then pass their ids with --template-ids.`;

function readTarget({ format, placement, projectId, references }: ProcessCommand): ProcessTarget {
  const target = { ...placeholderTarget, placement, ...(projectId !== undefined && { projectId }) };
  if (format === 'platform-hub')
    return { ...target, templates: describeTemplates(placeholderReference, readScriptBody) };
  if (references === undefined) return target;
  const findReference = (step: StepId): TemplateReference => references.get(step) ?? placeholderReference(step);
  const templates = format === 'json' ? describeTemplates(findReference, readScriptBody) : target.templates;
  return { ...target, findReference, templates };
}

function readScriptBody(step: StepId): string {
  const file = new URL(`../../step-templates/aws-ecs-canary-${step}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).Properties['Octopus.Action.Script.ScriptBody'];
}
