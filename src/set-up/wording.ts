import type { Wording } from '../octopus/installer/wording.ts';
import { setUpParameters } from './parameters.ts';

const { apiKey, variables, weights, watch, ...named } = setUpParameters;

/** The words of an operator who fills in the form of the step. */
export const stepWording: Wording = {
  runner: 'this step',
  again: 'Run the step again',
  give: 'set',
  names: {
    url: named.url.name,
    apiKey: apiKey.name,
    space: named.space.name,
    account: named.account.name,
    workerPool: named.workerPool.name,
    containerImage: named.containerImage.name,
    containerFeed: named.containerFeed.name,
    teams: named.teams.name,
    projectGroup: named.projectGroup.name,
    lifecycle: named.lifecycle.name,
  },
  shape: `set the parameters that they were made with (${weights.name}, ${watch.name} and so on)`,
  withoutProject: `Leave ${named.project.name} blank to have only the step templates, and add the process to the repository as docs/process.md says.`,
  without: (variable) => `Leave ${variable} out of ${variables.name}`,
};
