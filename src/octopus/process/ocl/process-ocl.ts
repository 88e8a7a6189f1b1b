import type { ProcessDefinition, ProcessStep, ProjectVariable, RunbookDefinition } from '../definition.ts';
import { guidedFailureMode } from '../json.ts';
import type { Placement } from '../placement.ts';
import { type FindReference, referenceProperties } from '../template-references.ts';
import { manualAction, stepBlock } from './step-block.ts';
import { type OclBlock, renderOcl } from './writer.ts';

/**
 * `deployment_process.ocl` of a version-controlled project.
 * @param placement slugs, as OCL wants them; responsible teams are slugs likewise, `global/…` for those of the server
 */
export function renderProcessOcl(
  process: ProcessDefinition,
  findReference: FindReference,
  placement: Placement = {},
): string {
  return renderOcl({ blocks: process.steps.map((step) => renderStep(step, findReference, placement)) });
}

/** `runbooks/<slug>.ocl` of a version-controlled project. */
export function renderRunbookOcl(
  runbook: RunbookDefinition,
  findReference: FindReference,
  placement: Placement = {},
): string {
  return renderOcl({
    attributes: {
      name: runbook.name,
      default_guided_failure_mode: guidedFailureMode(runbook),
      description: runbook.description,
    },
    blocks: [
      withoutTargets,
      { name: 'run_retention_policy', attributes: { type: 'Default' } },
      { name: 'process', blocks: runbook.steps.map((step) => renderStep(step, findReference, placement)) },
    ],
  });
}

/** What the canary needs in `deployment_settings.ocl` of a version-controlled project. */
export function renderSettingsOcl(): string {
  return renderOcl({ blocks: [withoutTargets] });
}

// All steps run on workers; without this, Octopus refuses to deploy without a target.
const withoutTargets: OclBlock = {
  name: 'connectivity_policy',
  attributes: { allow_deployments_to_no_targets: true },
};

/** `variables.ocl` of a version-controlled project; the value of an account is its slug. */
export function renderVariablesOcl(variables: readonly ProjectVariable[]): string {
  return renderOcl({ blocks: variables.map(renderVariable) });
}

function renderVariable({ name, type, value, description }: ProjectVariable): OclBlock {
  const isText = type === 'String';
  // An empty text is a value, but an empty slug does not name an account.
  const label = isText || value !== '' ? { label: value } : {};
  return {
    name: 'variable',
    label: name,
    attributes: { type: isText ? undefined : type },
    blocks: [{ name: 'value', ...label, attributes: { description } }],
  };
}

function renderStep(step: ProcessStep, findReference: FindReference, placement: Placement): OclBlock {
  if (step.kind === 'manual') return stepBlock(step, manualAction(step));
  const { workerPool, container } = placement;
  return stepBlock(step, {
    name: 'action',
    attributes: {
      properties: { ...step.properties, ...referenceProperties(findReference(step.stepId)) },
      worker_pool: workerPool,
    },
    blocks: container === undefined ? [] : [{ name: 'container', attributes: { ...container } }],
  });
}
