import type { Parameter } from '../../parameters/parameters.ts';
import type { TemplateDeclaration } from '../../steps/step.ts';
import { homepage } from '../../version.ts';
import { shortHashOf } from './content-hash.ts';
import { programIn } from './payload.ts';
import { uuidOf } from './uuid.ts';
import { oldestNode } from './wrapper.ts';

/** The package version being built, and the day it was released (`2026-11-22`), which takes the place of an export date. */
export interface Release {
  readonly version: string;
  readonly date: string;
}

/** The step template as Octopus exports and imports it; its keys are in the order of an export. */
export function renderStepTemplate(step: TemplateDeclaration, scriptBody: string, release: Release): object {
  return {
    Id: uuidOf(`step-template/${step.id}`),
    Name: templateName(step),
    Description: describe(step, scriptBody, release.version),
    ActionType: actionType(step),
    Version: templateVersion(release.version),
    CommunityActionTemplateId: null,
    Packages: [],
    GitDependencies: [],
    Properties: templateProperties(step, scriptBody),
    Parameters: Object.values(step.parameters).map((parameter) => renderParameter(step, parameter)),
    StepPackageId: actionType(step),
    $Meta: {
      ExportedAt: `${release.date}T00:00:00.000Z`,
      // The server whose exports this shape was taken from.
      OctopusVersion: '2025.1.5319',
      Type: 'ActionTemplate',
    },
    LastModifiedBy: 'octopus-ecs-canary',
    Category: 'aws',
  };
}

/** Only what calls AWS needs an account; without one, an AWS script step fails before its script runs. */
function actionType({ actions }: TemplateDeclaration): string {
  return actions === undefined ? 'Octopus.Script' : 'Octopus.AwsRunScript';
}

/** The name in the step-template library. */
export function templateName(step: TemplateDeclaration): string {
  return `AWS ECS Canary - ${step.name}`;
}

/** The name of the file that operators import. */
export function templateFileName(step: TemplateDeclaration): string {
  return `aws-ecs-canary-${step.id}.json`;
}

/**
 * The template's version number: 1.2.3 becomes 10203, so it grows with every release.
 * Octopus counts imports on its own (https://github.com/OctopusDeploy/Issues/issues/9201), so the description names ours too.
 */
export function templateVersion(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major * 10_000 + minor * 100 + patch;
}

function describe(step: TemplateDeclaration, scriptBody: string, version: string): string {
  return [
    step.summary.trim(),
    `**Needs** bash, openssl and Node.js ${oldestNode} or newer. Choose a worker pool for the step and run it in an execution container with an image of \`octopusdeploy/worker-tools\`, which has all three.`,
    step.actions === undefined ? 'It needs no AWS account.' : describeActions(step.actions),
    `Version ${version} of ${product}, built from its \`scripts/${step.id}.ts\`. ${describeProgram(scriptBody)}`.trim(),
  ].join('\n\n');
}

function describeActions(actions: readonly string[]): string {
  const sorted = [...actions].sort().map((action) => `\`${action}\``);
  return `**IAM actions** that its AWS account or role needs: ${sorted.join(', ')}.`;
}

const product = homepage === undefined ? 'octopus-ecs-canary' : `[octopus-ecs-canary](${homepage})`;

function describeProgram(scriptBody: string): string {
  const program = programIn(scriptBody);
  if (program === undefined) return '';
  return `The SHA-256 of its program begins with \`${shortHashOf(program)}\`; \`docs/trust.md\` says how to check that.`;
}

/**
 * The properties of the action that a step template makes, the script body last.
 * @param consumedValue what Octopus itself consumes as the value of a parameter
 */
export function templateProperties(
  step: TemplateDeclaration,
  scriptBody: string,
  consumedValue: (parameter: Parameter) => string = ({ name }) => `#{${name}}`,
): Record<string, string> {
  const consumed = Object.values(step.parameters).flatMap((parameter) =>
    parameter.actionProperty === undefined ? [] : [[parameter.actionProperty, consumedValue(parameter)]],
  );
  return {
    OctopusUseBundledTooling: 'False',
    'Octopus.Action.RunOnServer': 'true',
    'Octopus.Action.Script.ScriptSource': 'Inline',
    'Octopus.Action.Script.Syntax': 'Bash',
    ...Object.fromEntries(consumed),
    'Octopus.Action.Script.ScriptBody': scriptBody,
  };
}

function renderParameter(step: TemplateDeclaration, parameter: Parameter): object {
  const { name, label, help, control, defaultValue, choices } = parameter;
  return {
    Id: uuidOf(`step-template/${step.id}/parameter/${name}`),
    Name: name,
    Label: label,
    HelpText: help,
    DefaultValue: defaultValue,
    DisplaySettings: {
      'Octopus.ControlType': control,
      ...(choices && {
        'Octopus.SelectOptions': choices.map(([value, choiceLabel]) => `${value}|${choiceLabel}`).join('\n'),
      }),
    },
  };
}
