import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { checkTemplateParameters } from '../../src/stack-template/template-parameters.ts';
import { stackParameterValues } from '../../src/steps/stack-parameters/template-parameters.ts';

describe('values of a template’s own parameters', () => {
  it.each([
    ['[{"ParameterKey":"A","ParameterValue":"1"},{"ParameterKey":"B","ParameterValue":"x=y"}]'],
    ['{"A": 1, "B": "x=y"}'],
    ['A=1\n# comment\nB=x=y\n'],
  ])('are read from %s', (raw) => {
    expect(stackParameterValues(raw)).toEqual({ A: '1', B: 'x=y' });
  });

  it('joins lists, as CloudFormation wants them', () => {
    expect(stackParameterValues('{"Subnets": ["a", "b"], "On": true, "Empty": ""}')).toEqual({
      Subnets: 'a,b',
      On: 'true',
      Empty: '',
    });
    expect(stackParameterValues('{"A": "B\\": \\"", "B": "A:", "C": "\\\\"}')).toEqual({
      A: 'B": "',
      B: 'A:',
      C: '\\',
    });
    expect(stackParameterValues(' ')).toEqual({});
    expect(stackParameterValues('[]')).toEqual({});
  });

  it.each([
    ['{"A": ', 'not well-formed JSON'],
    ['{"A": null}', 'the value of "A" must be'],
    ['{"A": {"B": 1}}', 'the value of "A" must be'],
    ['[{"ParameterKey":"A","UsePreviousValue":true}]', 'item 1 of the list needs a ParameterKey and a ParameterValue'],
    ['[null]', 'item 1 of the list'],
    ['[{"ParameterKey":"A","ParameterValue":1},{"ParameterKey":"A","ParameterValue":2}]', '"A" is given twice'],
    ['{"A": 1, "B": 2, "A": 3}', 'the key "A" is given twice'],
    ['{"A": "\\"A\\":", "A": 3}', 'the key "A" is given twice'],
    ['[{"ParameterKey":"A","ParameterKey":"B","ParameterValue":1}]', 'given twice'],
    ['{"A": [[1]]}', 'the value of "A" must be'],
    [`{"A": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'the value of "A" must be'],
    ['{"A": "\\ud800"}', 'the value of "A" must be printable'],
    ['{"A": "\\u0000"}', 'the value of "A" must be printable'],
    ['{"A": "#{Missing}"}', '#{Missing}'],
    ['just text', 'line 1 is not of the form KEY=value'],
  ])('refuses %s', (raw, expected) => {
    expect(() => stackParameterValues(raw)).toThrow(expected);
  });
});

describe('checkTemplateParameters', () => {
  const template = parseTemplate(
    'Parameters:\n  A: {Type: String}\n  B: {Type: String, Default: ""}\n  C: {Type: Number, Default: 1, AllowedValues: [1, 2]}\nResources: {}',
  );

  it('accepts values for all that has no default', () => {
    expect(checkTemplateParameters(template, { A: 'x' })).toEqual([]);
    expect(checkTemplateParameters(template, { A: '', C: '2' })).toEqual([]);
  });

  it('lists unknown, missing and disallowed ones together', () => {
    expect(checkTemplateParameters(template, { X: '1', toString: '2', C: '3' })).toEqual([
      'The template has no parameter X; it declares A, B, C.',
      'The template has no parameter toString; it declares A, B, C.',
      "The template's parameter A has no default and needs a value.",
      "The template's parameter C must be one of 1, 2.",
    ]);
  });

  it('says when the template declares none', () => {
    expect(checkTemplateParameters(parseTemplate('Resources: {}'), { A: '1' })).toEqual([
      'The template has no parameter A; it declares none.',
    ]);
  });
});
