import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { steps } from '../../steps/index.ts';
import { templateFileName } from '../template/step-template.ts';
import { InstallError } from './install-error.ts';
import { templateBodyOf, type WantedTemplate } from './wanted-templates.ts';

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
    return { stepId: step.id, body: templateBodyOf(JSON.parse(readFileSync(join(directory, file), 'utf8'))) };
  });
}

function listFiles(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
