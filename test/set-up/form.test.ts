import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import type { Parameter } from '../../src/parameters/parameters.ts';
import { routes } from '../../src/rehearsal/octopus-server/routes.ts';
import { setUpParameters } from '../../src/set-up/parameters.ts';
import { setUpProject } from '../../src/set-up/set-up-project.ts';
import { stepWording } from '../../src/set-up/wording.ts';
import { setSetUpScene, shop } from './set-up-scene.ts';

const fields: readonly Parameter[] = Object.values(setUpProject.parameters);

it('the form begins with what is required, and ends with what few people set', () => {
  const [first, ...others] = fields;
  expect(first?.help).toMatch(/ Required\.$/);
  expect(() => first?.parse('')).toThrow('a value is required');
  for (const { parse, defaultValue, help } of others) {
    expect(() => parse(defaultValue)).not.toThrow();
    expect(help).not.toContain('Required.');
  }
  const advanced = fields.map(({ label }) => label.startsWith('Advanced: '));
  expect(advanced).toEqual(advanced.toSorted());
});

it('the key is hidden, and the dry run is the default', () => {
  expect(setUpParameters.apiKey).toMatchObject({ control: 'Sensitive', defaultValue: '' });
  expect(setUpParameters.dryRun).toMatchObject({ control: 'Checkbox', defaultValue: 'True' });
  for (const [typed, dry] of [
    ['', true],
    [' ', true],
    ['\n', true],
    ['True', true],
    [' false ', false],
  ] as const)
    expect(setUpParameters.dryRun.parse(typed)).toBe(dry);
});

it.each(fields)('$name has a short help with an example', ({ help, control }) => {
  expect(help.length).toBeLessThanOrEqual(300);
  if (control !== 'Checkbox') expect(help).toContain('for example');
});

it.each([
  ['weights', '10, 50', [10, 50]],
  ['weights', '2.5', [2.5]],
  ['teams', 'A, B', ['A', 'B']],
  ['variables', ' Canary.X = a = b \r\n\nCanary.Y=', { 'Canary.X': 'a = b', 'Canary.Y': '' }],
  ['variables', 'Canary.Image=shop:#{Octopus.Release.Number}', { 'Canary.Image': 'shop:#{Octopus.Release.Number}' }],
  ['project', '  ', undefined],
] as const)('%s reads %j', (key, raw, value) => {
  expect(setUpParameters[key].parse(raw)).toEqual(value);
});

it.each([
  ['weights', '', 'a value is required'],
  ['weights', '50,10', 'does not ascend'],
  ['weights', '10,100', '"100" is not a number from 0.1 to 99.9'],
  ['variables', 'a=1\n=2', 'line 2: it does not have the form NAME=value.'],
  ['variables', 'a=1\na=2', 'line 2: "a" is given twice.'],
  ['apiKey', '#{Canary.ApiKey}', 'it still contains #{Canary.ApiKey}'],
] as const)('%s refuses %j', (key, raw, problem) => {
  expect(() => setUpParameters[key].parse(raw)).toThrow(problem);
});

it('messages name only fields that the form has', () => {
  const texts = JSON.stringify([stepWording, stepWording.without('Canary.X')]);
  const named = texts.match(/EcsCanary\.[\w.]*\w/g) ?? [];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !fields.some((field) => field.name === name))).toEqual([]);
});

it('the permissions that the documentation names are enough', async () => {
  const page = readFileSync(`${projectDirectory}docs/set-up-project.md`, 'utf8');
  const named = /permissions in the space: (.*?)\. The log/.exec(page)?.[1]?.split(/, | and /) ?? [];
  const denied = routes.map(({ permission }) => permission).filter((permission) => !named.includes(permission));
  expect(named.length).toBeGreaterThan(15);
  expect(denied).toContain('ReleaseCreate');
  const { setUp } = await setSetUpScene({ denied });
  const names = { Account: 'AWS rehearsal', WorkerPool: 'Default Worker Pool', Teams: 'Release managers' };
  const values = [
    'AWS.Region',
    'StackName',
    'Image',
    'Cluster',
    'VpcId',
    'Subnets',
    'LoadBalancerArn',
    'SecurityGroups',
  ];
  const run = await setUp({
    ...{ ...shop, ...names, ContainerFeed: 'Docker Hub' },
    Variables: values.map((name) => `Canary.${name}=x`).join('\n'),
  });
  expect(run.stdout).toContain('created scheduled trigger Guard Canary');
  expect(run.code).toBe(0);
});
