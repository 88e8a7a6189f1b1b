import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCanaryProcess, buildRunbooks } from '../../../../src/octopus/process/process.ts';
import {
  renderTerraformModule,
  type TerraformDefaults,
} from '../../../../src/octopus/process/terraform/process-terraform.ts';
import { renderTerraform } from '../../../../src/octopus/process/terraform/writer.ts';
import { readHcl } from '../ocl/hcl.ts';
import { nastyTexts, optionSets, processWith } from '../process-options.ts';
import { byName, type Module, readModule, readModuleProcess, readModuleRunbooks } from './module-reader.ts';

const render = (process = buildCanaryProcess(), defaults: TerraformDefaults = {}, runbooks = buildRunbooks()) =>
  renderTerraformModule(process, runbooks, defaults);

describe.each(optionSets)('with %s', (_, options) => {
  it('the module reads back to the same process and runbooks', async () => {
    const process = buildCanaryProcess(options);
    const runbooks = buildRunbooks(options);
    const module = await readModule(render(process, {}, runbooks));
    expect(readModuleProcess(module)).toEqual(byName(process));
    expect(new Set(readModuleRunbooks(module))).toEqual(new Set(runbooks));
  });
});

describe('any text', () => {
  // Terraform normalises every string, as HCL's specification demands.
  it.each(nastyTexts.map((text) => text.normalize('NFC')))('%j comes back from every place', async (nasty) => {
    const process = processWith(nasty);
    expect(readModuleProcess(await readModule(render(process)))).toEqual(byName(process));
  });

  it('comes back whatever it is', async () => {
    const pieces = fc.constantFrom('\n', ' ', '"', '\\', '${', '%{', '$', '%', '#{', '{', '\r', '\t', '\0', '\x7f');
    const text = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 })))
      .map((parts) => parts.join('').normalize('NFC'));
    await fc.assert(
      fc.asyncProperty(text, async (nasty) => {
        const module = renderTerraform([
          { type: 'locals', arguments: { text: nasty, list: [nasty], map: { 'a b': nasty } } },
        ]);
        expect(await readHcl(module)).toEqual({ locals: [{ text: nasty, list: [nasty], map: { 'a b': nasty } }] });
      }),
      { numRuns: 150 },
    );
  });
});

it('every resource, argument and reference is known to the provider or declared in the module', async () => {
  const text = render();
  const module = await readModule(text);
  for (const [type, instances] of Object.entries(module.resource)) {
    const known = providerArguments[type] ?? [];
    const used = Object.values(instances).flatMap(([resource]) => Object.keys(resource ?? {}));
    expect(used.filter((name) => !known.includes(name))).toEqual([]);
    expect(requiredOf(known).filter((name) => !used.includes(name))).toEqual([]);
  }
  expect([...text.matchAll(/\b(?:var|local)\.(\w+)/g)].map(([, name]) => name).filter(isUndeclared(module))).toEqual(
    [],
  );
  const addresses = [...text.matchAll(/\b(octopusdeploy_\w+)\.(\w+)[.[]/g)].map(([, type = '', name = '']) => [
    type,
    name,
  ]);
  expect(addresses.length).toBeGreaterThan(20);
  expect(addresses.filter(([type = '', name = '']) => module.resource[type]?.[name] === undefined)).toEqual([]);
});

it('the provider gets the space, for which it reads no environment variable', async () => {
  const module = await readModule(render());
  expect(module).toMatchObject({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: how the parser gives an expression.
    provider: { octopusdeploy: [{ space_id: '${var.space_id}' }] },
    variable: { space_id: [{ default: null }] },
  });
});

it('does not claim to replace a process: the provider adds steps to the existing one', async () => {
  const description = String((await readModule(render())).variable['project_id']?.[0]['description']);
  expect(description).not.toContain('replaced');
  expect(description).toContain('Use a project without steps');
});

it('what is given becomes the defaults of the variables', async () => {
  const placement = { workerPool: 'WorkerPools-3', container: { feed: 'Feeds-7', image: 'an/image:1' } };
  const teams = buildCanaryProcess({ responsibleTeams: ['Teams-1', 'Teams-2'] });
  const { variable } = await readModule(render(teams, { ...placement, projectId: 'Projects-9' }));
  const defaults = Object.fromEntries(Object.entries(variable).map(([name, [input]]) => [name, input?.['default']]));
  expect(defaults).toMatchObject({
    project_id: 'Projects-9',
    worker_pool_id: 'WorkerPools-3',
    container_feed_id: 'Feeds-7',
    container_image: 'an/image:1',
    responsible_team_ids: ['Teams-1', 'Teams-2'],
  });
});

// From docs/resources of the provider's 1.9.0; those marked are required.
const step = [
  'process_id!',
  'name!',
  'slug',
  'condition',
  'properties',
  'worker_pool_id',
  'container',
  'execution_properties',
];
const providerArguments: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    octopusdeploy_step_template: [
      'action_type!',
      'name!',
      'packages!',
      'parameters!',
      'properties!',
      'step_package_id!',
      'description',
      'for_each',
    ],
    octopusdeploy_variable: ['name!', 'type!', 'description', 'owner_id', 'value', 'for_each'],
    octopusdeploy_process: ['project_id!', 'runbook_id'],
    octopusdeploy_process_templated_step: [...step, 'template_id!', 'template_version!', 'parameters'],
    octopusdeploy_process_step: [...step, 'type!'],
    octopusdeploy_process_steps_order: ['process_id!', 'steps!'],
    octopusdeploy_runbook: ['name!', 'project_id!', 'description', 'default_guided_failure_mode'],
    octopusdeploy_project_scheduled_trigger: [
      ...['name!', 'project_id!', 'space_id!', 'description', 'timezone', 'count'],
      ...['run_runbook_action', 'cron_expression_schedule'],
    ],
  }).map(([type, names]) => [type, names.flatMap((name) => (name.endsWith('!') ? [name.slice(0, -1), name] : [name]))]),
);

function requiredOf(known: readonly string[]): string[] {
  return known.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1));
}

function isUndeclared({ variable, locals: [locals] }: Module): (name: string | undefined) => boolean {
  return (name = '') => variable[name] === undefined && (locals as object | undefined)?.[name as never] === undefined;
}
