import { renderOcl } from '../ocl/writer.ts';
import { canarySlug } from './process-template.ts';

/** The name of the policy's file, which Rego repeats as its package, so without hyphens. */
export const policySlug = 'canary_approvals_required';

/** `policies/<slug>.ocl` of the Git repository of Platform Hub: refuses deployments that leave out an approval. */
export function renderApprovalPolicy(): string {
  return renderOcl({
    attributes: {
      name: 'Deployments - Canary approvals required',
      description: `A deployment that uses the process template ${canarySlug} runs all of its approvals.`,
      violation_reason:
        'An approval of the canary is left out or disabled. Deploy again without leaving out a step whose name begins with Approve.',
      violation_action: 'block',
    },
    blocks: [
      { name: 'scope', attributes: { rego: scope } },
      { name: 'conditions', attributes: { rego: conditions } },
    ],
  });
}

const scope = `package ${policySlug}

default evaluate := false

evaluate if {
    not input.Runbook
    some step in input.Steps
    step.Source.SlugOrId == "${canarySlug}"
}`;

// Without approvals nothing is allowed: "every" alone would hold for none.
const conditions = `package ${policySlug}

default result := {"allowed": false}

result := {"allowed": true} if {
    count(approvals) > 0
    every step in approvals {
        step.Enabled == true
        not step.Id in input.SkippedSteps
    }
}

approvals := [step |
    some step in input.Steps
    step.Source.Type == "Process Template"
    step.Source.SlugOrId == "${canarySlug}"
    step.ActionType == "Octopus.Manual"
]`;
