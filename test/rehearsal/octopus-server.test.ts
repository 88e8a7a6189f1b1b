import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createOctopusServer, type OctopusServer } from '../../src/rehearsal/octopus-server/server.ts';
import type { Process } from '../../src/rehearsal/octopus-server/state.ts';

let server: OctopusServer;
beforeEach(async () => {
  server = await createOctopusServer();
  onTestFinished(() => server.close());
});

const template = { Name: 'T', ActionType: 'Octopus.Script', Properties: {}, Parameters: [] };
const project = { Name: 'P', ProjectGroupId: 'ProjectGroups-1', LifecycleId: 'Lifecycles-1' };
const processPath = 'projects/Projects-1/deploymentprocesses';
const open = { AllowDeploymentsToNoTargets: true };

it('a version of a step template has an id of its own, which is not that of a template', async () => {
  const { Id } = await call<{ Id: string }>('POST', 'actiontemplates', template);
  const version = await call<{ Id: string; Name: string }>('GET', `actiontemplates/${Id}/versions/0`);
  expect(version).toMatchObject({ Id: 'ActionTemplateVersions-1-0', Name: 'T' });
  await expect(call('GET', `actiontemplates/${version.Id}`)).rejects.toThrow('404');
});

it('a project requires deployment targets unless told otherwise, and both writes answer that it still does', async () => {
  const path = 'projects/Projects-1/deploymentsettings';
  expect(await call('POST', 'projects', project)).toMatchObject({ ProjectConnectivityPolicy: { ...denied } });
  const settings = await call<object>('GET', path);
  expect(settings).toMatchObject({ ConnectivityPolicy: denied });
  expect(await call('PUT', path, { ...settings, ConnectivityPolicy: open })).toMatchObject({
    ConnectivityPolicy: denied,
  });
  expect(await call('GET', path)).toMatchObject({ ConnectivityPolicy: open });
  const other = { ...project, Name: 'Q', ProjectConnectivityPolicy: open };
  expect(await call('POST', 'projects', other)).toMatchObject({ ProjectConnectivityPolicy: denied });
  expect(await call('GET', 'projects/Projects-2')).toMatchObject({ ProjectConnectivityPolicy: open });
});

const denied = { AllowDeploymentsToNoTargets: false };

it('teams of the whole server are listed only when asked', async () => {
  const names = async (query: string): Promise<string[]> =>
    (await call<{ Items: { Name: string }[] }>('GET', `teams${query}`)).Items.map(({ Name }) => Name);
  expect(await names('')).toEqual(['Release managers', 'Space Managers']);
  expect(await names('?includeSystem=true')).toContain('Octopus Administrators');
});

it.each([
  [undefined, 'Default'],
  [{ QuantityToKeep: 100, Unit: 'Items' }, 'Default'],
  [{ QuantityToKeep: 100, ShouldKeepForever: false }, 'Count'],
  [{ QuantityToKeep: 0 }, 'Forever'],
  [{ Strategy: 'Default', QuantityToKeep: 3 }, 'Default'],
])('the retention %j of a runbook is the strategy %s', async (RunRetentionPolicy, Strategy) => {
  await call('POST', 'projects', project);
  const runbook = await call('POST', 'projects/Projects-1/runbooks', { Name: 'R', RunRetentionPolicy });
  expect(runbook).toMatchObject({ RunRetentionPolicy: { Strategy } });
});

it('a step has a worker pool or a variable for one, and its sensitive values are objects', async () => {
  await call('POST', 'projects', project);
  const process = await call<Process>('GET', processPath);
  const save = (more: object): Promise<Process> => call('PUT', processPath, { ...process, Steps: [step(more)] });
  await expect(save({ WorkerPoolId: 'WorkerPools-1', WorkerPoolVariable: 'Pool' })).rejects.toThrow('worker pool var');
  await expect(save({ Properties: { A: 1 } })).rejects.toThrow('must be text');
  const Properties = { A: { HasValue: true, NewValue: null, Hint: null } };
  const saved = await save({ WorkerPoolId: null, WorkerPoolVariable: 'Pool', Properties });
  expect(saved.Steps[0]?.Actions[0]).toMatchObject({ WorkerPoolVariable: 'Pool', Properties });
});

it('a trigger starts only a published runbook, in environments, by a CRON expression of six fields', async () => {
  await call('POST', 'projects', project);
  await call('POST', 'projects/Projects-1/runbooks', { Name: 'R' });
  const schedule = (CronExpression: string, EnvironmentIds: readonly string[]): Promise<object> =>
    call('POST', 'projecttriggers', {
      Name: 'T',
      ProjectId: 'Projects-1',
      Filter: { FilterType: 'CronExpressionSchedule', CronExpression, Timezone: 'UTC' },
      Action: { ActionType: 'RunRunbook', RunbookId: 'Runbooks-1', EnvironmentIds },
    });
  const everyMinute = '0 * * * * *';
  await expect(schedule(everyMinute, ['Environments-1'])).rejects.toThrow('published runbook');
  await call('POST', 'runbookSnapshots?publish=true', { ProjectId: 'Projects-1', RunbookId: 'Runbooks-1', Name: 'S' });
  await expect(schedule('* * * * *', ['Environments-1'])).rejects.toThrow('6 fields');
  await expect(schedule(everyMinute, [])).rejects.toThrow('at least one environment');
  expect(await schedule(everyMinute, ['Environments-1'])).toMatchObject({ Id: 'ProjectTriggers-1' });
  await expect(schedule(everyMinute, ['Environments-1'])).rejects.toThrow('already exists');
});

it('a published snapshot knows whether the process or the variables have changed since', async () => {
  await call('POST', 'projects', project);
  const { RunbookProcessId } = await call<{ RunbookProcessId: string }>('POST', 'projects/Projects-1/runbooks', {
    Name: 'R',
  });
  await call('POST', 'runbookSnapshots?publish=true', { RunbookId: 'Runbooks-1', Name: 'S' });
  const age = (): Promise<object> => call('GET', 'runbookSnapshots/RunbookSnapshots-1/runbookRuns/template');
  expect(await age()).toMatchObject({ IsRunbookProcessModified: false, IsVariableSetModified: false });
  const path = `projects/Projects-1/runbookProcesses/${RunbookProcessId}`;
  await call('PUT', path, { ...(await call<Process>('GET', path)), Steps: [step({})] });
  await call('PUT', 'variables/variableset-Projects-1', {
    ...(await call<object>('GET', 'variables/variableset-Projects-1')),
  });
  expect(await age()).toMatchObject({ IsRunbookProcessModified: true, IsVariableSetModified: true });
});

it('of a project in Git it shows what releases use, and neither shows nor moves what the branch uses', async () => {
  const { Id } = await call<{ Id: string }>('POST', 'actiontemplates', template);
  await call('POST', 'projects', project);
  const Properties = { 'Octopus.Action.Template.Id': Id, 'Octopus.Action.Template.Version': '0' };
  await call('PUT', processPath, { ...(await call<Process>('GET', processPath)), Steps: [step({ Properties })] });
  const usages = (): Promise<object[]> => call('GET', `actiontemplates/${Id}/usage`);
  const [before] = await usages();
  expect(before).toMatchObject({ Version: '0', Branch: null, Release: null });
  await call('POST', 'projects/Projects-1/git/convert', {});
  expect(await usages()).toEqual([]);
  await expect(call('GET', processPath)).rejects.toThrow('404');
  await call('POST', 'releases', { ProjectId: 'Projects-1', Version: '1.0.0' });
  expect(await usages()).toEqual([{ ...before, Branch: 'main', Release: '1.0.0' }]);
  const { ProcessId, ActionId } = before as { ProcessId: string; ActionId: string };
  const moved = await call('POST', `actiontemplates/${Id}/actionsUpdate`, {
    Version: 0,
    ActionsToUpdate: [{ ProcessId, ActionIds: [ActionId] }],
  });
  expect(moved).toEqual([]);
});

it('a space has managers and at most 20 characters in its name, and is deleted once its task queue is stopped', async () => {
  const managed = { SpaceManagersTeamMembers: ['Users-1'] };
  const create = (body: object): Promise<{ Id: string }> => callServer('POST', 'spaces', body);
  await expect(create({ Name: 'S' })).rejects.toThrow('space manager');
  await expect(create({ Name: 'a name of 21 letters.', ...managed })).rejects.toThrow('20 characters');
  await expect(create({ Name: 'default', ...managed })).rejects.toThrow('already exists');
  const space = await create({ Name: 'S', ...managed });
  expect(await callServer('GET', `${space.Id}/environments`)).toMatchObject({ Items: [] });
  await callServer('POST', `${space.Id}/environments`, { Name: 'E' });
  await expect(callServer('POST', `${space.Id}/environments`, { Name: 'E' })).rejects.toThrow('already in use');
  await expect(callServer('DELETE', `spaces/${space.Id}`)).rejects.toThrow('task queue');
  await callServer('PUT', `spaces/${space.Id}`, { ...space, TaskQueueStopped: true });
  await callServer('DELETE', `spaces/${space.Id}`);
  await expect(callServer('GET', `spaces/${space.Id}`)).rejects.toThrow('404');
});

describe('a deployment', () => {
  interface Task {
    readonly State: string;
    readonly IsCompleted: boolean;
  }
  const script = (body: string): object => step({ Properties: { 'Octopus.Action.Script.ScriptBody': body } });
  const start = async (...steps: readonly object[]): Promise<string> => {
    await call('POST', 'projects', project);
    const Steps = steps.map((one, index) => ({ ...one, Name: `S${index}` }));
    await call('PUT', processPath, { ...(await call<Process>('GET', processPath)), Steps });
    const { Id } = await call<{ Id: string }>('POST', 'releases', { ProjectId: 'Projects-1', Version: '1' });
    const deployment = { ReleaseId: Id, EnvironmentId: 'Environments-1' };
    return (await call<{ TaskId: string }>('POST', 'deployments', deployment)).TaskId;
  };
  const log = async (task: string): Promise<string> => JSON.stringify(await call('GET', `tasks/${task}/details`));
  const end = (task: string) =>
    expect
      .poll(async () => (await call<Task>('GET', `tasks/${task}`)).State, { timeout: 60_000 })
      .not.toBe('Executing');

  it('fails with a script, and then runs the steps for failures', async () => {
    const task = await start(script('exit 1'), script('echo after success'), {
      ...script('echo after a failure'),
      Condition: 'Failure',
    });
    await end(task);
    expect(await call('GET', `tasks/${task}`)).toMatchObject({ State: 'Failed', IsCompleted: true });
    expect(await log(task)).toContain('after a failure');
    expect(await log(task)).not.toContain('after success');
  });

  it('waits for a person, whose abort fails it', async () => {
    const task = await start(step({ ActionType: 'Octopus.Manual' }), script('echo after success'));
    const path = `interruptions?regarding=${task}&pendingOnly=true`;
    const questions = async () => (await call<{ Items: { Id: string }[] }>('GET', path)).Items;
    const [question] = await questions();
    await call('POST', `interruptions/${question?.Id}/submit`, { Result: 'Abort' });
    await end(task);
    expect(await questions()).toEqual([]);
    expect(await call('GET', `tasks/${task}`)).toMatchObject({ State: 'Failed' });
  });

  it('ends at once when it is cancelled, and only then can its space be deleted', async () => {
    const task = await start(script('sleep 600'), script('echo later'));
    const space = await callServer<object>('GET', 'spaces/Spaces-1');
    await callServer('PUT', 'spaces/Spaces-1', { ...space, TaskQueueStopped: true });
    await expect(callServer('DELETE', 'spaces/Spaces-1')).rejects.toThrow('still running');
    expect(await call('POST', `tasks/${task}/cancel`)).toMatchObject({ State: 'Canceled', IsCompleted: true });
    expect(await call('GET', 'tasks?active=true')).toMatchObject({ Items: [] });
    await callServer('DELETE', 'spaces/Spaces-1');
  });
});

function step(more: object): object {
  const action = { Name: 'S', ActionType: 'Octopus.Script', Properties: {}, ...more };
  return { Name: 'S', Condition: 'Success', Properties: {}, Actions: [action] };
}

function call<T>(method: string, path: string, body?: object): Promise<T> {
  return callServer(method, `Spaces-1/${path}`, body);
}

async function callServer<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${server.url}/api/${path}`, {
    method,
    headers: { 'X-Octopus-ApiKey': server.apiKey, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}
