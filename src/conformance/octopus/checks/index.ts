import type { Check } from '../../check.ts';
import type { OctopusScene } from '../scene.ts';
import { deploymentChecks } from './deployment.ts';
import { installationChecks, projectChecks } from './project.ts';
import { runbookChecks } from './runbooks.ts';
import { templateChecks } from './templates.ts';

/** Everything that is checked of an Octopus Server; the schedule is disabled before it runs often. */
export const octopusChecks: readonly Check<OctopusScene>[] = [
  ...installationChecks,
  ...runbookChecks,
  ...templateChecks,
  ...projectChecks,
  ...deploymentChecks,
];
