import type { TemplateDeclaration } from '../steps/step.ts';
import { setUpParameters } from './parameters.ts';

/** What Octopus says about itself, in the order of trust: on Octopus Cloud, the last is an address inside its cluster. */
export const serverVariables = ['Octopus.Web.ServerUri', 'Octopus.Web.BaseUrl'] as const;

/** The space in which a task runs. */
export const spaceVariable = 'Octopus.Space.Id';

/** The step template that makes a whole project; it is no step of a canary. */
export const setUpProject: TemplateDeclaration<typeof setUpParameters> = {
  id: 'set-up-project',
  name: 'Set Up Canary Project',
  summary:
    'Creates the step templates of the ECS canary in the space where it runs, and a project with variables, deployment process, approvals and runbooks. It first shows what would change. Running it again changes nothing; a newer version of it upgrades what an older one made. It deletes nothing, and keeps what others changed.',
  parameters: setUpParameters,
  outputs: {},
  reads: [...serverVariables, spaceVariable],
};
