import { expect, it } from 'vitest';
import { findGivenProblems } from '../../src/rehearsal/given-parameters.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';

const library = await loadTemplateLibrary('step-templates');

it('a parameter of any step may be given', () => {
  const names = ['TestRulePriority', 'TestHeader', 'MaxIncrease', 'IdleScalePercent', 'RulesOnBlue', 'Image'];
  expect(
    findGivenProblems(
      library,
      names.map((name) => `EcsCanary.${name}`),
    ),
  ).toEqual([]);
});

it('a name that no step has is refused, with those that are similar', () => {
  const [problem, other, ...more] = findGivenProblems(library, ['EcsCanary.TestRulePriorty', 'ecsCanary.Colour']);
  expect(problem).toMatch(
    /^No step has a parameter EcsCanary\.TestRulePriorty\. Similar: .*EcsCanary\.TestRulePriority/,
  );
  expect(other).toBe('No step has a parameter ecsCanary.Colour.');
  expect(more).toEqual([]);
});

it('parameters that only the watches have are refused without them, with the reason', () => {
  const names = ['EcsCanary.WatchMinutes', 'EcsCanary.TimeoutMinutes'];
  expect(findGivenProblems(library, names)).toEqual([]);
  expect(findGivenProblems(library, names, false)).toEqual([
    'EcsCanary.WatchMinutes belongs to the Watch steps, which --no-watch leaves out.',
  ]);
});

it.each(['GreenPercent', 'NextPercent', 'ApprovalStep', 'StackName', 'AWS.Region'])(
  '%s is set by the rehearsal',
  (name) => {
    expect(findGivenProblems(library, [`EcsCanary.${name}`])).toEqual([
      expect.stringContaining(`EcsCanary.${name} is set by the rehearsal itself: `),
    ]);
  },
);
