import { expect, it } from 'vitest';
import { lockOwnerOf } from '../../src/runtime/lock-owner.ts';

const read = (given: Readonly<Record<string, string>>) => lockOwnerOf((name) => given[name] ?? '');

it('a deployment is known by its id', () => {
  const given = {
    'Octopus.Deployment.Id': 'Deployments-7',
    'Octopus.Release.Number': '1.2.3',
    'Octopus.Environment.Name': 'Production',
    'Octopus.Project.Name': 'Shop',
  };
  expect(read(given)).toEqual({
    id: 'Deployments-7',
    isDeployment: true,
    release: '1.2.3',
    environment: 'Production',
    project: 'Shop',
  });
});

it.each([
  [{ 'Octopus.RunbookRun.Id': 'RunbookRuns-5' }],
  [{ 'Octopus.RunbookRun.Id': 'RunbookRuns-5', 'Octopus.Deployment.Id': 'RunbookRuns-5' }],
])("a runbook's run is no deployment, so that its Rollback acts: %j", (given) => {
  expect(read(given)).toMatchObject({ id: 'RunbookRuns-5', isDeployment: false });
});

it('outside both nobody has a name', () => {
  expect(read({})).toMatchObject({ id: '', isDeployment: false });
});
