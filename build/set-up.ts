import { templateBodyOf } from '../src/octopus/installer/wanted-templates.ts';
import { packTightly, programIn, splitBody } from '../src/octopus/template/payload.ts';
import { type Release, renderStepTemplate, templateFileName } from '../src/octopus/template/step-template.ts';
import { renderScriptBody } from '../src/octopus/template/wrapper.ts';
import type { CarriedTemplates, SharedText } from '../src/set-up/carried-templates.ts';
import { setUpProject } from '../src/set-up/set-up-project.ts';
import type { StepId } from '../src/steps/step.ts';
import { type Bundle, bundleStep } from './bundle.ts';
import { type GeneratedFile, scriptBodyOf } from './generated-files.ts';
import { shareNames } from './shared-names.ts';

/** A step's id and its published template. */
export interface PublishedTemplate {
  readonly stepId: StepId;
  readonly json: string;
}

/** Bundles Set Up Canary Project with the templates that it creates. */
export function bundleSetUp(templates: readonly PublishedTemplate[], version: string): Promise<Bundle> {
  return bundleStep(`scripts/${setUpProject.id}.ts`, version, carryTemplates(templates));
}

/** What the bundle carries of the templates. */
export function carryTemplates(templates: readonly PublishedTemplate[]): CarriedTemplates {
  const exported = templates.map(({ stepId, json }) => {
    const body = templateBodyOf(JSON.parse(json));
    const { [scriptBody]: script, ...Properties } = body.Properties;
    return { stepId, body: { ...body, Properties }, script: script ?? '' };
  });
  const programs = shareNames(exported.map(({ script }) => String(programIn(script))));
  return exported.map((template, index) => ({
    ...template,
    script: aroundProgram(template.script),
    program: programs[index] as SharedText,
  }));
}

/** The template of Set Up Canary Project. @param committed its present text, whose payload is kept if it is still right */
export function generateSetUpTemplate(program: Buffer, release: Release, committed: string | undefined): GeneratedFile {
  const earlier = scriptBodyOf(committed);
  const body = renderScriptBody(setUpProject, program, release.version, (bytes) => packTightly(bytes, earlier));
  return { path: setUpPath, content: `${JSON.stringify(renderStepTemplate(setUpProject, body, release), null, 2)}\n` };
}

/** Where the template is, in the project. */
export const setUpPath = `step-templates/${templateFileName(setUpProject)}`;

function aroundProgram(script: string): readonly [before: string, after: string] {
  const { before = '', after = '' } = splitBody(script) ?? {};
  return [before, after];
}

const scriptBody = 'Octopus.Action.Script.ScriptBody';
