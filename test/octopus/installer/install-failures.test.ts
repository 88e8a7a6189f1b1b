import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../../src/command-line/usage-error.ts';
import type { Process } from '../../../src/rehearsal/octopus-server/state.ts';
import { version } from '../../../src/version.ts';
import {
  makeProject,
  processPath,
  projectArguments,
  script,
  scriptBody,
  setInstallScene,
  type Template,
  templatesOfVersion,
} from './install-scene.ts';

it('without a key it says which environment variable is read, and never asks the server', async () => {
  const { install, server } = await setInstallScene();
  const run = install([], { environment: { OCTOPUS_URL: server.url } });
  await expect(run).rejects.toThrow(UsageError);
  await expect(run).rejects.toThrow(/OCTOPUS_API_KEY/);
  expect(server.requests).toEqual([]);
});

it('a key that is not valid, or has expired', async () => {
  const { install, server, writes } = await setInstallScene();
  const run = await install([], { environment: { OCTOPUS_URL: server.url, OCTOPUS_API_KEY: 'API-OLD' } });
  expect(run.code).toBe(1);
  expect(run.said).toContain('Octopus does not accept the API key: The API key you provided was not valid.');
  expect(run.said).toContain('OCTOPUS_API_KEY');
  expect(run.said).not.toContain('API-OLD');
  expect(writes()).toEqual([]);
});

it.each([
  ['no web address', () => 'octopus', '"octopus" is not a web address'],
  ['nobody there', leaveWebSite, 'refused the connection while'],
  ['another server', () => startWebSite(), 'is not an Octopus Server'],
])('a wrong address: %s', async (_, address, message) => {
  const { install } = await setInstallScene();
  const run = await install(['--url', await address()], { environment: { OCTOPUS_API_KEY: 'API-X' } });
  expect(run.code).toBe(1);
  expect(run.said).toContain(message);
  expect(run.said).toContain('--url');
});

it.each(['API-1 2', 'API-…'])('%j cannot be a key, and is not sent', async (key) => {
  const { install, server } = await setInstallScene();
  const run = await install([], { environment: { OCTOPUS_URL: server.url, OCTOPUS_API_KEY: key } });
  expect(run.code).toBe(1);
  expect(run.said).toContain('The API key contains a character that no key has.');
  expect(run.said).toContain('Set OCTOPUS_API_KEY to a valid key');
  expect(server.requests).toEqual([]);
});

it('a space that is not there, or not said, comes with those that are', async () => {
  const { install } = await setInstallScene({ spaces: ['Web', 'Back office'] });
  const missing = await install(['--space', 'Wbe']);
  expect(missing).toMatchObject({
    code: 1,
    said: expect.stringContaining('There is no space "Wbe"; this API key can see: Web, Back office.'),
  });
  expect((await install()).said).toContain('No space was given; this API key can see: Web, Back office.');
  expect((await install(['--space', 'back office'])).said).toContain('8 changes made in the space Back office');
});

it.each([
  ['ActionTemplateView', [], false],
  ['ActionTemplateCreate', [], false],
  ['ProcessEdit', projectArguments, true],
])('without the permission %s', async (permission, args, half) => {
  const { install, server } = await setInstallScene({ denied: [permission] });
  const run = await install(args);
  expect(run.code).toBe(1);
  expect(run.said).toContain(`needs the permission ${permission} in this space`);
  expect(run.said.includes('Done before the failure: step template AWS ECS Canary - Prepare Blue;')).toBe(half);
  if (half) expect(run.said).toMatch(/Not done: deployment process of Shop; runbook Roll Back Canary;/);
  expect(server.spaces[0]?.templates.size).toBe(half ? 8 : 0);
});

it.each([
  ['worker pool', '--worker-pool', 'Default Worker Pool'],
  ['account', '--account', 'AWS rehearsal'],
  ['feed', '--container-feed', 'Docker Hub'],
  ['team', '--responsible-teams', 'Release managers'],
  ['project group', '--project-group', 'Default Project Group'],
  ['lifecycle', '--lifecycle', 'Default Lifecycle'],
])('a %s that is not there, before anything is written', async (kind, option, known) => {
  const { install, writes } = await setInstallScene();
  const run = await install([...projectArguments, option, 'Nowhere']);
  expect(run.code).toBe(1);
  expect(run.said).toContain(`The space Default has no ${kind} "Nowhere"`);
  expect(run.said).toContain(`"${known}"`);
  expect(writes()).toEqual([]);
});

it('keeps the steps of a project that was there before, and puts its own after them', async () => {
  const scene = await setInstallScene();
  await makeProject(scene, [script('Build'), script('Notify')]);
  const before = await scene.call<Process>('GET', processPath);
  expect(await scene.install(projectArguments)).toMatchObject({ code: 0 });
  const after = await scene.call<Process>('GET', processPath);
  expect(after.Steps.slice(0, 2)).toEqual(before.Steps);
  expect(after.Steps).toHaveLength(14);
});

it.each([
  ['a script where a canary step should be', ['Rollback'], 'The step Rollback is not made from a canary step template'],
  [
    'a script where a gate should be',
    ['approve 50%'],
    'The step approve 50% is not a manual intervention but Octopus.Script',
  ],
])('refuses %s', async (_, names, message) => {
  const scene = await setInstallScene();
  await makeProject(scene, names.map(script));
  scene.writes();
  const run = await scene.install(projectArguments);
  expect(run.code).toBe(1);
  expect(run.said).toContain(message);
  expect(scene.writes()).toEqual([]);
});

it('refuses a canary with other shifts, and one in another order', async () => {
  const scene = await setInstallScene();
  await scene.install([...projectArguments, '--weights', '10,50']);
  scene.writes();
  const other = await scene.install([...projectArguments, '--weights', '20']);
  expect(other.said).toContain(
    "The step Shift to 10% is made from a canary template, but is not one of this canary's steps. If the shares have changed, remove it and the approval before it.",
  );
  expect(other.said).toContain('--weights');
  const process = await scene.call<Process>('GET', processPath);
  await scene.call('PUT', processPath, { ...process, Steps: process.Steps.toReversed() });
  scene.writes();
  expect((await scene.install(projectArguments)).said).toContain(
    "The canary's steps are in another order: Rollback, Promote",
  );
  expect(scene.writes()).toEqual([]);
});

it('refuses a project whose process is in Git', async () => {
  const scene = await setInstallScene();
  await makeProject(scene, []);
  await scene.call('POST', 'Spaces-1/projects/Projects-1/git/convert', {});
  scene.writes();
  const run = await scene.install(projectArguments);
  expect(run.said).toContain('The project Shop stores its process in Git');
  expect(run.said).toContain('process --format ocl');
  expect(scene.writes()).toEqual([]);
});

it('shows what was edited by hand in a template, overwrites it when told to, and Octopus keeps it in its history', async () => {
  const { install, call, writes } = await setInstallScene();
  await install();
  const template = await call<Template>('GET', 'Spaces-1/actiontemplates/ActionTemplates-7');
  const body = template.Properties[scriptBody] ?? '';
  const Properties = { ...template.Properties, [scriptBody]: `${body}\necho by hand` };
  await call('PUT', 'Spaces-1/actiontemplates/ActionTemplates-7', { ...template, Properties, Description: 'Mine' });
  writes();
  const shown = await install([], { answer: false });
  expect(shown.said).toContain('but was edited in Octopus');
  expect(shown.said).toContain('- echo by hand');
  expect(shown.said).toContain('description: ');
  expect(writes()).toEqual([]);
  expect((await install([], { answer: true })).code).toBe(0);
  expect(await call('GET', 'Spaces-1/actiontemplates/ActionTemplates-7')).toMatchObject({
    Version: 2,
    Properties: template.Properties,
  });
  expect(await call('GET', 'Spaces-1/actiontemplates/ActionTemplates-7/versions/1')).toMatchObject({ Properties });
});

it('keeps what a template has beside ours, and says when it goes back to an older version', async () => {
  const { install, call, writes } = await setInstallScene();
  await install([], { templates: templatesOfVersion('9.9.9') });
  const template = await call<Template>('GET', 'Spaces-1/actiontemplates/ActionTemplates-1');
  const Properties = { ...template.Properties, 'Octopus.Action.AutoRetry.MaximumCount': '3' };
  await call('PUT', 'Spaces-1/actiontemplates/ActionTemplates-1', { ...template, Properties });
  writes();
  const back = await install();
  expect(back.said).toContain(`9.9.9 -> ${version} of octopus-ecs-canary: GOES BACK to an older version`);
  expect(back.said).toContain('It keeps Octopus.Action.AutoRetry.MaximumCount');
  expect(await call('GET', 'Spaces-1/actiontemplates/ActionTemplates-1')).toMatchObject({
    Properties: { 'Octopus.Action.AutoRetry.MaximumCount': '3' },
  });
  expect((await install()).said).toContain('nothing was changed');
});

it('takes an address as it is copied from the browser', async () => {
  const { install, server } = await setInstallScene();
  const run = await install(['--url', `${server.url}/app#/Spaces-1/projects?filter=x`]);
  expect(run).toMatchObject({ code: 0, said: expect.stringContaining(`at ${server.url}, space Default`) });
});

it('refuses a template of the same name and another type', async () => {
  const { install, call, writes } = await setInstallScene();
  await call('POST', 'Spaces-1/actiontemplates', { Name: 'AWS ECS Canary - Promote', ActionType: 'Octopus.Script' });
  writes();
  const run = await install();
  expect(run.said).toContain('with another type (Octopus.Script)');
  expect(writes()).toEqual([]);
});

/** An address at which somebody was and nobody is. */
async function leaveWebSite(): Promise<string> {
  const site = createServer();
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as AddressInfo;
  await new Promise((resolve) => site.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function startWebSite(): Promise<string> {
  const site = createServer((_, response) => response.end('<html>Hello</html>'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    site.close();
  });
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
}
