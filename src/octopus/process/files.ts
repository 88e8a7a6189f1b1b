import { steps } from '../../steps/index.ts';
import type { StepId } from '../../steps/step.ts';
import { templateProperties } from '../template/step-template.ts';
import type { WholeProcess } from './definition.ts';
import { type InstalledTemplates, renderProcessSteps, renderRunbookSteps } from './json.ts';
import { renderProcessOcl, renderRunbookOcl, renderSettingsOcl, renderVariablesOcl } from './ocl/process-ocl.ts';
import type { Placement } from './placement.ts';
import { policySlug, renderApprovalPolicy } from './platform-hub/approval-policy.ts';
import { buildProcessTemplates, type ProcessTemplate } from './platform-hub/process-template.ts';
import { renderProcessTemplate } from './platform-hub/process-template-ocl.ts';
import { type FindReference, placeholderReference } from './template-references.ts';
import { renderTerraformModule } from './terraform/process-terraform.ts';

/** The forms in which a process can be taken elsewhere. */
export const processFormats = ['ocl', 'terraform', 'json', 'platform-hub'] as const;

export type ProcessFormat = (typeof processFormats)[number];

/** A file of a form of the process; the path is relative to wherever the form is put. */
export interface ProcessFile {
  readonly path: string;
  readonly content: string;
  /** Whether it also holds what does not belong to the canary, so an existing one must not be overwritten. */
  readonly shared?: true;
}

/** What a form of the process needs to know of the space it goes to. */
export interface ProcessTarget {
  readonly placement: Placement;
  readonly projectId?: string;
  readonly findReference: FindReference;
  /** The templates in full, which JSON and Platform Hub copy. */
  readonly templates: InstalledTemplates;
}

/** For files that show the form: no space has these template ids, and the script bodies are left to the templates. */
export const placeholderTarget: ProcessTarget = {
  placement: {},
  findReference: placeholderReference,
  templates: describeTemplates(
    placeholderReference,
    (step) => `# Placeholder: the script body of step-templates/aws-ecs-canary-${step}.json belongs here.\nexit 1`,
  ),
};

/** The files of a form of the process and of its runbooks; the first is the deployment process. */
export function renderProcessFiles(
  format: ProcessFormat,
  whole: WholeProcess,
  { placement, projectId, findReference, templates }: ProcessTarget,
): readonly [ProcessFile, ...ProcessFile[]] {
  const { process, runbooks } = whole;
  switch (format) {
    case 'ocl':
      return [
        { path: 'deployment_process.ocl', content: renderProcessOcl(process, findReference, placement) },
        ...runbooks.map((runbook) => ({
          path: `runbooks/${runbook.slug}.ocl`,
          content: renderRunbookOcl(runbook, findReference, placement),
        })),
        { path: 'variables.ocl', content: renderVariablesOcl(process.projectVariables), shared: true },
        { path: 'deployment_settings.ocl', content: renderSettingsOcl(), shared: true },
      ];
    case 'terraform': {
      const defaults = { ...placement, ...(projectId !== undefined && { projectId }) };
      return [{ path: 'main.tf', content: renderTerraformModule(process, runbooks, defaults) }];
    }
    case 'json':
      return [
        { path: 'process.json', content: json({ Steps: renderProcessSteps(process, templates, placement) }) },
        ...runbooks.map((runbook) => ({
          path: `${runbook.slug}.json`,
          content: json({ Steps: renderRunbookSteps(runbook, templates, placement) }),
        })),
      ];
    case 'platform-hub':
      return renderPlatformHub(whole, (step) => String(templates[step].properties['Octopus.Action.Script.ScriptBody']));
  }
}

/** The files below `.octopus` in the Git repository of Platform Hub. */
function renderPlatformHub(
  whole: WholeProcess,
  scriptBodyOf: (step: StepId) => string,
): readonly [ProcessFile, ...ProcessFile[]] {
  const render = (template: ProcessTemplate): ProcessFile => ({
    path: `process-templates/${template.slug}.ocl`,
    content: renderProcessTemplate(template, scriptBodyOf),
  });
  const [deployment, ...runbooks] = buildProcessTemplates(whole);
  return [
    render(deployment),
    ...runbooks.map(render),
    { path: `policies/${policySlug}.ocl`, content: renderApprovalPolicy() },
  ];
}

/** The templates as a space has them once they are imported from this version's files. */
export function describeTemplates(
  findReference: FindReference,
  scriptBodyOf: (step: StepId) => string,
): InstalledTemplates {
  const described = steps.map((step) => [
    step.id,
    {
      ...findReference(step.id),
      actionType: 'Octopus.AwsRunScript',
      properties: templateProperties(step, scriptBodyOf(step.id)),
      packages: [],
    },
  ]);
  return Object.fromEntries(described) as InstalledTemplates;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
