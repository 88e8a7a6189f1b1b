import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { packTightly } from '../../../src/octopus/template/payload.ts';
import { renderStepTemplate, templateFileName, templateVersion } from '../../../src/octopus/template/step-template.ts';
import { renderScriptBody } from '../../../src/octopus/template/wrapper.ts';
import { setUpProject } from '../../../src/set-up/set-up-project.ts';
import { fixtureStep } from './fixture-step.ts';
import { libraryRules, reviewRules } from './library-rules.ts';
import { ownRules } from './own-rules.ts';
import type { FolderFile, Template } from './template-folder.ts';

const release = { version: '1.2.3', date: '2026-11-22' };
const rules = [...libraryRules, ...reviewRules, ...ownRules];

function render(): Template {
  const body = renderScriptBody(fixtureStep, Buffer.from('1'), release.version);
  return renderStepTemplate(fixtureStep, body, release) as Template;
}

function fileOf(template: unknown, name = templateFileName(fixtureStep)): FolderFile {
  return { name, text: `${JSON.stringify(template, null, 2)}\n` };
}

it.each(rules)('a rendered template keeps the rule: $name', ({ faults }) => {
  expect(faults([fileOf(render())])).toEqual([]);
});

it('the keys are those of an export, in its order', () => {
  expect(Object.keys(render()).join(' ')).toBe(
    'Id Name Description ActionType Version CommunityActionTemplateId Packages GitDependencies Properties Parameters StepPackageId $Meta LastModifiedBy Category',
  );
});

it('Octopus takes account, region and roles from our parameters', () => {
  expect(render().Properties).toMatchObject({
    'Octopus.Action.AwsAccount.Variable': '#{EcsCanary.AWS.Account}',
    'Octopus.Action.AwsAccount.UseInstanceRole': '#{EcsCanary.AWS.UseInstanceRole}',
    'Octopus.Action.Aws.Region': '#{EcsCanary.AWS.Region}',
    'Octopus.Action.Aws.AssumeRole': '#{EcsCanary.AWS.AssumeRole}',
    'Octopus.Action.Aws.AssumedRoleArn': '#{EcsCanary.AWS.AssumedRoleArn}',
    'Octopus.Action.Aws.AssumedRoleSession': '#{EcsCanary.AWS.AssumedRoleSession}',
    'Octopus.Action.Aws.AssumeRoleSessionDurationSeconds': '#{EcsCanary.AWS.AssumeRoleSessionDurationSeconds}',
    'Octopus.Action.Aws.AssumeRoleExternalId': '#{EcsCanary.AWS.AssumeRoleExternalId}',
  });
});

it('what calls nothing of AWS is a plain script step, which runs without an account', () => {
  const body = renderScriptBody(setUpProject, Buffer.from('1'), release.version, packTightly);
  const template = renderStepTemplate(setUpProject, body, release) as Template;
  expect(rules.flatMap(({ faults }) => faults([fileOf(template, templateFileName(setUpProject))]))).toEqual([]);
  expect(template).toMatchObject({ ActionType: 'Octopus.Script', StepPackageId: 'Octopus.Script' });
  expect(Object.keys(template.Properties).filter((name) => name.includes('Aws'))).toEqual([]);
});

it('ids repeat from build to build and differ between steps', () => {
  const other = renderStepTemplate({ ...fixtureStep, id: 'promote' }, '', release) as Template;
  expect(render().Id).toBe(render().Id);
  expect(other.Id).not.toBe(render().Id);
  expect(other.Parameters[0]?.Id).not.toBe(render().Parameters[0]?.Id);
});

it('the description has version, source and the beginning of the hash of the program', () => {
  const hash = createHash('sha256').update('1').digest('hex').slice(0, 12);
  expect(render().Description).toMatch(
    /Version 1\.2\.3 of .*octopus-ecs-canary.*, built from its `scripts\/shift-traffic\.ts`/,
  );
  expect(render().Description).toContain(`The SHA-256 of its program begins with \`${hash}\``);
});

it('the version grows with the release', () => {
  const versions = ['0.1.0', '0.1.1', '0.2.0', '1.0.0', '1.10.2'].map(templateVersion);
  expect(versions).toEqual([100, 101, 200, 10_000, 11_002]);
});

type Change = (template: Record<string, never> & Template) => unknown;
const spoilt: readonly [rule: string, change: Change][] = [
  ['LastModifiedBy is there', (t) => ({ ...t, LastModifiedBy: undefined })],
  ['$Meta.ExportedAt is there', (t) => ({ ...t, $Meta: {} })],
  ['the name has 1 to 200 characters', (t) => ({ ...t, Name: 'x'.repeat(201) })],
  ['the id is a GUID', (t) => ({ ...t, Id: 'Templates-1' })],
  ['the id is no placeholder', (t) => ({ ...t, Id: '00000000-0000-0000-0000-000000000000' })],
  ['packages name no feed', (t) => ({ ...t, Packages: [{ FeedId: 'feeds-builtin' }] })],
  ['packages have ids', (t) => ({ ...t, Packages: [{ FeedId: null }] })],
  ['the name reads "Noun - Verb"', (t) => ({ ...t, Name: 'Shift' })],
  ['parameter names start with our prefix', changeParameter({ Name: 'StackName' })],
  ['parameter names do not start with $', changeParameter({ Name: '$x' })],
  ['every parameter has help', changeParameter({ HelpText: '' })],
  ['default values are text', changeParameter({ DefaultValue: true })],
  ['the category has a logo in the library', (t) => ({ ...t, Category: 'ecs' })],
  ['it has the shape of an export', (t) => ({ ...t, Version: '1' })],
  ['it has the shape of an export', changeProperty('Octopus.Action.Aws.AssumeRole', true)],
  ['it has the shape of an export', changeParameter({ DisplaySettings: { 'Octopus.ControlType': 'Teams' } })],
  ['it has the shape of an export', changeSettings('Select', 'a')],
  ['ids are UUIDs of names', changeParameter({ Id: '2f5f8b7b-5deb-45a9-966b-bf52c6e7976c' })],
  ['the ids of its parameters differ', (t) => ({ ...t, Parameters: [t.Parameters[0], t.Parameters[0]] })],
  ['the names and labels of its parameters differ', changeParameter({ Label: 'AWS region' })],
  ['a default is one of the choices', changeSettings('Select', 'a|A')],
  ['a default is one of the choices', changeSettings('Checkbox', undefined)],
  ['properties are bound to parameters that exist', changeProperty('Octopus.Action.Aws.Region', '#{Region}')],
  ['Octopus finds nothing to substitute in the script', changeBody('#{x}')],
  ['Octopus need not decrypt all variables', changeBody('octopus_parameters[')],
  ['the script is ASCII with line feeds', changeBody('\r\n')],
  ['the script carries its program', changeBody('echo hello')],
  ['the script reads every parameter that Octopus does not consume', changeBody('for name in a; do')],
  ['the description says what a worker needs', (t) => ({ ...t, Description: 'Shifts.' })],
  ['the account parameter warns of its trap', changeParameter({ HelpText: 'The account.' })],
];

describe('a spoilt template is noticed', () => {
  it.each(spoilt)('%s', (name, change) => {
    const files = [fileOf(change(render() as never))];
    const noticed = rules.filter((rule) => rule.name === name).flatMap(({ faults }) => faults(files));
    expect(noticed).toEqual(['aws-ecs-canary-shift-traffic.json']);
  });

  it.each([
    [
      'every template is JSON without a byte-order mark',
      [
        { name: 'a.json', text: '\ufeff{}' },
        { name: 'b.json', text: '{' },
      ],
      2,
    ],
    ['names are unique', [fileOf({ Name: 'a' }), fileOf({ Name: 'a' })], 1],
    ['ids are unique', [fileOf({ Id: 'a' }), fileOf({ Id: 'a' })], 1],
    ['the folder holds nothing but templates, script bodies, logos and tests', [{ name: 'a.txt', text: '' }], 1],
    ['logos are PNG files', [{ name: 'logos/aws.svg', text: '' }], 1],
    ['the file is named after the template', [fileOf(render(), 'shift.json')], 1],
    ['files are two-space JSON with line feeds and a final one', [{ name: 'a.json', text: '{}' }], 1],
  ] as const)('%s', (name, files, count) => {
    expect(rules.find((rule) => rule.name === name)?.faults(files)).toHaveLength(count);
  });

  it('each rule has a template that breaks it', () => {
    const folderRules = 7;
    expect(new Set(spoilt.map(([name]) => name)).size + folderRules).toBe(rules.length);
  });
});

function changeParameter(change: object): Change {
  return (t) => ({ ...t, Parameters: t.Parameters.map((one, index) => (index === 0 ? { ...one, ...change } : one)) });
}

function changeSettings(control: string, options: string | undefined): Change {
  const settings = { 'Octopus.ControlType': control, 'Octopus.SelectOptions': options };
  return changeParameter({ DefaultValue: 'b', DisplaySettings: settings });
}

function changeProperty(name: string, value: unknown): Change {
  return (t) => ({ ...t, Properties: { ...t.Properties, [name]: value } });
}

function changeBody(body: string): Change {
  return changeProperty('Octopus.Action.Script.ScriptBody', body);
}
