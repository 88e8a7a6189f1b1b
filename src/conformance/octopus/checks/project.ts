import type { DeploymentSettings, NamedResource, Process, VariableSet } from '../../../octopus/installer/resources.ts';
import type { Check } from '../../check.ts';
import { answerForAll, replyTo, replyToOutdated } from '../replies.ts';
import type { Items } from '../rest.ts';
import type { OctopusScene } from '../scene.ts';
import { openTrial } from '../trial.ts';

/** What the server keeps of an installation. */
export const installationChecks: readonly Check<OctopusScene>[] = [
  {
    id: 'install',
    promise: 'The installer creates the step templates, the project and its runbooks.',
    look: 'An installation into the empty space.',
    expected: 'finishes',
    see: async ({ failure }) =>
      failure === undefined ? { answer: 'finishes' } : { answer: 'ends early', detail: failure },
  },
  {
    id: 'install-again',
    promise: 'The server keeps steps, conditions, parameters, variables and runbooks as they were sent.',
    look: 'What a second installation would change.',
    expected: 'nothing',
    see: async ({ plan }) => {
      const due = (await plan()).filter(({ kind }) => kind !== 'unchanged');
      const changes = due.map(({ what, differences }) => [what, ...differences].join(': '));
      return answerForAll('nothing', changes);
    },
  },
];

/** Projects: their settings, what they keep from being overwritten, and who may approve. */
export const projectChecks: readonly Check<OctopusScene>[] = [
  {
    id: 'policy-answer',
    promise: 'The answer to a new project says that it needs deployment targets, although it was created otherwise.',
    look: 'The answer to a project that allows deployments without targets.',
    expected: 'needs targets',
    allowed: { 'needs none': 'The installer does not believe the answer, and reads the settings.' },
    see: async (scene) => describePolicy((await openTrial(scene)).project.ProjectConnectivityPolicy),
  },
  {
    id: 'policy-kept',
    promise: 'Such a project allows deployments without targets all the same.',
    look: 'Its deployment settings.',
    expected: 'needs none',
    allowed: { 'needs targets': 'The installer then saves the deployment settings.' },
    see: async (scene) => {
      const { project } = await openTrial(scene);
      const path = `projects/${project.Id}/deploymentsettings`;
      return describePolicy((await scene.call<DeploymentSettings>('GET', path)).ConnectivityPolicy);
    },
  },
  {
    id: 'project-name-taken',
    promise: 'A second project of the same name is refused.',
    look: 'Another project with the name in capitals.',
    expected: 'refused with 400',
    allowed: { accepted: 'The installer looks for the name before it creates a project.' },
    see: async (scene) => {
      const { project } = await openTrial(scene);
      const { ProjectGroupId, LifecycleId } = project as Readonly<Record<string, unknown>>;
      return replyTo(scene.call('POST', 'projects', { Name: 'TRIAL', ProjectGroupId, LifecycleId }));
    },
  },
  {
    id: 'process-outdated',
    promise: 'Saving an outdated process is refused in words that the installer takes for a conflict.',
    look: 'A process, saved twice as it was read once.',
    expected: 'a conflict',
    see: async (scene) => {
      const { project } = await openTrial(scene);
      return saveTwice<Process>(scene, `projects/${project.Id}/deploymentprocesses`);
    },
  },
  {
    id: 'variables-outdated',
    promise: 'Saving outdated variables is refused in words that the installer takes for a conflict.',
    look: 'The variables of a project, saved twice as they were read once.',
    expected: 'a conflict',
    see: async (scene) => {
      const { project } = await openTrial(scene);
      return saveTwice<VariableSet>(scene, `variables/${project.VariableSetId}`);
    },
  },
  {
    id: 'server-teams',
    promise: 'The teams of the whole server are listed only when asked for.',
    look: 'The teams with and without includeSystem.',
    expected: 'only when asked',
    allowed: { always: 'The installer always asks for them.' },
    see: async ({ call }) => {
      const list = async (query: string): Promise<boolean> => {
        const { Items: teams } = await call<Items<NamedResource>>('GET', `teams?take=1000${query}`);
        return teams.some(({ ['SpaceId']: space }) => !space);
      };
      const [plain, asked] = [await list(''), await list('&includeSystem=true')];
      return { answer: plain ? 'always' : asked ? 'only when asked' : 'never' };
    },
  },
];

function describePolicy(policy: { readonly AllowDeploymentsToNoTargets?: boolean } | undefined) {
  return { answer: policy?.AllowDeploymentsToNoTargets === true ? 'needs none' : 'needs targets' };
}

async function saveTwice<T extends object>({ call, space }: OctopusScene, path: string) {
  const read = await call<T>('GET', path);
  await call('PUT', path, read);
  return replyToOutdated(space, path, read);
}
