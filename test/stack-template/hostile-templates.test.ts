import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { rulesOnBlue } from '../../src/parameters/canary-parameters.ts';
import { parseParameters } from '../../src/parameters/parameters.ts';
import { parts } from '../../src/parameters/parts.ts';
import type { CanaryResources } from '../../src/stack-template/canary-resources.ts';
import type { ParsedTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';
import { pinBlue, scaleGreen } from '../../src/stack-template/template-edit.ts';
import { ownTemplateOf, ownTemplateParameters } from '../../src/steps/deploy-stack/own-template.ts';
import { overridesOf } from '../../src/steps/shared/repinned-stack.ts';
import { hostilePieces } from '../support/hostile-text.ts';
import { articleTemplate } from '../support/sound-values.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const article = articleTemplate('first-deployment.json');

/** What Deploy Stack says of an own template before its first call: nothing, or one refusal, in time. */
function refusalOf(text: string): OperatorError | undefined {
  const values = { ...typed, template: text };
  const started = process.cpuUsage();
  try {
    const template = ownTemplateOf(values);
    if (template) editBoth(template, describeShape(template, overridesOf(values.parts, values.rulesOnBlue)));
    return undefined;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    expect(['invalid-template', 'template-too-large']).toContain(error.code);
    return error;
  } finally {
    // Time on the processor, and much of it: what is quadratic takes minutes on any machine, and this not even on a slow one.
    expect(process.cpuUsage(started).user).toBeLessThan(30_000_000);
  }
}

/** What is accepted must also be changed, or refused, without a crash. */
function editBoth(template: ParsedTemplate, shape: CanaryResources): void {
  expect(pinBlue(template, shape, 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop:26')).toContain('shop:26');
  expect(scaleGreen(template, shape, 37)).toMatch(/37/);
}

const typed = parseParameters({ ...ownTemplateParameters, rulesOnBlue, parts }, () => undefined);

describe('a template of which a piece is gone or something else', () => {
  const paths = pathsOf(JSON.parse(article), []).filter((path) => path.length > 0);
  const strange: fc.Arbitrary<Json> = fc.oneof(
    fc.constantFrom<Json>(null, true, 0, -1, 1e308, '', [], {}, [[]], [null], { Ref: 'Nowhere' }, { Ref: ['MyTask'] }),
    fc.constantFrom<Json>(
      { 'Fn::GetAtt': [] },
      { 'Fn::GetAtt': 'MyTask' },
      { 'Fn::If': ['A', 1, 2] },
      { Type: 'forward' },
    ),
    fc.constantFrom(...hostilePieces.filter((piece) => !/[\0\ud800\udc00]/u.test(piece))),
    fc.constantFrom(...paths).map((path) => at(JSON.parse(article), path)),
  );
  const damage = fc.tuple(fc.constantFrom(...paths), fc.oneof(fc.constant(undefined), strange));

  it('is accepted or refused in one sentence for each problem, never in a crash', () => {
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const template = JSON.parse(article);
        for (const [path, value] of damages) put(template, path, value);
        const refusal = refusalOf(JSON.stringify(template));
        outcomes.add(refusal === undefined);
        if (refusal)
          expect(refusal.message).toMatch(/^The CloudFormation template cannot be used:\n( {2}- .+\n?)+$|\n {2}- /);
      }),
      { seed: 4_070_010, numRuns: 60 },
    );
    expect(outcomes.size).toBe(2);
  });

  it.each([
    'GreenTaskSet',
    'BlueTaskSet',
    'MyService',
    'MyListenerRule',
    'GreenTargetGroup',
    'BlueTargetGroup',
    'MyTask',
  ])('says so when %s is gone', (id) => {
    const template = JSON.parse(article);
    delete template.Resources[id];
    const refusal = refusalOf(JSON.stringify(template));
    if (id === 'MyTask') expect(refusal).toBeUndefined();
    else expect(refusal?.message).toMatch(/\n {2}- /);
  });
});

describe('a template that is no template', () => {
  const yaml = articleTemplate('first-deployment.yaml');
  const deep = (open: string, middle: string, close: string, times: number) =>
    open.repeat(times) + middle + close.repeat(times);

  it.each([
    ['UTF-16', Buffer.from(`\ufeff${article}`, 'utf16le').toString('utf8')],
    ['Latin-1', Buffer.from(article.replace('mytask', 'mytäsk'), 'latin1').toString('utf8')],
    ['binary', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)).toString('utf8')],
    ['indented with tabs', yaml.replaceAll('  ', '\t')],
    ['a megabyte', `${yaml}# ${'x'.repeat(1_000_000)}`],
    ['50,000 levels of JSON', `{"Resources":${deep('[', '', ']', 25_000 - 10)}}`],
    ['50,000 open brackets', `{${'['.repeat(50_000)}`],
    ['indented ever deeper', Array.from({ length: 310 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
    ['tags in tags', `Resources: ${'!If [a, '.repeat(6000)}`],
    ['anchors without end', `Resources: ${'&a '.repeat(10_000)}x`],
    ['an alias of itself', 'Resources: &a\n  A: *a\n'],
    ['a merge key', `x: &x {Type: T}\nResources: {A: {<<: *x}}`],
    ['quotes without end', `Resources: "${'\\'.repeat(50_000)}`],
    ['comments alone', '# x\n'.repeat(10_000)],
    ['documents without end', '---\n'.repeat(12_000)],
    ['a list', '[1]'],
    ['a text', '"Resources"'],
    ['a long text', 'x'.repeat(51_000)],
    ['pipes', '|\n'.repeat(25_000)],
    ['hashes', '#{'.repeat(25_000)],
    ['a long key twice', `Resources: {${'k'.repeat(25_000)}: 1, ${'k'.repeat(25_000)}: 2}`],
    ['a long tag', `Resources: !${'x'.repeat(50_000)} 1`],
    ['a function as the root', '!Sub Resources'],
    ...['- ', '? ', ': ', '<<: '].map((piece): [string, string] => [
      `50,000 characters of ${piece} and an end`,
      `${piece.repeat(Math.floor(50_000 / piece.length))}]`,
    ]),
    ['a bomb of merges', `Resources: {${'<<: {'.repeat(8000)}`],
  ])('is refused in time: %s', (_what, text) => {
    const refusal = refusalOf(text);
    expect(refusal).toBeDefined();
    expect(refusal?.message.length).toBeLessThan(3000);
  });

  it('says how many more problems there are than it lists', () => {
    const problems = (text: string) => refusalOf(text)?.message.split('\n').slice(1);
    const twice = (times: number) => `Resources:\n${'  A: 1\n'.repeat(times + 1)}`;
    expect(problems(twice(10))).toHaveLength(10);
    expect(problems(twice(13))).toHaveLength(11);
    expect(problems(twice(13))?.at(-1)).toBe('  - And 3 more.');
    expect(problems(`Resources:\n${'  a: "\\q"\n'.repeat(12)}`)?.at(-1)).toBe('  - And 2 more.');
  });

  it.each([
    ['a byte order mark', `\ufeff${article}`],
    ['a byte order mark in YAML', `\ufeff${yaml}`],
    ['CRLF', article.replaceAll('\n', '\r\n')],
    ['CRLF in YAML', yaml.replaceAll('\n', '\r\n')],
    ['other alphabets', yaml.replace('Resources:', '# Ä 緑 שלום 🟢\nResources:')],
  ])('is accepted with %s', (_what, text) => {
    expect(refusalOf(text)?.message).toBeUndefined();
  });
});

function pathsOf(value: Json, path: readonly string[]): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function at(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((inner, key) => (inner as { [key: string]: Json } | null)?.[key] ?? null, value);
}

/** Puts a value in a place, or removes what is there; a place that is gone stays gone. */
function put(root: Json, path: readonly string[], value: Json | undefined): void {
  const parent = at(root, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  if (typeof parent !== 'object' || parent === null) return;
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (value === undefined) delete (parent as { [key: string]: Json })[key];
  else (parent as { [key: string]: Json })[key] = value;
}
