import { expect, it } from 'vitest';
import type { Aws } from '../../src/aws/aws.ts';
import { createTaskLog } from '../../src/octopus/log/task-log.ts';
import { executeStep } from '../../src/runtime/execute-step.ts';
import { rollback } from '../../src/steps/rollback/rollback.ts';

const emptyAws = {
  region: 'us-east-1',
  now: () => 0,
  cloudFormation: { listResources: async () => undefined },
  ecs: {},
  loadBalancing: {},
} as unknown as Aws;

it('a step connects to AWS once, and not at all where a parameter is bad', async () => {
  let connected = 0;
  const run = (stackName: string) =>
    executeStep(rollback, {
      get aws() {
        connected += 1;
        return emptyAws;
      },
      clock: { now: () => 0, sleep: async () => {} },
      log: createTaskLog(() => {}),
      saveArtifact: ({ name }) => `/${name}`,
      readParameter: (name) => (name === 'EcsCanary.StackName' ? stackName : undefined),
      token: 'token',
      deploymentFailed: true,
      lockOwner: { id: '', isDeployment: false, release: '', environment: '', project: '' },
    });
  await expect(run('1bad')).rejects.toMatchObject({ code: 'invalid-parameters' });
  expect(connected).toBe(0);
  await expect(run('shop')).resolves.toMatchObject({ outputs: { FirstDeployment: 'True' } });
  expect(connected).toBe(1);
});
