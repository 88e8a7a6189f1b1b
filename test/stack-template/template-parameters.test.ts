import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { checkTemplateParameters } from '../../src/stack-template/template-parameters.ts';
import { stackParameterValues } from '../../src/steps/deploy-stack/parameters/template-parameters.ts';

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
    ['{"A": ', 'it starts like JSON but is not well-formed'],
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
    ['{"A": "x", "B": #{Missing}}', '#{Missing}'],
    ['{"#{Missing}": "x"}', '#{Missing}'],
    ['just text', 'line 1 is not of the form KEY=value'],
  ])('refuses %s', (raw, expected) => {
    expect(() => stackParameterValues(raw)).toThrow(expected);
  });

  it('are all refused at once', () => {
    expect(() => stackParameterValues('{"A": null, "B": 1, "C": {}}')).toThrow(/"A" must be[\s\S]*"C" must be/);
    expect(() => stackParameterValues('[1, {"ParameterKey":"A","ParameterValue":1}, 2]')).toThrow(
      /item 1 [\s\S]*item 3 /,
    );
  });

  it.each([
    ['{"Password": "aB3#{kQ9-longtail"}', 'the value of "Password": it still contains #{: Octopus'],
    ['{"Password": "aB3#{kQ9-longtail",}', 'it still contains #{: Octopus'],
    ['{"Password: kQ9-longtail": {}}', 'the value of "Password…" must be'],
    ['{"kQ9+longtail": 1, "kQ9+longtail": 2}', 'the key "kQ9…" is given twice'],
    ['[{"ParameterKey":"Password: kQ9-longtail","ParameterValue":[[]]}]', 'the value of "Password…" must be'],
  ])('show nothing of a password when refused: %s', (raw, expected) => {
    let told = '';
    try {
      stackParameterValues(raw);
    } catch (error) {
      told = (error as Error).message;
    }
    expect(told).toContain(expected);
    expect(told).not.toContain('longtail');
  });
});

describe('checkTemplateParameters', () => {
  const template = parseTemplate(
    'Parameters:\n  A: {Type: String}\n  B: {Type: String, Default: ""}\n  C: {Type: Number, Default: 1, AllowedValues: [1, 2]}\nResources: {}',
  );

  it('leaves a parameter that is named like a method of every object to its default', () => {
    const named = parseTemplate(
      'Parameters:\n  constructor: {Type: String, Default: a, AllowedValues: [a, b]}\nResources: {}',
    );
    expect(checkTemplateParameters(named, {})).toEqual([]);
    expect(checkTemplateParameters(named, { constructor: 'c' } as never)).toHaveLength(1);
  });

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

  it('shows nothing of a secret that was typed in the place of a name', () => {
    const typed = {
      'API_KEY: c2VjcmV0LWtleS0xMjM0NQ': '=',
      'c2VjcmV0+LWtleS0xMjM0NQ': '=',
      c2VjcmV0LWtleS0xMjM0NQ: '=',
    };
    expect(checkTemplateParameters(template, { A: 'x', ...typed })).toEqual([
      'The template has no parameter API_KEY…; it declares A, B, C.',
      'The template has no parameter c2V…; it declares A, B, C.',
      'The template has no parameter c2V…; it declares A, B, C.',
    ]);
  });

  it('says when the template declares none', () => {
    expect(checkTemplateParameters(parseTemplate('Resources: {}'), { A: '1' })).toEqual([
      'The template has no parameter A; it declares none.',
    ]);
  });
});
