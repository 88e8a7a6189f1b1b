// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written so
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import { parseTemplate, parseTypedTemplate } from '../../src/stack-template/parsed-template.ts';

function errorOf(text: string): OperatorError {
  try {
    parseTemplate(text);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return error as OperatorError;
  }
  throw new Error('the template was accepted');
}

const shortForms: readonly (readonly [string, unknown])[] = [
  ['!Ref X', { Ref: 'X' }],
  ['!Condition X', { Condition: 'X' }],
  ['!GetAtt X.Arn', { 'Fn::GetAtt': ['X', 'Arn'] }],
  ['!GetAtt X.Outputs.Y', { 'Fn::GetAtt': ['X', 'Outputs.Y'] }],
  ['!GetAtt [X, Arn]', { 'Fn::GetAtt': ['X', 'Arn'] }],
  ['!Sub "${X}-y"', { 'Fn::Sub': '${X}-y' }],
  ['!Sub 0123', { 'Fn::Sub': '0123' }],
  ['!Sub ["${X}", {X: !Ref Y}]', { 'Fn::Sub': ['${X}', { X: { Ref: 'Y' } }] }],
  ['!Join [",", [!Ref X, b]]', { 'Fn::Join': [',', [{ Ref: 'X' }, 'b']] }],
  ['!If [A, !Ref X, !Ref "AWS::NoValue"]', { 'Fn::If': ['A', { Ref: 'X' }, { Ref: 'AWS::NoValue' }] }],
  ['!Select [0, !GetAZs ""]', { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }],
  ['!Transform {Name: M, Parameters: {A: 1}}', { 'Fn::Transform': { Name: 'M', Parameters: { A: 1 } } }],
  ...['And', 'Or', 'Not', 'Equals', 'FindInMap', 'Split', 'Cidr', 'ToJsonString', 'Length', 'ForEach'].map(
    (name) => [`!${name} [a, b]`, { [`Fn::${name}`]: ['a', 'b'] }] as const,
  ),
  ...['Base64', 'ImportValue'].map((name) => [`!${name} x`, { [`Fn::${name}`]: 'x' }] as const),
];

describe('parseTemplate', () => {
  it.each(shortForms)('writes out %s', (short, long) => {
    const { body, format } = parseTemplate(`Resources:\n  A: ${short}\n`);
    expect(format).toBe('yaml');
    expect(body).toEqual({ Resources: { A: long } });
  });

  it('reads JSON, indented with tabs and behind a byte order mark', () => {
    const { body, format } = parseTemplate('\uFEFF{\n\t"Resources": {\n\t\t"A": {"Ref": "\\u0058"}\n\t}\n}');
    expect(format).toBe('json');
    expect(body).toEqual({ Resources: { A: { Ref: 'X' } } });
  });

  it('keeps account ids and dates as they were written', () => {
    const { body } = parseTemplate('AWSTemplateFormatVersion: 2010-09-09\nResources: {A: 012345678901, B: 30}');
    expect(body).toEqual({ AWSTemplateFormatVersion: '2010-09-09', Resources: { A: '012345678901', B: 30 } });
  });

  it.each([
    ['YAML syntax', 'Resources:\n  A: [1\n  B: 2\n', 'line 3'],
    ['tabs in YAML', 'Resources:\n\tA: 1\n', 'line 2, column 1'],
    ['JSON syntax', '{\n  "Resources": {\n    "A": 1,\n  }\n}', 'line 4, column 3'],
    ['unfinished JSON', '{"Resources": {', 'line 1, column 16'],
    [
      'a repeated key in YAML',
      'Resources:\n  A: 1\n  A: 2\n',
      'The key A appears twice in one mapping (line 3, column 3)',
    ],
    [
      'a repeated key in JSON',
      '{"Resources": {"A": 1, "A": 2}}',
      'The key A appears twice in one mapping (line 1, column 24)',
    ],
    [
      'an alias',
      'Resources: {A: &x 1, B: *x}',
      'does not support YAML aliases: *x must be written out (line 1, column 25)',
    ],
    [
      'an unknown function',
      'Resources: {A: !Reff X}',
      '!Reff is not a CloudFormation intrinsic function (line 1, column',
    ],
    [
      'a tag of YAML 1.1',
      'Resources: {A: !!binary aGFsbG8=}',
      'CloudFormation does not support the YAML tag !!binary (line 1, column',
    ],
    ['a set', 'Resources: {A: !!set {a, b}}', 'CloudFormation does not support the YAML tag !!set'],
    ['a mapping as key', 'Resources: {{a: b}: 1}', 'A key must be plain text'],
    ['two documents', 'Resources: {}\n---\nResources: {}\n', 'more than one YAML document'],
    ['nothing', '', 'not a mapping with Resources'],
    ['a list', '- a', 'not a mapping with Resources'],
    ['no resources', 'Parameters: {}', 'no Resources section'],
  ])('refuses %s and says where', (_, text, expected) => {
    const error = errorOf(text);
    expect(error.code).toBe('invalid-template');
    expect(error.message).toContain(expected);
  });

  it.each([
    ['[', '['.repeat(50_000)],
    ['[ … ]', `Resources: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['{"a":', `{"Resources":${'{"a":'.repeat(8_000)}1${'}'.repeat(8_001)}`],
    ['[[ in JSON', `{"Resources":${'['.repeat(25_000)}${']'.repeat(25_000)}}`],
    ['- ', '- '.repeat(25_000)],
    ['? ', '? '.repeat(25_000)],
    [
      'an alias bomb',
      `Resources:\n  a: &a [x,x]\n${'bcdefghij'.replace(/./g, (c, i: number) => `  ${c}: &${c} [*${'abcdefghi'[i]},*${'abcdefghi'[i]}]\n`)}`,
    ],
    ['thousands of keys', `Resources:\n${Array.from({ length: 6000 }, () => '  k:\n').join('')}`],
  ])('survives %s', (_, text) => {
    const started = process.cpuUsage();
    expect(errorOf(text).code).toBe('invalid-template');
    // Time on the processor, and much of it: what is quadratic takes minutes on any machine, and this not even on a slow one.
    expect(process.cpuUsage(started).user).toBeLessThan(30_000_000);
  });

  it('repeats nothing of JSON that is not well-formed, where a default may be a password', () => {
    const refuse = () => parseTemplate('{"Parameters": {"A": {"Type": "String", "Default": Tr0ub4dor}}}');
    expect(refuse).toThrow("well-formed: Unexpected token 'T' (");
    expect(refuse).not.toThrow('r0ub');
  });

  it('measures bytes, not characters', () => {
    const fits = `Resources:\n  A:  ${'é'.repeat(499_991)}\n`;
    expect(parseTypedTemplate(fits).text).toBe(fits);
    const refuse = () => parseTypedTemplate(`${fits} `);
    expect(refuse).toThrow('1,000,001 bytes');
    expect(refuse).toThrow(expect.objectContaining({ code: 'template-too-large' }));
    expect(errorOf('['.repeat(600_000)).code).toBe('invalid-template');
  });

  it('reads the same whatever YAML version a directive names', () => {
    const text = 'Resources: {A: yes, B: 0o17, C: 017, D: 1:30, E: 2010-09-09, F: {<<: {a: 1}}, G: !!str 12}\n';
    const plain = parseTemplate(text).body;
    expect(parseTemplate(`%YAML 1.1\n---\n${text}`).body).toEqual(plain);
    expect(parseTemplate(`%YAML 1.2\n---\n${text}`).body).toEqual(plain);
    expect(plain['Resources']).toMatchObject({
      A: 'yes',
      B: 15,
      D: '1:30',
      E: '2010-09-09',
      F: { '<<': { a: 1 } },
      G: '12',
    });
  });

  it('takes dangerous names for ordinary keys', () => {
    const { body } = parseTemplate('{"Resources": {"__proto__": {"polluted": true}, "constructor": 1}}');
    expect(Object.keys(body['Resources'] as object)).toEqual(['__proto__', 'constructor']);
    const yaml = parseTemplate('Resources:\n  __proto__: {polluted: true}\n');
    expect(Object.keys(yaml.body['Resources'] as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
