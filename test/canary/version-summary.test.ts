import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContainerVersion } from '../../src/canary/task-version.ts';
import { summariseVersions } from '../../src/canary/version-summary.ts';
import { hostilePieces } from '../support/hostile-text.ts';
import { marked, sampleContainer, sampleVersion } from './sample-version.ts';

const heading = '**What changed** from blue (shop:1) to green (shop:2):';
const nothingElse = ['', 'Nothing else in the task definitions differs.'];

/** The summary without its heading. */
function told(blue: Partial<ContainerVersion>, green: Partial<ContainerVersion>): readonly string[] {
  const text = summariseVersions(sampleVersion(1, [sampleContainer(blue)]), sampleVersion(2, [sampleContainer(green)]));
  const [first, , ...lines] = text.split('\n');
  expect(first).toBe(heading);
  return lines;
}

const numbered = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(3, '0')}`);

it('each kind has its line', () => {
  const role = (name: string) => `arn:aws:iam::123456789012:role/service/${name}`;
  const blue = sampleVersion(
    41,
    [
      sampleContainer({
        environment: { ...marked(['A', 'OLD']), APPVERSION: 'm' },
        environmentFiles: ['arn:aws:s3:::b/a.env'],
      }),
      sampleContainer({ name: 'agent' }),
    ],
    { taskRole: role('shop') },
  );
  const green = sampleVersion(
    42,
    [
      sampleContainer({
        ...{ image: 'registry.example:5000/team/shop:1.5', command: 'm', entryPoint: 'm', cpu: 128, memory: 256 },
        ...{ environment: { ...marked(['A', 'NEW']), APPVERSION: 'n' }, secrets: marked(['DB_PASSWORD']) },
        ...{ ports: ['8080/tcp', '9090/tcp'], log: { driver: 'awsfirelens', group: '', streamPrefix: '', region: '' } },
        others: { essential: 'm', healthCheck: 'm' },
      }),
      sampleContainer({ name: 'envoy' }),
    ],
    { cpu: '512', taskRole: role('shop-2'), executionRole: role('pull') },
  );
  expect(summariseVersions(blue, green).split('\n')).toEqual([
    '**What changed** from blue (shop:41) to green (shop:42):',
    '',
    '- Containers: added envoy, removed agent',
    '- Image: web shop:1.4 → 1.5 (6f703a312e34 → 6f703a312e35)',
    '- Command: web added',
    '- Entry point: web added',
    '- CPU: task 256 → 512; web none → 128',
    '- Memory: web none → 256',
    '- Variables: web changed APPVERSION, added NEW, removed OLD',
    '- Secrets: web added DB\\_PASSWORD',
    '- Environment files: web removed b/a.env',
    '- Task role: task shop → shop-2',
    '- Execution role: task none → pull',
    '- Ports: web added 9090/tcp',
    '- Log: web awslogs /ecs/shop shop eu-west-1 → awsfirelens',
    '- Other settings: web added healthCheck',
  ]);
});

describe('identical versions', () => {
  it('prove nothing', () => {
    expect(summariseVersions(sampleVersion(1), sampleVersion(1))).toBe(
      '**What changed:** nothing. Both run shop:1:\na canary of one version proves nothing.',
    );
    expect(summariseVersions(sampleVersion(1), sampleVersion(2))).toBe(
      '**What changed:** nothing. shop:1 and shop:2 are identical:\na canary of one version proves nothing.',
    );
  });

  it('are not said to prove nothing while a tag may mean a different image', () => {
    expect(summariseVersions(sampleVersion(1), sampleVersion(1, undefined, {}, {}))).toBe(
      '**What changed:** nothing. Both run shop:1. ECS does not say\nwhether their images are identical too.',
    );
  });

  it('are not identical if their tag means a different image', () => {
    const moved = sampleVersion(1, undefined, {}, { web: [`sha256:${'b'.repeat(64)}`] });
    expect(summariseVersions(sampleVersion(1), moved).split('\n').slice(2)).toEqual([
      '- Image: web shop:1.4, same name, different image (6f703a312e34 → bbbbbbbbbbbb)',
      ...nothingElse,
    ]);
  });

  it('prove nothing either if only the name of the tag differs', () => {
    const [image, digests] = ['registry.example:5000/team/shop:latest', sampleVersion(1).digests];
    const renamed = sampleVersion(2, [sampleContainer({ image })], {}, digests);
    expect(summariseVersions(sampleVersion(1), renamed).split('\n').slice(2)).toEqual([
      '- Image: web shop:1.4 → latest (the same image)',
      '',
      'Nothing else differs: a canary of one image proves nothing.',
    ]);
  });
});

describe('an image', () => {
  const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

  it.each([
    ['shop:1', 'shop:2', 'shop:1 → 2'],
    ['a.example:5000/shop:1', 'b.example:5000/shop:1', 'a.example:5000/shop:1 → b.example:5000/shop:1'],
    ['shop', 'shop:2', 'shop → 2'],
    ['shop:2', 'shop', 'shop:2 → shop'],
    [`a/shop@${digest('a')}`, `a/shop@${digest('b')}`, 'shop:aaaaaaaaaaaa → bbbbbbbbbbbb'],
    [`a/shop:1@${digest('a')}`, `a/shop:2@${digest('b')}`, 'shop:1@aaaaaaaaaaaa → 2@bbbbbbbbbbbb'],
  ])('%s that becomes %s is told briefly', (blue, green, expected) => {
    const colour = (revision: number, image: string) => sampleVersion(revision, [sampleContainer({ image })], {}, {});
    expect(summariseVersions(colour(1, blue), colour(2, green)).split('\n').slice(2)).toEqual([
      `- Image: web ${expected}`,
      ...nothingElse,
    ]);
  });

  it('of which the tasks of one colour run several versions is shown with their number', () => {
    const blue = sampleVersion(1, undefined, {}, { web: ['a', 'b', 'c'].map(digest) });
    const green = sampleVersion(2, undefined, {}, { web: [digest('a')] });
    expect(summariseVersions(blue, green)).toContain('different image (aaaaaaaaaaaa and 2 more → aaaaaaaaaaaa)');
  });
});

describe('what is long', () => {
  it('is cut, and says how much is missing', () => {
    const [line] = told({ environment: marked(numbered('OLD', 5)) }, { environment: marked(numbered('NEW', 200)) });
    expect(line).toBe('- Variables: web added NEW000 and 199 more, removed OLD000 and 4 more');
  });

  it('does not hide the one variable that changed among 200 new ones', () => {
    const green = { environment: { ...marked(numbered('N', 200)), APPVERSION: 'n' } };
    expect(told({ environment: { APPVERSION: 'm' } }, green)[0]).toMatch(/web changed APPVERSION, added N000, N001/);
  });

  it('names as many containers as fit, and the number of the others', () => {
    const containers = (mark: string) =>
      numbered('container-', 10).map((name) => sampleContainer({ name, command: mark }));
    const text = summariseVersions(sampleVersion(1, containers('m')), sampleVersion(2, containers('n')));
    expect(text.split('\n')[2]).toBe('- Command: container-000 changed; container-001 changed; and in 8 more');
  });

  it('ends with the kinds for which there is no room', () => {
    const wide = numbered('w'.repeat(36), 3);
    const green = sampleContainer({
      ...{ image: `${'i'.repeat(30)}:2`, command: 'm', entryPoint: 'm', cpu: 1, memory: 1, environment: marked(wide) },
      ...{ secrets: marked(wide), environmentFiles: wide, ports: wide, others: marked(wide) },
    });
    const text = summariseVersions(
      sampleVersion(1, [sampleContainer({ environment: marked(['_'.repeat(40)]), secrets: marked(['_'.repeat(40)]) })]),
      sampleVersion(2, [green], { cpu: '1', memory: '1', taskRole: '_'.repeat(40), executionRole: '_'.repeat(40) }),
    );
    expect(text.length).toBeLessThanOrEqual(900);
    expect(text.length).toBeGreaterThan(780);
    expect(text.split('\n').at(-1)).toBe('- Also different: execution role, ports, other settings');
  });

  it('shows both ends of a name', () => {
    const name = `begin${'x'.repeat(200)}end`;
    expect(told({}, { environment: marked([name]) })[0]).toMatch(/added beginx+…x+end$/);
    const group = (end: string) => ({
      log: { driver: '', group: `/${'x'.repeat(60)}${end}/${'y'.repeat(60)}`, streamPrefix: '', region: '' },
    });
    expect(told(group('a'), group('b'))[0]).toBe('- Log: web changed');
  });
});

it('a Windows path in a command is as little shown as any other word', () => {
  expect(told({ entryPoint: 'm' }, { entryPoint: 'n' })).toEqual(['- Entry point: web changed']);
  const [line] = told({}, { environmentFiles: ['C:\\secrets\\shop.env'] });
  expect(line).toBe('- Environment files: web added C:\\\\secrets\\\\shop.env');
});

it('FireLens shows by its settings', () => {
  const router = sampleContainer({ name: 'router', image: 'fluent-bit:2', others: { firelensConfiguration: 'm' } });
  const turned = { ...router, others: { firelensConfiguration: 'n' } };
  const text = summariseVersions(
    sampleVersion(1, [sampleContainer(), router]),
    sampleVersion(2, [turned, sampleContainer()]),
  );
  expect(text.split('\n').slice(2)).toEqual(['- Other settings: router changed firelensConfiguration']);
});

it('a task definition that ECS deleted is named, and one that is INACTIVE too', () => {
  const gone = { ...sampleVersion(41), version: undefined };
  expect(summariseVersions(gone, sampleVersion(42))).toBe(
    '**What changed** is unknown: ECS no longer has the task definition shop:41.',
  );
  expect(summariseVersions(gone, { ...sampleVersion(42), version: undefined })).toContain(
    'definition shop:41 or shop:42.',
  );
  expect(summariseVersions(gone, gone)).toContain('definition shop:41.');
  const text = summariseVersions(
    sampleVersion(1, undefined, { active: false }),
    sampleVersion(2, undefined, { cpu: '1' }),
  );
  expect(text.split('\n').slice(2)).toEqual([
    '- CPU: task 256 → 1',
    '',
    "Blue's task definition is INACTIVE: ECS starts no new task set from it.",
  ]);
});

it('whatever the names are, the text stays short, and no name adds Markdown or control characters', () => {
  const pieces = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 4 }).map((parts) => parts.join(''));
  const name = fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 255 }));
  const dictionary = fc.dictionary(name, fc.constantFrom('m', 'n'), { maxKeys: 8 });
  const container = fc
    .record({
      ...{ name, image: name, command: fc.constantFrom('', 'm', 'n'), environment: dictionary, secrets: dictionary },
      ...{ environmentFiles: fc.array(name), ports: fc.array(name), others: dictionary },
      log: fc.record({ driver: name, group: name, streamPrefix: name, region: name }),
    })
    .map(sampleContainer);
  const version = fc
    .tuple(
      fc.array(container, { maxLength: 5 }),
      fc.record({ cpu: name, taskRole: name, executionRole: name, others: dictionary }),
    )
    .map(([containers, more]) => sampleVersion(1, containers, more));
  fc.assert(
    fc.property(version, version, (blue, green) => {
      const text = summariseVersions(blue, green);
      expect(text.length).toBeLessThanOrEqual(900);
      expect(text).not.toMatch(/(?!\n)\p{C}/u);
      const foreign = text.replace(/\\./g, '').replaceAll('**', '');
      expect(foreign).not.toMatch(/[`*_{}[\]<>#|~\\]/);
      for (const line of text.split('\n'))
        expect(line).toMatch(/^($|- |\*\*What changed|Nothing else|The task|Blue's|Green's|a canary|whether)/);
    }),
    { seed: 11_500, numRuns: 300 },
  );
});
