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
  return `${octopusChecks.length} checks of ${subject} at ${url}, run ${run}, in a few minutes.

This creates a space named ${spaceName(run)}, and in it:
  - an environment, a container feed, and an AWS account with made-up keys
  - the step templates and a project with its runbooks and a scheduled trigger, as install does
  - a second project with a step template and runbooks, and one deployment of it
The deployment runs a few harmless lines of Bash on a worker of the server. No other space is touched.
A check disables the trigger. If it runs before that, Guard Canary in ${names.project} fails, because the AWS keys are made up.

It costs nothing but a space, which some licences limit, and some minutes of a worker.

The space is deleted at the end, also after a failure or Ctrl-C. If this process is killed:
  ${cleanUp}`;
}
