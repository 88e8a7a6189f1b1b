import { expect, it, onTestFinished } from 'vitest';
import { makeProject, processPath } from '../octopus/installer/install-scene.ts';
import { startProxy } from '../support/connect-proxy.ts';
import { setSetUpScene, shop } from './set-up-scene.ts';

it('every bad value is named at once, as on the form, also names that the space does not know; nothing is written', async () => {
  const { setUp, writes, server } = await setSetUpScene();
  const run = await setUp({
    ...shop,
    ...{ Weights: '50,10', Watch: 'maybe', Variables: 'Canary.Stack=x\nnonsense', ContainerFeed: 'Nowhere' },
    ...{ Account: 'Nobody', WorkerPool: 'Nowhere', Teams: 'Release managers, Strangers', Lifecycle: 'None' },
  });
  expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('  - '));
  expect(lines.map((line) => line.split(/[ :]/)[3]).sort()).toEqual(
    ['Account', 'ContainerFeed', 'Lifecycle', 'Teams', 'Variables', 'Watch', 'Weights', 'WorkerPool'].map(
      (name) => `EcsCanary.${name}`,
    ),
  );
  expect(run.stdout).toContain('8 parameters need attention');
  expect(run.stdout).toContain('no worker pool "Nowhere"; the owner of the API key can see "Default Worker Pool"');
  expect(run.stdout).toContain('Error code: invalid-parameters');
  expect(run.stdout).toContain('run the step again. Nothing was changed.\n');
  expect(writes()).toEqual([]);
  expect(server.spaces[0]?.templates.size).toBe(0);
});

it('a variable that the project does not have is refused with those that it has', async () => {
  const { setUp, writes } = await setSetUpScene();
  const run = await setUp({ ...shop, Watch: 'False', Variables: 'Canary.WatchMinutes=5' });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('"Canary.WatchMinutes" is unknown. Known variables: Canary.AWS.Region,');
  expect(writes()).toEqual([]);
});

it('what belongs to a project needs one', async () => {
  const { setUp, writes } = await setSetUpScene();
  const run = await setUp({ DryRun: 'False', Account: 'AWS rehearsal', Variables: 'Canary.StackName=x' });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('EcsCanary.Account (AWS account): it needs EcsCanary.Project.');
  expect(run.stdout).toContain('EcsCanary.Variables (Values of project variables): it needs EcsCanary.Project.');
  expect(writes()).toEqual([]);
});

it('without a key it says so together with the other problems, and asks nobody', async () => {
  const { setUp, server } = await setSetUpScene();
  const run = await setUp({ ...shop, 'Octopus.ApiKey': '', Weights: 'x' });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('EcsCanary.Octopus.ApiKey (Octopus API key): a value is required.');
  expect(run.stdout).toContain('EcsCanary.Weights (Shares of green):');
  expect(server.requests).toEqual([]);
});

it('a key that is not valid is not repeated', async () => {
  const { setUp, writes } = await setSetUpScene();
  const run = await setUp({ ...shop, 'Octopus.ApiKey': 'API-OLD' });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('Octopus does not accept the API key: The API key you provided was not valid.');
  expect(run.stdout).toContain('Set EcsCanary.Octopus.ApiKey to a valid key');
  expect(run.stdout).toContain('Error code: set-up-failed');
  expect(run.stdout).not.toContain('API-OLD');
  expect(writes()).toEqual([]);
});

it('bad values are named together with a key, a server or a permission that keeps the step from looking further', async () => {
  const { setUp, server, writes } = await setSetUpScene({ denied: ['WorkerView'] });
  const bad = { ...shop, Weights: '50,10', WorkerPool: 'Default Worker Pool' };
  const key = await setUp({ ...bad, 'Octopus.ApiKey': 'API-OLD' });
  expect(key.stdout).toContain('2 parameters need attention');
  expect(key.stdout).toContain('Octopus does not accept the API key');
  expect(key.stdout).toContain('Set EcsCanary.Octopus.ApiKey to a valid key');
  expect(key.stdout).toContain('EcsCanary.Weights (Shares of green):');
  const address = await setUp({ ...bad, 'Octopus.Url': 'octopus' });
  expect(address.stdout).toContain('"octopus" is not a web address. Set EcsCanary.Octopus.Url to an address');
  expect(address.stdout).toContain('EcsCanary.Weights (Shares of green):');
  const permission = await setUp(bad);
  expect(permission.stdout).toContain('needs the permission WorkerView in this space');
  expect(permission.stdout).toContain('EcsCanary.Weights (Shares of green):');
  server.faults.plan({ kind: 'answer', status: 403, message: `Bad key <${server.apiKey}>` }, () => true);
  const repeated = await setUp(bad);
  expect(repeated.stdout).toContain('Bad key <********>');
  expect(repeated.stdout).not.toContain(server.apiKey);
  expect(writes()).toEqual([]);
});

it.each(['API-1 2', 'API-1\n2', 'API-…', 'API-🔑'])(
  '%j cannot be a key, which is said without asking anybody',
  async (key) => {
    const { setUp, server } = await setSetUpScene();
    const run = await setUp({ ...shop, 'Octopus.ApiKey': key });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('The API key contains a character that no key has.');
    expect(run.stdout).toContain('Set EcsCanary.Octopus.ApiKey to a valid key');
    expect(run.stdout).not.toContain(key);
    expect(server.requests).toEqual([]);
  },
);

it('a key that the server repeats is hidden', async () => {
  const { setUp, server } = await setSetUpScene();
  server.faults.plan({ kind: 'answer', status: 400, message: `Bad key <${server.apiKey}>` }, () => true);
  server.faults.plan({ kind: 'answer', status: 403, message: `Bad key <${server.apiKey}>` }, () => true);
  const run = await setUp();
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('Bad key <********>');
  expect(run.stdout).not.toContain(server.apiKey);
});

it.each([
  ['ActionTemplateView', 'Nothing'],
  ['AccountView', 'Nothing'],
  ['ProjectCreate', 'step template AWS ECS Canary - Rollback'],
])('a key without the permission %s: says which is missing, and what was done', async (permission) => {
  const { setUp } = await setSetUpScene({ denied: [permission] });
  const run = await setUp({ ...shop, Account: 'AWS rehearsal' });
  expect(run.code).toBe(1);
  expect(run.stdout).toContain(`needs the permission ${permission} in this space`);
  expect(run.stdout.includes('Done before the failure: step template')).toBe(permission === 'ProjectCreate');
});

it('a server that nobody reaches', async () => {
  const { setUp, server } = await setSetUpScene();
  await server.close();
  const run = await setUp();
  expect(run.code).toBe(1);
  expect(run.stdout).toContain(`${server.url} refused the connection while connecting.`);
  expect(run.stdout).toContain('Check EcsCanary.Octopus.Url, and that this machine can reach the server.');
}, 30_000);

it('the address and space of the form win over those of Octopus; the base URL is the last resort', async () => {
  const { setUp, server } = await setSetUpScene({ spaces: ['Default', 'Back office'] });
  const wrong = 'http://127.0.0.1:9';
  const templates = { DryRun: 'False' };
  const given = await setUp({
    ...templates,
    'Octopus.Web.ServerUri': wrong,
    'Octopus.Url': server.url,
    'Octopus.Space': 'Back office',
  });
  expect(given.stdout).toContain('8 changes made in the space Back office.');
  const base = await setUp({ ...templates, 'Octopus.Web.ServerUri': '', 'Octopus.Web.BaseUrl': `${server.url}/app` });
  expect(base.stdout).toContain('8 changes made in the space Default.');
  const none = await setUp({ ...templates, 'Octopus.Web.ServerUri': '' });
  expect(none.stdout).toContain('Set EcsCanary.Octopus.Url to an address such as https://octopus.example.com.');
});

it('goes through the proxy of the worker, and warns that an address without TLS shows the key', async () => {
  const { setUp, server } = await setSetUpScene();
  const proxy = await startProxy({ kind: 'tunnel', toPort: Number(new URL(server.url).port) });
  onTestFinished(() => proxy.close());
  const environment = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` };
  const run = await setUp({ DryRun: 'False', 'Octopus.Web.ServerUri': 'http://octopus.test:8080' }, environment);
  expect(run.stdout).toContain('8 changes made in the space Default.');
  expect(run.stdout).toMatch(/stdout-warning.*\nThis URL is not encrypted/);
  expect(proxy.asked[0]).toBe('CONNECT octopus.test:8080');
  expect((await setUp()).stdout).not.toContain('not encrypted');
});

it('somebody who saves the process meanwhile is not overwritten', async () => {
  const scene = await setSetUpScene();
  await makeProject(scene, []);
  scene.server.faults.plan(
    {
      kind: 'meanwhile',
      act: async () => {
        const process = await scene.call<object>('GET', processPath);
        await scene.call('PUT', processPath, {
          ...process,
          Steps: [
            {
              Name: 'Mine',
              Condition: 'Success',
              Properties: {},
              Actions: [{ Name: 'Mine', ActionType: 'Octopus.Script', Properties: {} }],
            },
          ],
        });
      },
    },
    ({ method, path }) => method === 'PUT' && path.includes('/variables/'),
  );
  const run = await scene.setUp();
  expect(run.code).toBe(1);
  expect(run.stdout).toContain('The deployment process of Shop was saved by somebody else after the plan was made');
  expect(run.stdout).toContain('Run the step again to see what is different now.');
  expect(JSON.stringify(await scene.call('GET', processPath))).toContain('"Mine"');
  expect((await scene.setUp()).code).toBe(0);
  expect(JSON.stringify(await scene.call('GET', processPath))).toContain('"Mine"');
});

it('a process in Git stays as it is', async () => {
  const scene = await setSetUpScene();
  await makeProject(scene, []);
  await scene.call('POST', 'Spaces-1/projects/Projects-1/git/convert', {});
  scene.writes();
  const run = await scene.setUp();
  expect(run.stdout).toContain('stores its process in Git, and this step does not write to Git.');
  expect(run.stdout).toContain('Leave EcsCanary.Project blank to have only the step templates');
  expect(scene.writes()).toEqual([]);
});
