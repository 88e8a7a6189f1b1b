import { type PlannedChange, unchanged } from './plan.ts';
import type { DeploymentSettings, Process, Project } from './resources.ts';
import type { SpaceClient } from './space-client.ts';

/** A project whose settings are compared. */
export interface SettingsTarget {
  readonly name: string;
  /** Undefined until it is created. */
  readonly project: () => Project | undefined;
}

/** Plans to let deployments start without deployment targets, unless other steps of the project need some. */
export async function planSettings(space: SpaceClient, { name, project }: SettingsTarget): Promise<PlannedChange> {
  const what = `deployment settings of ${name}`;
  const existing = project();
  if (existing !== undefined) {
    if (await allowsNoTargets(space, existing)) return unchanged(what);
    if (runsOnTargets(await space.getProcess(existing))) return unchanged(what, [keepsRequirement]);
  }
  return {
    kind: 'update',
    what,
    differences: ['allows deployments without deployment targets, because the canary has none'],
    notes: [],
    apply: async () => {
      const settings = await readSettings(space, project() as Project);
      if (settings.ConnectivityPolicy.AllowDeploymentsToNoTargets) return ['The project already allowed this.'];
      await saveSettings(space, project() as Project, settings);
      return [];
    },
  };
}

const keepsRequirement =
  'Deployments still need a deployment target, because other steps run on targets; the canary itself needs none.';

async function allowsNoTargets(space: SpaceClient, project: Project): Promise<boolean> {
  return (await readSettings(space, project)).ConnectivityPolicy.AllowDeploymentsToNoTargets;
}

function readSettings(space: SpaceClient, { Id, Name }: Project): Promise<DeploymentSettings> {
  return space.get(`projects/${Id}/deploymentsettings`, `reading the deployment settings of ${Name}`);
}

function runsOnTargets({ Steps }: Process): boolean {
  return Steps.some(({ Properties }) => Boolean(Properties['Octopus.Action.TargetRoles']));
}

async function saveSettings(space: SpaceClient, project: Project, settings: DeploymentSettings): Promise<void> {
  const ConnectivityPolicy = { ...settings.ConnectivityPolicy, AllowDeploymentsToNoTargets: true };
  await space.put<object>(
    `projects/${project.Id}/deploymentsettings`,
    { ...settings, ConnectivityPolicy },
    {
      doing: `saving the deployment settings of ${project.Name}`,
      landed: async () => ((await allowsNoTargets(space, project)) ? settings : undefined),
    },
  );
}
