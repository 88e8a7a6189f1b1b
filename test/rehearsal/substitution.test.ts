import { describe, expect, it } from 'vitest';
import { createVariables, isTruthy } from '../../src/rehearsal/substitution.ts';

const variables = createVariables(
  Object.entries({
    Name: 'world',
    Empty: '',
    Nested: 'Hello #{name}',
    Step: 'Prepare Blue',
    'Octopus.Action[Prepare Blue].Output.FirstDeployment': 'False',
    'Octopus.Action[Shift to 12.5%].Output.Summary': 'a\nb',
    'Octopus.Action[Deploy Stack].Output.AwsOutputs[BlueTaskSet]': 'ts-1',
    List: 'a,b,c',
    Loop: '#{Loop2}',
    Loop2: '#{Loop}',
  }),
);

describe('substitution', () => {
  it.each([
    ['plain text', 'plain text'],
    ['Hi #{Name}!', 'Hi world!'],
    ['#{ NAME }', 'world'],
    ['#{Nested}', 'Hello world'],
    ['#{Unknown} stays', '#{Unknown} stays'],
    ['#{Octopus.Action[Shift to 12.5%].Output.Summary}', 'a\nb'],
    ['#{Octopus.Action[#{Step}].Output.FirstDeployment}', 'False'],
    ['#{Octopus.Action[Deploy Stack].Output.AwsOutputs[BlueTaskSet]}', 'ts-1'],
    ['##{Name}', '#{Name}'],
    ['###{Name}', '#world'],
    ['# and ## and a#', '# and ## and a#'],
    ['#{if Name}yes#{else}no#{/if}', 'yes'],
    ['#{if Empty}yes#{else}no#{/if}', 'no'],
    ['#{if Unknown}yes#{/if}', ''],
    ['#{unless Unknown}yes#{/unless}', 'yes'],
    ['#{if Name == "world"}yes#{/if}', 'yes'],
    ['#{if Name != "world"}yes#{else}no#{/if}', 'no'],
    ['#{if Name == Step}yes#{else}no#{/if}', 'no'],
    ['#{if Name}#{unless Empty}both#{/unless}#{/if}', 'both'],
    ['#{each item in List}<#{item}>#{/each}', '<a><b><c>'],
    ['#{Name | ToUpper}', 'WORLD'],
    ['#{Name | ToUpper | Append "!"}', 'WORLD!'],
    ['#{Unknown | ToUpper}', '#{Unknown | ToUpper}'],
    ['#{if Name}never closed', '#{if Name}never closed'],
    ['$' + '{AWS::Region} {{resolve:x}}', '$' + '{AWS::Region} {{resolve:x}}'],
  ])('%j becomes %j', (text, expected) => {
    expect(variables.evaluate(text)).toBe(expected);
  });

  it('a filter it does not know is refused', () => {
    expect(() => variables.evaluate('#{Name | Sha512}')).toThrow(/Sha512/);
  });

  it('a variable that refers to itself is refused', () => {
    expect(() => variables.get('Loop')).toThrow(/refers to itself/);
  });

  it('the last of two entries wins, whatever the casing', () => {
    expect(
      createVariables([
        ['A', '1'],
        ['a', '2'],
      ]).get('A'),
    ).toBe('2');
  });

  it.each([
    ['', false],
    ['0', false],
    ['False', false],
    [' no ', false],
    ['True', true],
    ['anything', true],
  ])('%j counts as %s', (value, expected) => {
    expect(isTruthy(value)).toBe(expected);
  });
});
