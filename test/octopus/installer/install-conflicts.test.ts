import { expect, it } from 'vitest';
import type { SeenRequest } from '../../../src/rehearsal/octopus-server/faults.ts';
import type { Process } from '../../../src/rehearsal/octopus-server/state.ts';
import {
  completeArguments,
  makeProject,
  processPath,
  projectArguments,
  type Run,
  script,
  setInstallScene,
  type Template,
  templatesOfVersion,
} from './install-scene.ts';

it.each([true, false])(
  'does not overwrite what somebody else saved after the plan (server compares versions: %s)',
  async (locksTemplates) => {
    const { install, call, server } = await setInstallScene({ locksTemplates });
    await install();
    const upgrade = templatesOfVersion('9.9.9');
    const edit = async (): Promise<void> => {
      const template = await call<Template>('GET', 'Spaces-1/actiontemplates/ActionTemplates-2');
      await call('PUT', 'Spaces-1/actiontemplates/ActionTemplates-2', { ...template, Description: 'Mine' });
    };
    const secondRead = countdown(
      2,
      (seen) => seen.method === 'GET' && seen.path.endsWith('/actiontemplates/ActionTemplates-2'),
    );
    server.faults.plan({ kind: 'meanwhile', act: edit }, secondRead);
    const run = await install([], { templates: upgrade });
    expect(run.code).toBe(1);
    expect(run.said).toContain(
      'was saved as version 1 by somebody else after the plan was made; it was not overwritten.',
    );
    expect(run.said).toContain('Done before the failure: step template AWS ECS Canary - Prepare Blue');
    expect(await call('GET', 'Spaces-1/actiontemplates/ActionTemplates-2')).toMatchObject({
      Version: 1,
      Description: 'Mine',
    });
    const again = await install([], { templates: upgrade });
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining('7 changes made') });
  },
);

it('says so when somebody saves a template between reading and writing, on a server that does not compare versions', async () => {
  const { install, call, server } = await setInstallScene({ locksTemplates: false });
  await install();
  const edit = async (): Promise<void> => {
    const template = await call<Template>('GET', 'Spaces-1/actiontemplates/ActionTemplates-2');
    await call('PUT', 'Spaces-1/actiontemplates/ActionTemplates-2', { ...template, Description: 'Mine' });
  };
  server.faults.plan(
    { kind: 'meanwhile', act: edit },
    ({ method, path }) => method === 'PUT' && path.endsWith('ActionTemplates-2'),
  );
  const run = await install([], { templates: templatesOfVersion('9.9.9') });
  expect(run.said).toContain('It became version 2, because somebody else saved version 1 at the same moment.');
  expect(await call('GET', 'Spaces-1/actiontemplates/ActionTemplates-2/versions/1')).toMatchObject({
    Description: 'Mine',
  });
});

it('does not overwrite a process that somebody else saved at the same moment', async () => {
  const scene = await setInstallScene();
  await makeProject(scene, [script('Build')]);
  const edit = async (): Promise<void> => {
    const process = await scene.call<Process>('GET', processPath);
    await scene.call('PUT', processPath, { ...process, Steps: [...process.Steps, script('Theirs')] });
  };
  scene.server.faults.plan(
    { kind: 'meanwhile', act: edit },
    ({ method, path }) => method === 'PUT' && path.endsWith('/deploymentprocesses'),
  );
  const run = await scene.install(projectArguments);
  expect(run.code).toBe(1);
  expect(run.said).toContain('another user has made changes to the process');
  expect((await scene.call<Process>('GET', processPath)).Steps.map(({ Name }) => Name)).toEqual(['Build', 'Theirs']);
  expect((await scene.install(projectArguments)).code).toBe(0);
  expect((await scene.call<Process>('GET', processPath)).Steps).toHaveLength(14);
});

it('tries again when the server has a bad moment, and gives up with what was done', async () => {
  const { install, server } = await setInstallScene();
  const creating = ({ method, path }: { method: string; path: string }): boolean =>
    method === 'POST' && path.endsWith('/actiontemplates');
  server.faults.plan({ kind: 'answer', status: 503, message: 'Octopus is in maintenance mode.' }, creating, 2);
  const patient = await install();
  expect(patient.said).toContain(
    'Octopus answered 503 while creating the step template AWS ECS Canary - Prepare Blue; trying again in 0.5 s.',
  );
  expect(patient.code).toBe(0);
  const putting = ({ method }: { method: string }): boolean => method === 'PUT';
  server.faults.plan({ kind: 'answer', status: 500, message: 'Broken.' }, putting, 100);
  const failed = await install([], { templates: templatesOfVersion('9.9.9') });
  expect(failed).toMatchObject({ code: 1, said: expect.stringContaining('Done before the failure: nothing.') });
  expect(failed.said).toContain('Several attempts failed.');
});

it.each(['drop', 'drop after'] as const)('survives every single connection that breaks (%s)', async (kind) => {
  const { install, server, writes } = await setInstallScene();
  const met = new Map<string, number>();
  server.faults.plan(
    { kind },
    ({ method, path }) => {
      // Every other of the same requests: the next attempt goes through.
      const key = `${method} ${path}`;
      const times = (met.get(key) ?? 0) + 1;
      met.set(key, times);
      return times % 2 === 1;
    },
    1000,
  );
  const run = await install(completeArguments);
  expect(run.code).toBe(0);
  expect(server.requests.filter(({ status }) => status === 0).length).toBeGreaterThan(20);
  expect(server.spaces[0]?.templates.size).toBe(8);
  expect(server.spaces[0]?.projects).toHaveLength(1);
  expect(server.spaces[0]?.runbooks).toHaveLength(2);
  expect(server.spaces[0]?.snapshots).toHaveLength(2);
  expect(server.spaces[0]?.triggers).toHaveLength(1);
  for (const versions of server.spaces[0]?.templates.values() ?? []) expect(versions).toHaveLength(1);
  writes();
  expect((await install(completeArguments)).said).toContain('nothing was changed');
});

it('goes on where it stopped, whichever request the network dies at', async () => {
  const steps = await countRequests();
  for (let dead = 1; dead <= steps; dead += 3) {
    const { install, server, call } = await setInstallScene();
    server.faults.plan(
      { kind: 'drop' },
      countdown(dead, () => true, true),
      1000,
    );
    const broken = await install(completeArguments);
    expect(broken.code).toBe(1);
    expect(broken.said).toMatch(/refused the connection|failed while/);
    server.faults.clear();
    expect((await install(completeArguments)).code).toBe(0);
    const process = await call<Process>('GET', processPath);
    expect(process.Steps).toHaveLength(12);
    expect(server.spaces[0]?.triggers).toHaveLength(1);
    expect((await install(completeArguments)).said).toContain('nothing was changed');
  }
});

it('two installers at once end with one of everything', async () => {
  const { install, server } = await setInstallScene();
  const runs = await Promise.all([install(completeArguments), install(completeArguments)]);
  for (const { code, said } of runs) {
    if (code !== 0) expect(said).toMatch(/by somebody else|already exists|another user/);
  }
  expect((await install(completeArguments)).code).toBe(0);
  expect(server.spaces[0]?.templates.size).toBe(8);
  for (const versions of server.spaces[0]?.templates.values() ?? []) expect(versions).toHaveLength(1);
  expect(server.spaces[0]?.projects).toHaveLength(1);
  expect(server.spaces[0]?.processes.get('deploymentprocess-Projects-1')?.Steps).toHaveLength(12);
  expect(server.spaces[0]?.runbooks).toHaveLength(2);
  expect(server.spaces[0]?.snapshots).toHaveLength(2);
  expect(server.spaces[0]?.triggers).toHaveLength(1);
});

async function countRequests(): Promise<number> {
  const { install, server } = await setInstallScene();
  const run: Run = await install(completeArguments);
  expect(run.code).toBe(0);
  return server.requests.length;
}

/** True for the nth request that fits; with `after`, for all that follow, too. */
function countdown(
  nth: number,
  fits: (request: SeenRequest) => boolean,
  after = false,
): (request: SeenRequest) => boolean {
  let seen = 0;
  return (request) => {
    if (!fits(request)) return false;
    seen += 1;
    return seen === nth || (after && seen > nth);
  };
}
