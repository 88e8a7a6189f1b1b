import { describe, expect, it } from 'vitest';
import { oldestNode } from '../../src/octopus/template/wrapper.ts';
import { steps } from '../../src/steps/index.ts';
import { fetchedNodeVersions, type NodeVersion } from '../support/node-versions.ts';
import { nodeAt, openWorkerScene, resultOf, runStepOnWorker, runTemplateOnWorker } from './worker.ts';

const found = fetchedNodeVersions();
const isOldEnough = ({ version }: NodeVersion): boolean => Number.parseInt(version, 10) >= oldestNode;

describe.skipIf(found.length === 0).concurrent('on a worker with Node.js', () => {
  it.each(found.filter(isOldEnough))(
    '$version a canary is deployed and gets traffic, with nothing on stderr',
    async ({ path }) => {
      const scene = await openWorkerScene();
      try {
        const options = { node: nodeAt(path), env: scene.env };
        // After the first deployment alone there is nothing to shift.
        for (const version of ['1', '2']) {
          const deployed = await runStepOnWorker('deploy-stack', scene.deploy(version), options);
          expect(deployed).toMatchObject({ code: 0, stderr: '', leftOvers: [] });
        }
        const shift = { 'EcsCanary.StackName': 'canary', 'EcsCanary.GreenPercent': '10' };
        const shifted = await runTemplateOnWorker('shift-traffic', shift, options);
        // Octopus takes the artifact, and deletes the folder.
        expect(shifted).toMatchObject({ code: 0, stderr: '', leftOvers: ['ecs-canary-ledger.json'] });
        // The way back is proved first.
        expect(scene.emulator.calls().filter(({ operation }) => operation === 'ModifyRule')).toHaveLength(2);
      } finally {
        await scene.close();
      }
    },
  );

  it.each(found.filter(isOldEnough))(
    '$version every other step starts, and refuses what it cannot use',
    async ({ path }) => {
      const others = steps.map(({ id }) => id).filter((id) => id !== 'deploy-stack' && id !== 'shift-traffic');
      const runs = others.map((id) =>
        runStepOnWorker(
          id,
          { 'EcsCanary.StackName': 'no name' },
          { node: nodeAt(path), env: { AWS_REGION: 'eu-west-1' } },
        ),
      );
      for (const run of await Promise.all(runs)) {
        expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
        expect(resultOf(run)).toContain('EcsCanary.StackName');
      }
    },
  );

  it.each(found.filter((version) => !isOldEnough(version)))(
    '$version a step says that it needs a newer one',
    async ({ version, path }) => {
      const run = await runTemplateOnWorker('shift-traffic', {}, { node: nodeAt(path) });
      expect(run).toMatchObject({ code: 1, stderr: '', leftOvers: [] });
      expect(resultOf(run)).toContain(`needs Node.js 20 or newer, but the worker has ${version}.`);
    },
  );
});
