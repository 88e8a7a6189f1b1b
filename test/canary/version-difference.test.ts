import { describe, expect, it } from 'vitest';
import type { ContainerVersion, TaskVersion } from '../../src/canary/task-version.ts';
import { compareVersions, digestsOf, mayHideImages } from '../../src/canary/version-difference.ts';
import { marked, sampleContainer, sampleVersion } from './sample-version.ts';

const differences = (blue: Partial<ContainerVersion>, green: Partial<ContainerVersion>) =>
  compareVersions(sampleVersion(1, [sampleContainer(blue)]), sampleVersion(2, [sampleContainer(green)]));

it('a new revision alone is no difference, nor is the order of containers or of their settings', () => {
  const proxy = sampleContainer({ name: 'proxy', image: 'envoy:1', environment: marked(['A', 'B']) });
  const turned = { ...proxy, environment: marked(['B', 'A']) };
  expect(
    compareVersions(sampleVersion(1, [sampleContainer(), proxy]), sampleVersion(2, [turned, sampleContainer()])),
  ).toEqual([]);
});

const log = sampleContainer().log;
const names = (lists: object) => ({ container: 'web', added: [], removed: [], changed: [], ...lists });

it.each<[string, Partial<ContainerVersion>, Partial<ContainerVersion>, object]>([
  ['a command that is new', {}, { command: 'm' }, names({ aspect: 'command', added: ['set'] })],
  ['a command that goes', { command: 'm' }, {}, names({ aspect: 'command', removed: ['set'] })],
  ['another entry point', { entryPoint: 'm' }, { entryPoint: 'n' }, names({ aspect: 'entry point', changed: ['set'] })],
  ['CPU', {}, { cpu: 128 }, { aspect: 'CPU', container: 'web', blue: '', green: '128' }],
  ['memory', { memory: 512 }, { memory: 256 }, { aspect: 'memory', container: 'web', blue: '512', green: '256' }],
  [
    'variables',
    { environment: { ...marked(['B', 'A', 'OLD']), V: 'x' } },
    { environment: { ...marked(['A', 'B', 'NEW', 'LATER']), V: 'y' } },
    names({ aspect: 'variables', added: ['LATER', 'NEW'], removed: ['OLD'], changed: ['V'] }),
  ],
  ['secrets', {}, { secrets: marked(['TOKEN']) }, names({ aspect: 'secrets', added: ['TOKEN'] })],
  [
    'environment files',
    { environmentFiles: ['arn:aws:s3:::b/old.env'] },
    { environmentFiles: ['arn:aws:s3:::b/new.env'] },
    names({ aspect: 'environment files', added: ['arn:aws:s3:::b/new.env'], removed: ['arn:aws:s3:::b/old.env'] }),
  ],
  ['ports', {}, { ports: ['8080/tcp', '53/udp'] }, names({ aspect: 'ports', added: ['53/udp'] })],
  [
    'a log that goes elsewhere',
    {},
    { log: { ...log, group: '', streamPrefix: '', region: '', driver: 'awsfirelens' } },
    { aspect: 'log', container: 'web', blue: 'awslogs /ecs/shop shop eu-west-1', green: 'awsfirelens' },
  ],
  [
    'anything else',
    { others: { essential: 'm', user: 'm' } },
    { others: { essential: 'n', healthCheck: 'm' } },
    names({ aspect: 'other settings', added: ['healthCheck'], removed: ['user'], changed: ['essential'] }),
  ],
])('%s is a difference of its container', (_, blue, green, expected) => {
  expect(differences(blue, green)).toEqual([expected]);
});

it.each<[string, Partial<TaskVersion>, object]>([
  ['CPU', { cpu: '512' }, { aspect: 'CPU', blue: '256', green: '512' }],
  ['memory', { memory: '' }, { aspect: 'memory', blue: '512', green: '' }],
  ['the task role', { taskRole: 'arn:r' }, { aspect: 'task role', blue: '', green: 'arn:r' }],
  ['the execution role', { executionRole: 'arn:r' }, { aspect: 'execution role', blue: '', green: 'arn:r' }],
  [
    'anything else',
    { others: { volumes: 'm' } },
    { aspect: 'other settings', added: ['volumes'], removed: [], changed: [] },
  ],
])('%s is a difference of the task', (_, green, expected) => {
  expect(compareVersions(sampleVersion(1), sampleVersion(2, undefined, green))).toEqual([expected]);
});

it('added and removed containers are named, and nothing else about them', () => {
  const [old, fresh] = ['agent', 'envoy'].map((name) => sampleContainer({ name, environment: marked(['A']) }));
  expect(
    compareVersions(
      sampleVersion(1, [old as ContainerVersion, sampleContainer()]),
      sampleVersion(2, [sampleContainer(), fresh as ContainerVersion]),
    ),
  ).toEqual([{ aspect: 'containers', added: ['envoy'], removed: ['agent'], changed: [] }]);
});

it('the most important kinds come first, and those of one kind together', () => {
  const [web, proxy] = [sampleContainer(), sampleContainer({ name: 'proxy' })];
  const environment = marked(['A']);
  const green = [web, proxy].map((container) => ({ ...container, environment, image: 'shop:2', command: 'm' }));
  const found = compareVersions(sampleVersion(1, [web, proxy]), sampleVersion(2, green, { cpu: '512' }));
  expect(found.map(({ aspect, container }) => `${aspect} ${container ?? ''}`)).toEqual([
    ...['image web', 'image proxy', 'command web', 'command proxy', 'CPU ', 'variables web', 'variables proxy'],
  ]);
});

it.each(['__proto__', 'constructor', 'toString'])('a variable called %s is like any other', (name) => {
  const variables = (mark: string) => ({ environment: Object.fromEntries([[name, mark]]) });
  expect(differences({}, variables('m'))).toEqual([names({ aspect: 'variables', added: [name] })]);
  expect(differences(variables('m'), variables('n'))).toEqual([names({ aspect: 'variables', changed: [name] })]);
  expect(differences(variables('m'), {})).toEqual([names({ aspect: 'variables', removed: [name] })]);
  const named = [sampleContainer({ name })];
  expect(compareVersions(sampleVersion(1, named), sampleVersion(2, named, {}, {}))).toEqual([]);
});

describe('images', () => {
  const colour = (revision: number, image: string, digests: readonly string[]) =>
    sampleVersion(revision, [sampleContainer({ image })], {}, digests.length === 0 ? {} : { web: digests });

  it.each<[string, readonly string[], string, readonly string[], object[]]>([
    ['one name and one digest', ['a'], 'shop:1', ['a'], []],
    ['one name whose digest one colour does not tell', ['a'], 'shop:1', [], []],
    ['one name that means another image', ['a'], 'shop:1', ['b'], [{ sameBytes: false }]],
    [
      'one name that means two images among the tasks of one colour',
      ['a', 'b'],
      'shop:1',
      ['a'],
      [{ sameBytes: false }],
    ],
    ['one name that means two images in both colours', ['a', 'b'], 'shop:1', ['a', 'b'], [{ sameBytes: false }]],
    ['two names of one image', ['a'], 'shop:2', ['a'], [{ sameBytes: true }]],
    ['two names of two images', ['a'], 'shop:2', ['b'], [{ sameBytes: false }]],
    ['two names of which one digest is not told', [], 'shop:2', ['b'], [{ sameBytes: undefined }]],
  ])('%s', (_, blue, image, green, expected) => {
    const found = compareVersions(colour(1, 'shop:1', blue), colour(2, image, green));
    expect(found).toEqual(
      expected.map((more) => ({
        ...{ aspect: 'image', container: 'web', blue: { name: 'shop:1', digests: blue } },
        ...{ green: { name: image, digests: green }, ...more },
      })),
    );
  });

  it('may differ unseen only where neither ECS nor the name of the image gives a digest', () => {
    const pinned = 'shop:1@sha256:a';
    const hide = (image: string, blue: readonly string[], green: readonly string[]) =>
      mayHideImages(colour(1, image, blue), colour(2, image, green));
    expect([hide('shop:1', [], ['a']), hide('shop:1', ['a'], [])]).toEqual([true, true]);
    expect([hide('shop:1', ['a'], ['a']), hide('shop:1', ['a'], ['b'])]).toEqual([false, false]);
    expect(hide(pinned, [], [])).toBe(false);
    expect(mayHideImages(colour(1, pinned, []), colour(2, 'shop:1', []))).toBe(true);
    // A container that one colour does not have at all counts as added or removed.
    expect(mayHideImages(colour(1, 'shop:1', []), sampleVersion(2, []))).toBe(false);
  });

  it('have the digests of all tasks, each once', () => {
    expect(
      digestsOf([{ digests: { web: 'b', __proxy: 'c' } }, { digests: { web: 'a' } }, { digests: { web: 'b' } }, {}]),
    ).toEqual({ web: ['a', 'b'], __proxy: ['c'] });
  });
});
