import { buildCanaryProcess } from '../../src/octopus/process/process.ts';
import { importTemplate, type TemplateLibrary } from '../../src/rehearsal/template-library.ts';
import type { StepId } from '../../src/steps/step.ts';

/** Templates with the given script bodies, shaped as Octopus exports them. */
export function fixtureLibrary(bodies: Readonly<Partial<Record<StepId, string>>>): TemplateLibrary {
  const stepIds = Object.keys(bodies) as StepId[];
  return new Map(stepIds.map((stepId) => [stepId, importTemplate(stepId, fixtureTemplate(bodies[stepId] ?? ''))]));
}

/** One exported template with two parameters and the usual AWS properties. */
export function fixtureTemplate(body: string): string {
  return JSON.stringify({
    Name: 'Fixture',
    ActionType: 'Octopus.AwsRunScript',
    Version: 3,
    Properties: {
      'Octopus.Action.Script.Syntax': 'Bash',
      'Octopus.Action.Script.ScriptBody': body,
      'Octopus.Action.AwsAccount.Variable': '#{EcsCanary.AWS.Account}',
      'Octopus.Action.AwsAccount.UseInstanceRole': 'False',
      'Octopus.Action.Aws.Region': '#{EcsCanary.AWS.Region}',
      'Octopus.Action.Package.FeedId': null,
    },
    Parameters: [
      ...[...named].map(([Name, DefaultValue]) => ({ Name, DefaultValue })),
      ...others.map((name) => ({ Name: name, DefaultValue: null })),
    ],
  });
}

const named = new Map([
  ['EcsCanary.AWS.Account', ''],
  ['EcsCanary.AWS.Region', ''],
  ['EcsCanary.StackName', 'default-stack'],
]);

/** Whatever a generated process sets, and what tests and nights set besides. */
const others = [
  ...new Set([
    'EcsCanary.TimeoutMinutes',
    'EcsCanary.WatchMinutes',
    'EcsCanary.WhenWorse',
    ...[false, true].flatMap((ownTemplate) =>
      buildCanaryProcess({ ownTemplate }).steps.flatMap((step) =>
        step.kind === 'template' ? Object.keys(step.properties) : [],
      ),
    ),
  ]),
].filter((name) => !named.has(name));
