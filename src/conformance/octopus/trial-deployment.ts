import type { NamedResource, Process } from '../../octopus/installer/resources.ts';
import { NotSeen } from '../check.ts';
import { pollUntil } from '../clock.ts';
import { remember } from '../remember.ts';
import type { Items, Named } from './rest.ts';
import type { OctopusScene } from './scene.ts';
import { openTrial } from './trial.ts';
import { readTold, trialSteps } from './trial-process.ts';

/** What a deployment of the trial's project showed. */
export interface Deployment {
  /** What the scripts told, by name. */
  readonly read: Readonly<Record<string, string>>;
  /** The names of the steps that ran a script. */
  readonly ran: readonly string[];
  /** The form that the approver got, as JSON. */
  readonly form: string;
  readonly artifacts: readonly string[];
}

/** What the approver types. */
export const notes = '/weight 25\nlooks good, "really"';

/** Deploys a script that writes, an approval, a script that reads, and steps with run conditions. */
export const deployTrial = remember(async (scene: OctopusScene): Promise<Deployment> => {
  const { call, clock } = scene;
  const { Id: deployment, TaskId } = await startDeployment(scene);
  const readTask = () => call<Task>('GET', `tasks/${TaskId}`);
  const look = async () => {
    const path = `interruptions?regarding=${TaskId}&pendingOnly=true`;
    const [question] = (await call<Items<Question>>('GET', path)).Items;
    return { question, task: await readTask() };
  };
  const asked = await pollUntil(
    clock,
    'a person was asked',
    look,
    ({ question, task }) => Boolean(question ?? task.IsCompleted),
    patience,
  );
  if (asked.question === undefined) throw await ended(scene, asked.task);
  await answer(scene, asked.question);
  const task = await pollUntil(clock, 'the deployment ended', readTask, ({ IsCompleted }) => IsCompleted, patience);
  const told = readTold(await readLog(scene, TaskId));
  const read = Object.fromEntries(told);
  if (read['notes'] === undefined) throw await ended(scene, task);
  const files = await call<Items<{ readonly Filename: string }>>('GET', `artifacts?regarding=${deployment}`);
  return {
    read,
    ran: told.flatMap(([name, value]) => (name === 'ran' ? [value] : [])),
    form: JSON.stringify(asked.question.Form),
    artifacts: files.Items.map(({ Filename }) => Filename),
  };
});

/** A worker that starts for the first time pulls images. */
const patience = { seconds: 900, every: 3 };

interface Task extends Named {
  readonly State: string;
  readonly IsCompleted: boolean;
}

interface Question extends Named {
  readonly Form: { readonly Values: Readonly<Record<string, unknown>> };
}

interface Activity {
  readonly LogElements: readonly { readonly MessageText: string }[];
  readonly Children: readonly Activity[];
}

async function startDeployment(scene: OctopusScene) {
  const { call } = scene;
  const { project } = await openTrial(scene);
  const path = `projects/${project.Id}/deploymentprocesses`;
  const pool = await chooseWorkerPool(scene);
  await call('PUT', path, { ...(await call<Process>('GET', path)), Steps: trialSteps(pool) });
  const channel = (await call<Items<Named>>('GET', `projects/${project.Id}/channels`)).Items[0];
  const release = { ProjectId: project.Id, ChannelId: channel?.Id, Version: '1.0.0', SelectedPackages: [] };
  const { Id: ReleaseId } = await call<Named>('POST', 'releases', release);
  const EnvironmentId = (await call<Items<Named>>('GET', 'environments')).Items[0]?.Id;
  return call<Named & { readonly TaskId: string }>('POST', 'deployments', { ReleaseId, EnvironmentId });
}

/** Octopus Cloud has pools of Windows and of Ubuntu; elsewhere the default pool has to do. */
async function chooseWorkerPool({ space }: OctopusScene): Promise<string | null> {
  const pools = await space.list<NamedResource>('workerpools', 'listing the worker pools');
  return pools.find((pool) => /ubuntu|linux/i.test(JSON.stringify(pool)))?.Id ?? null;
}

async function answer({ call }: OctopusScene, { Id, Form }: Question): Promise<void> {
  await call('PUT', `interruptions/${Id}/responsible`);
  await call('POST', `interruptions/${Id}/submit`, { ...Form.Values, Notes: notes, Result: 'Proceed' });
}

async function ended(scene: OctopusScene, { Id, State }: Task): Promise<NotSeen> {
  const lines = await readLog(scene, Id);
  return new NotSeen(`the deployment ended as ${State} too early: ${lines.slice(-5).join(' / ')}`);
}

async function readLog({ call }: OctopusScene, task: string): Promise<readonly string[]> {
  const { ActivityLogs } = await call<{ readonly ActivityLogs: readonly Activity[] }>('GET', `tasks/${task}/details`);
  const linesOf = ({ LogElements, Children }: Activity): readonly string[] => [
    ...(LogElements ?? []).flatMap(({ MessageText }) => MessageText.split(/\r?\n/)),
    ...(Children ?? []).flatMap(linesOf),
  ];
  return ActivityLogs.flatMap(linesOf);
}
