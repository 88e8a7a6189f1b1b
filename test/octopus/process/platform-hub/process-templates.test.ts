import { describe, expect, it } from 'vitest';
import type { TemplateStep } from '../../../../src/octopus/process/definition.ts';
import { describeTemplates, placeholderTarget, renderProcessFiles } from '../../../../src/octopus/process/files.ts';
import { buildCanaryProcess, buildRunbooks, type ProcessOptions } from '../../../../src/octopus/process/process.ts';
import { isMissed } from '../../../../src/octopus/process/project-variables.ts';
import { placeholderReference } from '../../../../src/octopus/process/template-references.ts';
import { variablesReadBy } from '../../../../src/octopus/template/wrapper.ts';
import { parseParameters } from '../../../../src/parameters/parameters.ts';
import { createVariables, type Variables } from '../../../../src/rehearsal/substitution.ts';
import { steps as declarations } from '../../../../src/steps/index.ts';
import { approvalVariables, type StepDeclaration, systemVariables } from '../../../../src/steps/step.ts';
import { soundTemplate, soundValues } from '../../../support/sound-values.ts';
import { readOclAsHcl, toHcl } from '../ocl/hcl.ts';
import { readOcl } from '../ocl/ocl-reader.ts';
import { optionSets } from '../process-options.ts';
import { type ReadTemplate, type ReadTemplateStep, readTemplate } from './template-reader.ts';

const bodyOf = (id: string) => `# ${id}\necho '\n  ${id}\n\n'\n`;

/** Each template with the steps that it was made from. */
function templatesOf(options: Partial<ProcessOptions>) {
  const process = buildCanaryProcess(options);
  const runbooks = buildRunbooks(options);
  const templates = describeTemplates(placeholderReference, bodyOf);
  const files = renderProcessFiles('platform-hub', { process, runbooks }, { ...placeholderTarget, templates });
  const sources = [process, ...runbooks].map(({ steps }) => steps);
  return sources.map((steps, index) => {
    const { path = '', content = '' } = files[index] ?? {};
    return { path, content, template: readTemplate(content), steps, variables: process.projectVariables };
  });
}

const cases = optionSets.flatMap(([name, options]) =>
  templatesOf(options).map((made) => ({ ...made, title: `${made.path} with ${name}` })),
);

describe.each(cases)('$title', ({ content, template, steps, variables }) => {
  const declared = new Set(template.parameters.map(({ name }) => name));

  it('has the steps of the process, in their order, with their conditions', () => {
    expect(template.steps.map(({ name, slug }) => [name, slug])).toEqual(steps.map(({ name, slug }) => [name, slug]));
    expect(template.steps.map(conditionOf)).toEqual(
      steps.map(({ condition }) => [condition.kind, condition.kind === 'variable' ? inside(condition.expression) : '']),
    );
  });

  it('is the same to an HCL parser', async () => {
    expect(await readOclAsHcl(content)).toEqual(toHcl(readOcl(content, '\n')));
  });

  it('every expression is a system variable, a parameter or an output of a step before', () => {
    const known = new Set<string>([...systemVariables, ...declared]);
    template.steps.forEach((step, index) => {
      const texts = [step.expression, ...Object.values(step.properties), ...Object.values(step.place).map(String)];
      expect(texts.flatMap(namesIn).filter((name) => !known.has(name))).toEqual([]);
      for (const output of outputsOf(steps[index]))
        known.add(`Octopus.ProcessTemplate.Action[${step.name}].Output.${output}`);
    });
  });

  it('every parameter is used', () => {
    const used = new Set(
      template.steps.flatMap((step, index) => [
        ...[...Object.values(step.properties), ...Object.values(step.place).map(String)].flatMap(namesIn),
        step.properties['Octopus.Action.AwsAccount.Variable'],
        ...(isScript(steps[index]) ? variablesReadBy(declarationOf(steps[index])) : []),
      ]),
    );
    expect([...declared].filter((name) => !used.has(name))).toEqual([]);
  });

  it('no parameter is also a property of a step, and none stands for values that differ', () => {
    for (const { properties } of template.steps)
      for (const name of declared) expect(properties).not.toHaveProperty([name]);
    for (const name of declared) {
      const given = steps.flatMap((step) => (step.kind === 'template' ? [step.properties[name]] : []));
      expect(new Set(given.filter((value) => value !== undefined)).size, name).toBeLessThanOrEqual(1);
    }
  });

  it('gives every step what it requires', () => {
    template.steps.forEach((step, index) => {
      const source = steps[index];
      if (!isScript(source)) return;
      const { parameters } = declarationOf(source);
      const values = valuesIn(template, step);
      expect(() => parseParameters(parameters, (name) => values.get(name))).not.toThrow();
    });
  });

  it('what a project may leave out are its optional variables, and what has no value there is asked for', () => {
    const own = new Map(variables.map((variable) => [`Ecs${variable.name}`, variable]));
    const ofProject = template.parameters.filter(({ name }) => own.has(name));
    expect(ofProject.length).toBeGreaterThan(3);
    for (const { name, isOptional } of ofProject)
      expect(isOptional, name).toBe(!isMissed(own.get(name)?.name ?? '', []));
  });

  it('has only controls that Octopus knows, and no defaults where it allows none', () => {
    for (const { name, control, defaultValue, options, help } of template.parameters) {
      expect(controls, name).toContain(control);
      if (withoutDefault.includes(control)) expect(defaultValue).toBeUndefined();
      expect(options.length > 0, name).toBe(control === 'Select');
      if (control === 'Select') expect(options.map((option) => option.split('|')[0])).toContain(defaultValue);
      expect(help, name).not.toMatch(/(?<!Ecs)Canary\./);
    }
  });

  it('the scripts are those of the step templates, and run where the parameters say', () => {
    template.steps.forEach((step, index) => {
      const source = steps[index];
      if (!isScript(source)) return;
      expect(step.actionType).toBe('Octopus.AwsRunScript');
      expect(step.properties['Octopus.Action.Script.ScriptBody']).toBe(bodyOf(source.stepId));
      expect(step.properties['Octopus.Action.Script.ScriptSource']).toBe('Inline');
      expect(step.place).toEqual({
        feed: '#{EcsCanary.ContainerFeed}',
        image: '#{EcsCanary.ContainerImage}',
        workerPool: '#{EcsCanary.WorkerPool}',
      });
    });
  });
});

it('there are three templates, each with the name of its file', () => {
  expect(templatesOf({}).map(({ path, template }) => [path, template.name])).toEqual([
    ['process-templates/aws-ecs-canary.ocl', 'Deploy Process - AWS ECS Canary'],
    ['process-templates/aws-ecs-canary-roll-back.ocl', 'Runbook - AWS ECS Roll Back Canary'],
    ['process-templates/aws-ecs-canary-guard.ocl', 'Runbook - AWS ECS Guard Canary'],
  ]);
});

it('nobody can leave out an approval or the rollback, and the teams of the project approve', () => {
  const [canary] = templatesOf({ responsibleTeams: ['somebody-else'] });
  const required = canary?.template.steps.filter(({ isRequired }) => isRequired) ?? [];
  expect(required.map(({ name }) => name)).toEqual(['Approve 10%', 'Approve 50%', 'Approve Promotion', 'Rollback']);
  for (const { properties } of required.slice(0, 3)) {
    expect(properties['Octopus.Action.Manual.ResponsibleTeamIds']).toBe('#{EcsCanary.ApprovalTeams}');
    expect(properties['Octopus.Action.Manual.BlockConcurrentDeployments']).toBe('True');
  }
});

it('Octopus gets the name of the account parameter, and the session of an assumed role names the run', () => {
  for (const { template } of templatesOf({}))
    for (const { actionType, properties } of template.steps) {
      if (actionType === 'Octopus.Manual') continue;
      expect(properties['Octopus.Action.AwsAccount.Variable']).toBe('EcsCanary.AWS.Account');
      expect(properties['Octopus.Action.Aws.Region']).toBe('#{EcsCanary.AWS.Region}');
      expect(properties['Octopus.Action.Aws.AssumedRoleSession']).toMatch(/^octopus-ecs-canary-#\{Octopus\.\w+\.Id\}$/);
      expect(Object.values(properties)).not.toContain('');
    }
});

it('a Guard retreats unless a project says otherwise', () => {
  const guard = templatesOf({})[2]?.template;
  const defaults = new Map(guard?.parameters.map(({ name, defaultValue }) => [name, defaultValue]));
  expect(defaults.get('EcsCanary.WhenWorse')).toBe('Retreat');
  expect(defaults.get('EcsCanary.WatchMinutes')).toBe('0');
  expect(defaults.has('EcsCanary.ApprovalTeams')).toBe(false);
});

it('what the approver reads, and when steps run, follows the names inside the template', () => {
  const gate = templatesOf({})[0]?.template.steps.find(({ name }) => name === 'Approve 50%');
  const watched = [
    ['Octopus.Release.Number', '1.2.3'],
    ['Octopus.ProcessTemplate.Action[Watch at 10%].Output.Summary', '| all | well |'],
    ['Octopus.ProcessTemplate.Action[Watch at 10%].Output.GreenPercent', '2.5'],
    ['Octopus.ProcessTemplate.Action[Add Test Rule].Output.TestUrl', 'http://test.example/'],
  ] as const;
  const variables = createVariables(watched);
  const text = variables.evaluate(gate?.properties['Octopus.Action.Manual.Instructions'] ?? '');
  for (const shown of ['| all | well |', 'Green had 2.5% before this approval', 'http://test.example/'])
    expect(text).toContain(shown);
  expect(text).not.toContain('#{');
  const first = 'Octopus.ProcessTemplate.Action[Prepare Blue].Output.FirstDeployment';
  expect(variables.holds(gate?.expression ?? '')).toBe(true);
  expect(createVariables([[first, 'True']]).holds(gate?.expression ?? '')).toBe(false);
  expect(createVariables([['Octopus.Deployment.Error', 'it failed']]).holds(gate?.expression ?? '')).toBe(false);
});

const controls = [
  ...['SingleLineText', 'MultiLineText', 'Select', 'Checkbox', 'AmazonWebServicesAccount'],
  ...['WorkerPool', 'Feed', 'Teams'],
];
const withoutDefault = ['WorkerPool', 'Feed', 'Teams'];

function conditionOf({ condition, expression }: ReadTemplateStep) {
  return [condition.toLowerCase(), expression];
}

function inside(text: string): string {
  return text
    .replaceAll('#{Octopus.Action[', '#{Octopus.ProcessTemplate.Action[')
    .replaceAll(' Octopus.Action[', ' Octopus.ProcessTemplate.Action[');
}

/** The variables that the expressions in a text name. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/#\{([^{}]*)\}/g)].flatMap(([, inner = '']) => {
    const name = inner.replace(/^(if|unless) /, '').replace(/ [=!]= ".*"$/, '');
    return /^(else|\/if|\/unless)$/.test(name) ? [] : [name];
  });
}

function isScript(step: unknown): step is TemplateStep {
  return (step as TemplateStep | undefined)?.kind === 'template';
}

function declarationOf({ stepId }: TemplateStep): StepDeclaration {
  return declarations.find(({ id }) => id === stepId) as StepDeclaration;
}

function outputsOf(step: unknown): readonly string[] {
  return isScript(step) ? Object.keys(declarationOf(step).outputs) : approvalVariables;
}

/** What a script reads: the parameters of a project that gives little more than it must, and the properties of its action. */
function valuesIn({ parameters }: ReadTemplate, { properties }: ReadTemplateStep): Variables {
  const asked = parameters
    .filter(({ name, isOptional }) => !isOptional || name === 'EcsCanary.LoadBalancerArn')
    .map(({ name, defaultValue }) => [name, defaultValue ?? soundTemplate[name] ?? soundValues[name] ?? ''] as const);
  return createVariables([['Octopus.Release.Number', '1.2.3'], ...asked, ...Object.entries(properties)]);
}
