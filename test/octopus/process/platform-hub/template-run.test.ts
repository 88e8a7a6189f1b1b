import { expect, it } from 'vitest';
import type { ProcessStep, RunCondition } from '../../../../src/octopus/process/definition.ts';
import { describeTemplates, placeholderTarget, renderProcessFiles } from '../../../../src/octopus/process/files.ts';
import { buildCanaryProcess, buildRunbooks } from '../../../../src/octopus/process/process.ts';
import { placeholderReference } from '../../../../src/octopus/process/template-references.ts';
import { renderScriptBody } from '../../../../src/octopus/template/wrapper.ts';
import type { ApprovalQuestion, DeploymentRequest } from '../../../../src/rehearsal/deployment.ts';
import { runDeployment } from '../../../../src/rehearsal/runner.ts';
import type { StepTemplate } from '../../../../src/rehearsal/template-library.ts';
import { steps as declarations } from '../../../../src/steps/index.ts';
import type { StepDeclaration, StepId } from '../../../../src/steps/step.ts';
import { type ReadTemplateStep, readTemplate } from './template-reader.ts';

/** Reports what it reads, and sets the outputs that later steps use; Prepare Blue and Shift Traffic can be told to differ. */
const program = `
const fs = require("node:fs"), path = require("node:path");
const dir = process.env.ECS_CANARY_INPUTS;
const fromFiles = () => Object.fromEntries(fs.readdirSync(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), "utf8")]));
const read = Object.fromEntries(Object.entries(global.ecsCanaryInputs ?? fromFiles()).map(([name, value]) => [name, value.trim()]));
const set = (name, value) => console.log("##octopus[setVariable name='" + btoa(name) + "' value='" + btoa(value) + "']");
console.log("READ" + JSON.stringify(read));
set("FirstDeployment", read["EcsCanary.StackName"] === "new" ? "True" : "False");
set("Summary", "summary of " + read["Octopus.Action.Name"]);
set("GreenPercent", read["EcsCanary.GreenPercent"] || "7");
set("Evidence", "evidence of " + read["Octopus.Action.Name"]);
set("TestUrl", "http://test.example/");
if (read["Approval.Manual.Notes"] === "/rollback") process.exitCode = 1;`;

interface Deployment {
  readonly stack?: string;
  readonly decide?: DeploymentRequest['decide'];
}

/** Deploys through the process template, as a project that sets the parameters which have no default. */
async function deployThroughTemplate({ stack = 'shop', decide = proceed }: Deployment = {}) {
  const parameters = readParameters(stack);
  const read = new Map<string, Readonly<Record<string, string>>>();
  const { steps } = await runDeployment({
    process: { steps: template.steps.map(toProcessStep), projectVariables: [] },
    library,
    release: '1.2.3',
    variables: parameters,
    environment: {},
    decide,
    observer: {
      line: (step, _level, text) => {
        if (text.startsWith('READ')) read.set(step.name, JSON.parse(text.slice(4)));
      },
      // The runner knows the names of outputs outside a template; inside, they have these.
      stepFinished: ({ step, outputs }) => {
        for (const [name, value] of Object.entries(outputs))
          parameters[`Octopus.ProcessTemplate.Action[${step.name}].Output.${name}`] = value;
      },
    },
  });
  return { read, statuses: Object.fromEntries(steps.map(({ step, status }) => [step.name, status])) };
}

const proceed = async () => ({ proceed: true, notes: '' });

const bodies = new Map(
  declarations.map((step) => [step.id, renderScriptBody(step, Buffer.from(program), '1.2.3')] as const),
);
const whole = { process: buildCanaryProcess(), runbooks: buildRunbooks() };
const [file] = renderProcessFiles('platform-hub', whole, {
  ...placeholderTarget,
  templates: describeTemplates(placeholderReference, (id) => bodies.get(id) ?? ''),
});
const template = readTemplate(file.content);

it('every step runs, reads the parameters of the project, and what the process says of it alone', async () => {
  const { read, statuses } = await deployThroughTemplate();
  expect(statuses).toMatchObject({ Promote: 'succeeded', Rollback: 'skipped' });
  expect([...read.keys()]).toHaveLength(8);
  for (const values of read.values()) {
    expect(values).toMatchObject({ 'EcsCanary.StackName': 'shop', 'EcsCanary.TimeoutMinutes': '45' });
    expect(JSON.stringify(values)).not.toContain('#{');
  }
  expect(read.get('Shift to 50%')).toMatchObject({
    'EcsCanary.GreenPercent': '50',
    'EcsCanary.Evidence': 'evidence of Watch at 10%',
    'Approval.Manual.Approved': 'True',
  });
  expect(read.get('Watch at 10%')).toMatchObject({ 'EcsCanary.NextPercent': '50', 'EcsCanary.WhenWorse': 'Ask' });
  expect(read.get('Deploy Stack')).toMatchObject({ 'EcsCanary.Environment': 'APPVERSION=1.2.3' });
});

it('the approver reads what the steps before wrote, and a note reaches the step that it is for', async () => {
  const questions: ApprovalQuestion[] = [];
  const { read, statuses } = await deployThroughTemplate({
    decide: async (question) => {
      questions.push(question);
      return { proceed: true, notes: question.step.name === 'Approve 50%' ? '/rollback' : '' };
    },
  });
  expect(questions.map(({ step }) => step.name)).toEqual(['Approve 10%', 'Approve 50%']);
  expect(questions[1]?.instructions).toContain('summary of Watch at 10%');
  expect(questions.map(({ instructions }) => instructions).join()).not.toContain('#{');
  expect(read.get('Shift to 10%')).toMatchObject({ 'Approval.Manual.Notes': '' });
  expect(read.get('Shift to 50%')).toMatchObject({ 'Approval.Manual.Notes': '/rollback' });
  expect(statuses).toMatchObject({ 'Shift to 50%': 'failed', 'Approve Promotion': 'skipped', Rollback: 'succeeded' });
  expect(read.get('Rollback')).toMatchObject({ 'EcsCanary.Evidence': 'evidence of Watch at 10%' });
});

it('a first deployment ends after Deploy Stack, and asks nobody', async () => {
  const { statuses } = await deployThroughTemplate({ stack: 'new', decide: () => Promise.reject(new Error('asked')) });
  expect(Object.values(statuses).filter((status) => status !== 'skipped')).toHaveLength(2);
});

const library: ReadonlyMap<StepId, StepTemplate> = new Map(
  declarations.map((step) => [step.id, installedFrom(step)] as const),
);

/** What Octopus knows of a script: the properties of its action, and no template to take others from. */
function installedFrom(declaration: StepDeclaration): StepTemplate {
  const own = template.steps.filter(({ properties }) => bodyOf(properties) === bodies.get(declaration.id));
  const properties = Object.entries(own[0]?.properties ?? {}).filter(([name]) => !name.startsWith('EcsCanary.'));
  const names = own.flatMap((step) => Object.keys(step.properties)).filter((name) => name.startsWith('EcsCanary.'));
  const parameters = Object.fromEntries(names.map((name) => [name, '']));
  return { name: declaration.name, version: 0, parameters, properties: Object.fromEntries(properties) };
}

function toProcessStep({ name, slug, properties, condition, expression }: ReadTemplateStep): ProcessStep {
  const shared = { name, slug, condition: { kind: condition.toLowerCase(), expression } as RunCondition };
  const stepId = [...bodies].find(([, body]) => body === bodyOf(properties))?.[0];
  if (stepId === undefined) {
    const instructions = properties['Octopus.Action.Manual.Instructions'] ?? '';
    return { ...shared, kind: 'manual', instructions, responsibleTeams: [], blockConcurrentDeployments: true };
  }
  const own = Object.entries(properties).filter(([key]) => key.startsWith('EcsCanary.'));
  return { ...shared, kind: 'template', stepId, properties: Object.fromEntries(own) };
}

function bodyOf(properties: Readonly<Record<string, string>>): string | undefined {
  return properties['Octopus.Action.Script.ScriptBody'];
}

function readParameters(stack: string): Record<string, string> {
  const given = template.parameters.flatMap(({ name, defaultValue }) =>
    defaultValue === undefined ? [] : [[name, defaultValue]],
  );
  return {
    ...Object.fromEntries(given),
    'EcsCanary.StackName': stack,
    'EcsCanary.AWS.Region': 'eu-west-1',
    'EcsCanary.AWS.Account': 'Accounts-1',
    'EcsCanary.Environment': 'APPVERSION=#{Octopus.Release.Number}',
    'EcsCanary.AWS.Account.AccessKey': 'AKIA',
    'EcsCanary.AWS.Account.SecretKey': 'secret',
  };
}
