import type { NamedResource, Process } from '../../octopus/installer/resources.ts';
import { approvalName } from '../../octopus/process/process.ts';
import { NotSeen } from '../check.ts';
import { pollUntil } from '../clock.ts';
import { remember } from '../remember.ts';
import type { Items, Named } from './rest.ts';
import type { OctopusScene } from './scene.ts';
import { openTrial } from './trial.ts';

/** What a deployment of the trial's project showed. */
export interface Deployment {
  /** What the last script read, by the names in `readings`. */
  readonly read: Readonly<Record<string, string>>;
  /** The names of the steps that ran a script. */
  readonly ran: readonly string[];
  /** The form that the approver got, as JSON. */
  readonly form: string;
  readonly artifacts: readonly string[];
}

/** What the first script writes, with everything that shells and templates like to change. */
export const written = '5 % of "green" costs $5 & é\n  second line, \\n';

/** What the approver types. */
export const notes = '/weight 25\nlooks good, "really"';

const approval = approvalName(10);
const output = (step: string, name: string): string => `Octopus.Action[${step}].Output.${name}`;

/** Name in the log → how the script reads it, in Bash. */
const readings = {
  output: `"$(get_octopusvariable "${output('Write', 'Odd')}")"`,
  body: `"#{${output('Write', 'Plain')}}"`,
  bound: '"$(get_octopusvariable "Trial.Bound")"',
  missing: '"$(get_octopusvariable "Trial.Missing")"',
  approved: `"$(get_octopusvariable "${output(approval, 'Manual.Approved')}")"`,
  notes: `"$(get_octopusvariable "${output(approval, 'Manual.Notes')}")"`,
  user: `"$(get_octopusvariable "${output(approval, 'Manual.ResponsibleUser.Username')}")"`,
};

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
  const lines = await readLog(scene, TaskId);
  const marks = lines.flatMap((line) => /^trial (\w+)=([\w+/=]*)$/.exec(line)?.slice(1) ?? []);
  if (!marks.includes('notes')) throw await ended(scene, task);
  const files = await call<Items<{ readonly Filename: string }>>('GET', `artifacts?regarding=${deployment}`);
  return {
    read: Object.fromEntries(Object.keys(readings).map((name) => [name, decode(marks[marks.indexOf(name) + 1])])),
    ran: marks.flatMap((name, index) => (name === 'ran' ? [decode(marks[index + 1])] : [])),
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
  await call('PUT', path, { ...(await call<Process>('GET', path)), Steps: steps(pool) });
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

function steps(WorkerPoolId: string | null): readonly object[] {
  const script = (Name: string, lines: readonly string[], more: object = {}) => {
    const body = [`echo "trial ran=$(printf %s '${Name}' | base64)"`, ...lines].join('\n');
    const source = { 'Octopus.Action.Script.ScriptSource': 'Inline', 'Octopus.Action.Script.Syntax': 'Bash' };
    const Properties = {
      ...source,
      'Octopus.Action.Script.ScriptBody': body,
      'Octopus.Action.RunOnServer': 'true',
      ...more,
    };
    return stepOf(Name, { ActionType: 'Octopus.Script', WorkerPoolId, Properties });
  };
  const condition = (word: string) =>
    `#{unless Octopus.Deployment.Error}#{unless ${output('Write', 'Plain')} == "${word}"}True#{else}False#{/unless}#{else}False#{/unless}`;
  return [
    script('Write', [
      `set_octopusvariable "Odd" '${written}'`,
      'set_octopusvariable "Plain" "as written"',
      'echo proof >"$PWD/proof.txt"',
      'new_octopusartifact "$PWD/proof.txt" "proof.txt"',
    ]),
    stepOf(approval, {
      ActionType: 'Octopus.Manual',
      Properties: {
        'Octopus.Action.RunOnServer': 'true',
        'Octopus.Action.Manual.Instructions': `The first script says: #{${output('Write', 'Plain')}}.`,
      },
    }),
    script(
      'Read',
      Object.entries(readings).map(
        ([name, value]) => `echo "trial ${name}=$(printf %s ${value} | base64 | tr -d '\\n')"`,
      ),
      { 'Trial.Bound': `bound: #{${output('Write', 'Plain')}}` },
    ),
    { ...script('True', []), ...onlyIf(condition('something else')) },
    { ...script('False', []), ...onlyIf(condition('as written')) },
  ];
}

function stepOf(Name: string, action: object): object {
  const lists = { Environments: [], ExcludedEnvironments: [], Channels: [], TenantTags: [], Packages: [] };
  const Actions = [{ Name, IsDisabled: false, Condition: 'Success', ...lists, ...action }];
  return { Name, Condition: 'Success', StartTrigger: 'StartAfterPrevious', Properties: {}, Actions };
}

function onlyIf(expression: string): object {
  return { Condition: 'Variable', Properties: { 'Octopus.Step.ConditionVariableExpression': expression } };
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

function decode(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}
