import { describe, expect, it } from 'vitest';
import type { ProcessStep } from '../../../src/octopus/process/definition.ts';
import { describeTemplates } from '../../../src/octopus/process/files.ts';
import { type RestStep, renderProcessSteps, renderRunbookSteps } from '../../../src/octopus/process/json.ts';
import { buildCanaryProcess, buildRunbooks } from '../../../src/octopus/process/process.ts';
import type { StepId } from '../../../src/steps/step.ts';
import { readCondition, readManual } from './ocl/process-reader.ts';
import { optionSets } from './process-options.ts';

const templates = describeTemplates(
  (step) => ({ id: `ActionTemplates-${step}`, version: 4 }),
  (step) => `echo ${step}`,
);

describe.each(optionSets)('with %s', (_, options) => {
  it('the body reads back to the same steps', () => {
    const process = buildCanaryProcess(options);
    expect(renderProcessSteps(process, templates).map(readStep)).toEqual(process.steps);
  });
});

it('a step from a template copies its action type and properties, and the parameters on top', () => {
  const [prepare] = renderProcessSteps(buildCanaryProcess(), templates);
  expect(prepare?.Actions[0]).toMatchObject({ ActionType: 'Octopus.AwsRunScript', Packages: [], GitDependencies: [] });
  expect(prepare?.Actions[0].Properties).toMatchObject({
    'Octopus.Action.Script.ScriptBody': 'echo prepare-blue',
    'Octopus.Action.Aws.Region': '#{EcsCanary.AWS.Region}',
    'Octopus.Action.Template.Id': 'ActionTemplates-prepare-blue',
    'Octopus.Action.Template.Version': '4',
    'EcsCanary.AWS.Region': '#{Canary.AWS.Region}',
  });
});

it('worker pool and container are for the steps that run a script', () => {
  const placement = { workerPool: 'WorkerPools-1', container: { feed: 'Feeds-2', image: 'an/image:1' } };
  const places = renderProcessSteps(buildCanaryProcess(), templates, placement).map(({ Actions: [action] }) => [
    action.ActionType,
    action.WorkerPoolId,
    action.Container,
  ]);
  expect(places).toContainEqual(['Octopus.Manual', null, { FeedId: null, Image: null }]);
  expect(places).toContainEqual(['Octopus.AwsRunScript', 'WorkerPools-1', { FeedId: 'Feeds-2', Image: 'an/image:1' }]);
  expect(new Set(places.map((place) => JSON.stringify(place))).size).toBe(2);
});

it.each(buildRunbooks())('the runbook $name has one step, which comes back', (runbook) => {
  expect(renderRunbookSteps(runbook, templates).map(readStep)).toEqual(runbook.steps);
  expect(runbook.steps).toHaveLength(1);
});

function readStep({ Name, Slug, Condition, Properties, Actions: [action] }: RestStep): ProcessStep {
  const shared = { name: Name, slug: Slug, condition: readCondition(Condition, Properties) };
  const properties = action.Properties as Readonly<Record<string, string>>;
  if (action.ActionType === 'Octopus.Manual') return { kind: 'manual', ...shared, ...readManual(properties) };
  const own = Object.entries(properties).filter(([name]) => name.startsWith('EcsCanary.'));
  const stepId = properties['Octopus.Action.Template.Id']?.replace('ActionTemplates-', '') as StepId;
  return { kind: 'template', stepId, ...shared, properties: Object.fromEntries(own) };
}
