import { expect } from 'vitest';
import { addTestRule } from '../../../src/steps/add-test-rule/add-test-rule.ts';
import { prepareBlue } from '../../../src/steps/prepare-blue/prepare-blue.ts';
import { shiftTraffic } from '../../../src/steps/shift-traffic.ts';
import { addForeignGroup, addRule, ten } from './actions.ts';
import type { HintCase } from './hint-case.ts';

/** Refusals about listener rules. */
export const ruleCases: readonly HintCase[] = [
  {
    code: 'foreign-target-group',
    when: 'the production rule also forwards to a third group',
    arrange: addForeignGroup,
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint, { awsConsole }) => {
      hint.says('Set the weight of each such target group to 0 (or remove it from the rule)');
      await awsConsole.setWeights(100, 0);
      return undefined;
    },
  },
  {
    code: 'rule-to-green',
    when: "somebody's rule leads everybody to green",
    arrange: (scene) => addRule(scene, 'GreenTargetGroup', '3'),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint) => void (await hint.runsCommands()),
  },
  {
    code: 'rule-to-blue',
    when: "somebody's rule keeps users on blue, and they should move too",
    arrange: (scene) => addRule(scene, 'BlueTargetGroup', '4'),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint) => {
      await hint.runsCommands();
      return { 'EcsCanary.Parts': hint.reads(/add the line (ListenerRule=\S+) to EcsCanary\.Parts/) };
    },
  },
  {
    code: 'rule-to-blue',
    when: "somebody's rule keeps users on blue, and they should stay",
    arrange: (scene) => addRule(scene, 'BlueTargetGroup', '4'),
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: (hint) => hint.sets('EcsCanary.RulesOnBlue'),
  },
  {
    code: 'rule-to-blue',
    when: 'Prepare Blue would replace what users of such a rule get',
    arrange: async (scene) => {
      await addRule(scene, 'BlueTargetGroup', '4');
      await scene.awsConsole.setWeights(0, 100);
      await scene.awsConsole.tag('Green');
    },
    run: ({ world }, values) => world.run(prepareBlue, values),
    follow: (hint) => hint.sets('EcsCanary.RulesOnBlue'),
  },
  {
    code: 'priority-taken',
    when: 'somebody has the priority of the test rule',
    arrange: (scene) => addRule(scene, 'BlueTargetGroup', '5', '/elsewhere/*'),
    run: ({ world }, values) => world.run(addTestRule, values),
    follow: (hint) => {
      const free = hint.reads(/EcsCanary\.TestRulePriority to a free number below \d+, for example (\d+)/);
      return hint.sets('EcsCanary.TestRulePriority', free);
    },
  },
  {
    code: 'priority-taken',
    when: "the free number is before another service's rule",
    arrange: (scene) => addRule(scene, 'BlueTargetGroup', '5', '/elsewhere/*'),
    run: ({ world }, values) => world.run(addTestRule, values),
    follow: (hint) => hint.sets('EcsCanary.TestRulePriority', '4'),
    leadsTo: 'test-rule-unsafe',
  },
  {
    code: 'test-rule-unsafe',
    when: "the test rule would come before another service's rule",
    arrange: (scene) => addRule(scene, 'foreign', '7', '/other/*'),
    run: ({ world }, values) => world.run(addTestRule, values),
    follow: (hint) => {
      const above = Number(hint.reads(/a free number between (\d+) and \d+/));
      expect(above + 1).toBeLessThan(Number(hint.reads(/a free number between \d+ and (\d+)/)));
      return hint.sets('EcsCanary.TestRulePriority', String(above + 1));
    },
  },
  {
    code: 'canary-not-found',
    when: 'somebody removed green from the production rule',
    arrange: async ({ awsConsole }) => {
      const { BlueTargetGroup } = await awsConsole.outputs();
      await awsConsole.setActions([{ Type: 'forward', TargetGroupArn: BlueTargetGroup }]);
    },
    run: ({ world }, values) => world.run(shiftTraffic, { ...ten, ...values }),
    follow: async (hint) => void (await hint.runsCommands()),
  },
];
