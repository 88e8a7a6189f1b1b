import { describe, expect, it } from 'vitest';
import { createVariables } from '../../src/rehearsal/substitution.ts';

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
    Lenient: "{Key: 'a'}",
    Fractions: '[1.0, 2]',
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
});

describe('what the rehearsal lacks', () => {
  it.each([
    ['#{Name | Indent 2}', 'the filter Indent', '#{Name | Indent "2"}'],
    ['#{ | NowDate}', 'the filter NowDate', '#{ | NowDate}'],
    ['#{Name | Replace "w.*" x}', 'regular expressions', '#{Name | Replace "w.*" "x"}'],
    ['#{Name | Sha256 8}', 'options of hashes', '#{Name | Sha256 "8"}'],
    ['#{Name | Truncate 2 "…"}', 'the suffix of Truncate', '#{Name | Truncate "2" "…"}'],
    ['#{if Name}#{calc 1 + 2}#{/if}', '#{calc …}', '#{calc 1 + 2}'],
    ['#{if Empty}1#{elseif Name == "world"}2#{/if}', '#{elseif …}', '#{elseif Name == "world"}'],
    ['#{Lenient.Key}', "Json.NET's lenient reading", '#{Lenient.Key}'],
    ['#{each one in Fractions}#{one}#{/each}', "Json.NET's reading", '#{each one in Fractions}#{one}#{/each}'],
  ])('%s is refused by its name', (text, what, expression) => {
    for (const use of [variables.evaluate, variables.holds, variables.evaluateScript]) {
      expect(() => use(text)).toThrow(`The rehearsal cannot evaluate ${expression}: it lacks ${what}`);
    }
  });

  it('a malformed script is refused, because Octopus would evaluate a part of it', () => {
    expect(() => variables.evaluateScript('echo "#{Name}"; echo "#{"')).toThrow(
      /lacks scripts with malformed expressions/,
    );
    expect(variables.evaluateScript('echo "#{Name}"; echo "##{Name}"')).toBe('echo "world"; echo "#{Name}"');
  });

  it('unclosed conditionals are rejected quickly', () => {
    const text = '#{if Name}'.repeat(400);
    expect(variables.evaluate(text)).toBe(text);
  });
});

describe('a run condition', () => {
  it.each([
    ['', false],
    ['0', false],
    ['False', false],
    [' no ', false],
    [' ', true],
    ['\n', true],
    [' 0', true],
    ['True', true],
    ['anything', true],
    ['#{Name}', true],
    ['#{Unknown}', false],
    ['True #{Unknown}', false],
    ['#{Name | null}', false],
    ['#{if Name}True', false],
  ])('%j holds: %s', (condition, expected) => {
    expect(variables.holds(condition)).toBe(expected);
  });
});
