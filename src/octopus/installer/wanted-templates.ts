import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { steps } from '../../steps/index.ts';
import type { StepId } from '../../steps/step.ts';
import { templateFileName } from '../template/step-template.ts';
import { InstallError } from './install-error.ts';
import type { TemplateParameter } from './resources.ts';

/** A step template to install: the parts of its exported JSON that Octopus's REST API accepts. */
export interface WantedTemplate {
  readonly stepId: StepId;
  readonly body: TemplateBody;
}

export interface TemplateBody {
  readonly Name: string;
  readonly Description: string;
  readonly ActionType: string;
  readonly Properties: Readonly<Record<string, string | null>>;
  readonly Parameters: readonly TemplateParameter[];
  readonly Packages: readonly Readonly<Record<string, unknown>>[];
  readonly GitDependencies: readonly Readonly<Record<string, unknown>>[];
}

/** Reads the exported templates of all steps. @throws InstallError when one is missing */
export function readWantedTemplates(directory: string): readonly WantedTemplate[] {
  const files = new Set(listFiles(directory));
  return steps.map((step) => {
    const file = templateFileName(step);
    if (!files.has(file)) {
      throw new InstallError(
        `The step template ${file} is missing from ${directory}.`,
        'Build the templates with npm run build.',
      );
    }
    return { stepId: step.id, body: bodyOf(JSON.parse(readFileSync(join(directory, file), 'utf8'))) };
  });
}

function bodyOf(exported: TemplateBody): TemplateBody {
  const { Name, Description, ActionType, Properties, Parameters, Packages, GitDependencies } = exported;
  return { Name, Description, ActionType, Properties, Parameters, Packages, GitDependencies };
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
