import { expect, it } from 'vitest';
import type { VariableSet } from '../../../src/rehearsal/octopus-server/state.ts';
import { completeArguments, type InstallScene, projectArguments, setInstallScene } from './install-scene.ts';

const said =
  'Tasks get requests only if the application answers GET / on its port (Canary.ContainerPort) with status 200, without a login.';
const other = 'For another path, pass --variable Canary.HealthCheckPath=/health.';

async function readPath({ call }: InstallScene): Promise<unknown> {
  const { Variables } = await call<VariableSet>('GET', 'Spaces-1/variables/variableset-Projects-1');
  return Variables.find(({ Name }) => Name === 'Canary.HealthCheckPath')?.['Value'];
}

it('the first thing that the set-up of a project says is which path must answer 200', async () => {
  const scene = await setInstallScene();
  for (const args of [[...projectArguments, '--dry-run'], completeArguments]) {
    const lines = (await scene.install(args)).said.split('\n');
    expect(lines.slice(2, 4)).toEqual([`${said} ${other}`, '']);
  }
  expect(await readPath(scene)).toBe('/');
  expect((await scene.install(completeArguments)).said).not.toContain('Tasks get requests');
});

it.each([
  ['a path that was given', ['--variable', 'Canary.HealthCheckPath=/health']],
  ['a template of the own', ['--own-template']],
])('with %s it says nothing of it', async (_what, options) => {
  const scene = await setInstallScene();
  expect((await scene.install([...projectArguments, ...options, '--dry-run'])).said).not.toContain(
    'Tasks get requests',
  );
});

it('without a project it says nothing of it', async () => {
  const { install } = await setInstallScene();
  expect((await install(['--dry-run'])).said).not.toContain('Tasks get requests');
});

it('at a terminal it asks for the path first, and sets it', async () => {
  const scene = await setInstallScene();
  const { code, said: shown, asked } = await scene.install(completeArguments, { answers: ['/api/health', 'y'] });
  expect(code).toBe(0);
  expect(shown).toContain(said);
  expect(shown).not.toContain(other);
  expect(asked[0]).toBe('Health check path [/]: ');
  expect(asked[1]).toMatch(/^Make these \d+ changes\? \[y\/n\] $/);
  expect(shown).toContain('adds Canary.HealthCheckPath = /api/health');
  expect(await readPath(scene)).toBe('/api/health');
});

it('an empty answer means /, and one that is no path is asked for again', async () => {
  const scene = await setInstallScene();
  const { said: shown, asked } = await scene.install(completeArguments, { answers: ['health', ' ', 'y'] });
  expect(asked.filter((question) => question.startsWith('Health'))).toHaveLength(2);
  expect(shown).toContain('"health" is not a path that starts with /.');
  expect(await readPath(scene)).toBe('/');
});

it('asks nothing with --yes, in a dry run, or where the project has a path', async () => {
  const scene = await setInstallScene();
  expect((await scene.install([...completeArguments, '--dry-run'], { answers: [] })).asked).toEqual([]);
  expect((await scene.install([...completeArguments, '--yes'], { answers: [] })).asked).toEqual([]);
  const { asked } = await scene.install([...completeArguments, '--variable', 'Canary.Cpu=512'], { answers: ['n'] });
  expect(asked).toHaveLength(1);
});
