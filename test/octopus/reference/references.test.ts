import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorCatalogue } from '../../../src/canary/error-catalogue.ts';
import { renderErrorReference } from '../../../src/octopus/reference/error-reference.ts';
import { renderParameterReference } from '../../../src/octopus/reference/parameter-reference.ts';
import { fixtureStep } from '../template/fixture-step.ts';

const guide = readFileSync(new URL('../../../docs/operators-guide.md', import.meta.url), 'utf8');
const own = { ...fixtureStep, id: 'promote', name: 'Other', parameters: { ...fixtureStep.parameters } } as const;
const { note: _, ...withoutNote } = fixtureStep.parameters;
const reference = renderParameterReference([fixtureStep, { ...own, parameters: withoutNote }]);

it.each(Object.keys(errorCatalogue))(
  'the error %s is in the reference, which leads to its entry in the guide',
  (code) => {
    expect(renderErrorReference()).toContain(`| [\`${code}\`](operators-guide.md#${code}) | `);
    const entries = guide.split('\n').filter((line) => line.includes(`<a id="${code}"></a>`));
    expect(entries).toEqual([expect.stringMatching(`^\\| .*\`${code}\`.* \\| .{20,} \\|$`)]);
  },
);

it('the guide has no entry for an error that does not exist', () => {
  const anchors = [...guide.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id]) => id);
  expect(anchors.sort()).toEqual(Object.keys(errorCatalogue).sort());
});

it('what all steps share is described once, before the steps', () => {
  expect(reference.match(/### Stack name/g)).toHaveLength(1);
  expect(reference.indexOf('### Stack name')).toBeLessThan(reference.indexOf('## AWS ECS Canary - Fixture'));
});

it('a parameter shows its name, control, choices and default', () => {
  expect(reference).toContain('`EcsCanary.TimeoutMinutes`: one line of text; default `45`.');
  expect(reference).toContain(
    '`EcsCanary.AWS.UseInstanceRole`: one of `False` (The AWS account above), `True` (The IAM role of the worker); default `False`.',
  );
  expect(reference).toContain('`EcsCanary.StackName`: one line of text; no default.');
});

it('a long default is a block below the help', () => {
  expect(reference).toContain('several lines of text; default below.\n\nAny text | with a bar.\n\n```\none\ntwo\n```');
});

it('outputs are a table, and actions a list', () => {
  expect(reference).toContain('| `Summary` | A sentence \\| with a bar. |');
  expect(reference).toContain('IAM actions: `ecs:DescribeServices`.');
});

it('a step without parameters of its own says so', () => {
  expect(reference).toContain('It has only the parameters of every step.');
});
