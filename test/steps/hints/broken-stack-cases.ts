import { expect } from 'vitest';
import { fakeResource } from '../../../src/reliability/arranging/anomalies.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { rollback } from '../../../src/steps/rollback/rollback.ts';
import { changeResources, deleteTaskSet, recreateBlue } from './actions.ts';
import type { HintCase } from './hint-case.ts';
import { runbook } from './hint-scene.ts';

/** Refusals that leave a stack which only a person can repair; each has a world of its own. */
export const brokenStackCases: readonly HintCase[] = [
  {
    code: 'stack-stuck',
    when: 'an update could not be rolled back',
    arrange: async (scene) => {
      const once = (Value: number) => fakeResource({ Value, Fail: 'rollback-once' });
      await changeResources(scene, { Once: once(1) });
      expect(await scene.awsConsole.settle()).toBe('UPDATE_COMPLETE');
      await changeResources(scene, { Once: once(2), Bad: { ...fakeResource({ Fail: true }), DependsOn: 'Once' } });
      expect(await scene.awsConsole.settle()).toBe('UPDATE_ROLLBACK_FAILED');
    },
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint) => void (await hint.runsCommands()),
  },
  {
    code: 'stack-stuck',
    when: 'an update with rollback disabled failed',
    arrange: async (scene) => {
      await changeResources(scene, { Bad: fakeResource({ Fail: true }) }, { DisableRollback: true });
      expect(await scene.awsConsole.settle()).toBe('UPDATE_FAILED');
    },
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint) => void (await hint.runsCommands()),
  },
  {
    code: 'stack-stuck',
    when: 'a deletion failed',
    arrange: async ({ awsConsole, refusals }) => {
      refusals.set('DeleteTaskSet', ['ServerException', 'Service Unavailable. Please try again later.']);
      await awsConsole.cloudFormation.deleteStack({ StackName: 'canary' });
      expect(await awsConsole.settle()).toBe('DELETE_FAILED');
      refusals.clear();
    },
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint) => void (await hint.runsCommands()),
  },
  {
    code: 'canary-not-found',
    when: "blue's task set was deleted by hand",
    arrange: (scene) => deleteTaskSet(scene, 'Blue'),
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: async (hint, scene) => {
      hint.says('Update the stack by hand with a changed task definition for it');
      await recreateBlue(scene);
      return undefined;
    },
  },
  {
    code: 'blue-unhealthy',
    when: "blue's task set was deleted by hand, and is recreated",
    arrange: async (scene) => {
      await scene.awsConsole.setWeights(0, 100);
      await deleteTaskSet(scene, 'Blue');
    },
    run: ({ world }, values) => world.run(rollback, values, runbook),
    follow: async (hint, scene) => {
      hint.says('Update the stack by hand with another task definition for blue', 'then run Rollback again');
      await recreateBlue(scene);
      return undefined;
    },
  },
  {
    code: 'blue-unhealthy',
    when: "blue's task set was deleted by hand, and the traffic is moved anyway",
    arrange: async (scene) => {
      await scene.awsConsole.setWeights(0, 100);
      await deleteTaskSet(scene, 'Blue');
    },
    run: ({ world }, values) => world.run(rollback, values, runbook),
    follow: async (hint, { awsConsole }) => {
      await hint.runsCommands();
      expect(await awsConsole.weights()).toEqual({ blue: 100, green: 0 });
      return undefined;
    },
    // Now it says how to give the traffic back to green.
    leadsTo: 'blue-unhealthy',
  },
];
