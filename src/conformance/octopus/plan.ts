import { octopusChecks } from './checks/index.ts';
import { names, spaceName } from './scratch-space.ts';

/** What a run is about to do. */
export interface RunPlan {
  readonly run: string;
  readonly subject: string;
  readonly url: string;
  /** The command that removes what a killed run leaves behind. */
  readonly cleanUp: string;
}

/** What will be created, what it costs, and how it is removed. */
export function renderPlan({ run, subject, url, cleanUp }: RunPlan): string {
  return `${octopusChecks.length} checks of ${subject} at ${url}, run ${run}, in about a minute.

This creates a space named ${spaceName(run)}, and in it:
  - an environment, a container feed, and an AWS account whose keys are no keys
  - the step templates and a project with its runbooks and a scheduled trigger, as install does
  - a second project with a template and runbooks for trials
It touches no other space. It deploys nothing and calls no AWS. If the trigger runs before its check
disables it, that run of Guard Canary in ${names.project} fails, because its keys are no keys.

It costs nothing but a space, which some licences limit.

The space is deleted at the end, also after a failure or Ctrl-C. If this process is killed:
  ${cleanUp}`;
}
