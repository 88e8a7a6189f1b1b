import { describe, expect, it } from 'vitest';
import { refuseDisruption } from '../../src/stack-template/disruption.ts';
import { presence } from '../../src/stack-template/known-value.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { articleTemplate } from '../support/sound-values.ts';

const article = articleTemplate('first-deployment.yaml');
const here = { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012', 'AWS::StackName': 'shop' };
type Values = Readonly<Record<string, string>>;

describe('what an update of an own template changes is seen', () => {
  const mapped = (key: string, port: number) =>
    withPort(`!FindInMap [Ports, ${key}, Web]`, `Mappings: {Ports: {us-east-1: {Web: ${port}}, shop: {Web: ${port}}}}`);

  it.each(['!Ref AWS::Region', "!Sub '${AWS::StackName}'"])('in a mapping that is looked up by %s', (key) => {
    expect(refusal(mapped(key, 4000), mapped(key, 4001), here)).toContain('BlueTargetGroup.Port: 4000 becomes 4001.');
    expect(refusal(mapped(key, 4000), mapped("!Join ['-', [us, east, '1']]", 4000), here)).toBe('');
  });

  it.each(['!Ref AWS::Region', '!Ref AWS::URLSuffix', '!Ref Nothing'])(
    'in a mapping by %s, which is not known',
    (key) => {
      expect(refusal(mapped(key, 4000), mapped(key, 4001))).toContain('Mapping.us-east-1.Web: 4000 becomes 4001.');
      expect(refusal(mapped(key, 4000), mapped(key, 4000))).toBe('');
    },
  );

  const ruled = (...conditions: string[]) =>
    article
      .replace('Resources:\n', `Conditions:\n  ${conditions.join('\n  ')}\nResources:\n`)
      .replace('  MyListenerRule:\n', '  MyListenerRule:\n    Condition: Here\n');

  it('in a condition by region, which takes the rule away', () => {
    const [one = '', other = ''] = ['us-east-1', 'eu-west-1'].map((region) =>
      ruled(`Here: !Equals [!Ref AWS::Region, ${region}]`),
    );
    expect(refusal(one, other, here)).toContain(
      'MyListenerRule (AWS::ElasticLoadBalancingV2::ListenerRule) would be removed.',
    );
    expect(refusal(one, one, here)).toBe('');
  });

  it('in a condition of a condition that only AWS can tell', () => {
    const [one = '', other = ''] = ['amazonaws.com', 'other'].map((suffix) =>
      ruled('Here: !Not [!Condition There]', `There: !Equals [!Ref AWS::URLSuffix, ${suffix}]`),
    );
    expect(refusal(one, other, here)).toContain('MyListenerRule.Condition');
    expect(refusal(one, one, here)).toBe('');
    expect(refusal(one, article, here)).toBe('');
  });

  it('in the default of a parameter that is named like a method of every object', () => {
    const [one = '', other = ''] = [4000, 4001].map((port) =>
      withPort('!Ref constructor', `Parameters: {constructor: {Type: String, Default: '${port}'}}`),
    );
    expect(refusal(one, other)).toContain('BlueTargetGroup.Port: 4000 becomes 4001.');
  });
});

describe('conditions', () => {
  const chain = (length: number, first: string) => {
    const links = Array.from({ length }, (_, at) => `  C${at + 1}: !And [!Condition C${at}, !Condition C${at}]\n`);
    const text = `Conditions:\n  C0: ${first}\n${links.join('')}Resources: {A: {Type: T, Condition: C${length}}}\n`;
    return presence({ body: parseTemplate(text).body, parameters: {} }, 'A');
  };

  it('that name one another twice each are told in time', () => {
    expect(chain(60, '!Equals [a, a]')).toBe(true);
    expect(chain(60, '!Equals [a, b]')).toBe(false);
    expect(JSON.stringify(chain(60, '!Equals [!Ref AWS::URLSuffix, b]')).length).toBeLessThan(10_000);
  });

  it('that go in a circle, or on for ever, are not known', () => {
    expect(typeof chain(3, '!Condition C3')).toBe('object');
    expect(typeof chain(800, '!Equals [a, a]')).toBe('object');
  });

  it.each([
    ['Type: String, NoEcho: true', '****'],
    ["Type: 'AWS::SSM::Parameter::Value<String>'", '/shop/stage'],
  ])('on a parameter {%s}, whose value AWS does not show, are not known', (parameter, value) => {
    const text = `Parameters: {P: {${parameter}}}\nConditions: {C: !Not [!Equals [!Ref P, none]]}\nResources: {A: {Type: T, Condition: C}}\n`;
    expect(typeof presence({ body: parseTemplate(text).body, parameters: { P: value } }, 'A')).toBe('object');
  });
});

it.each(['constructor', 'toString', '__proto__'])(
  'a resource of the type %s is compared as one that is not known',
  (type) => {
    const typed = article
      .replace('Resources:\n', `Resources:\n  Extra:\n    Type: ${type}\n`)
      .replace('      - MyListener\n', '      - MyListener\n      - Extra\n');
    expect(typed).toContain('- Extra');
    expect(refusal(typed, typed)).toBe('');
  },
);

function withPort(port: string, section: string): string {
  const text = article
    .replace('Resources:\n', `${section}\nResources:\n`)
    .replaceAll('Port: 4000\n      Protocol', `Port: ${port}\n      Protocol`);
  expect(text).toContain(port);
  return text;
}

function refusal(before: string, after: string, parameters: Values = {}): string {
  const [one = '', other = ''] = [before, after].map((text) => ({ body: parseTemplate(text).body, parameters }));
  try {
    refuseDisruption(one as never, other as never, {});
    return '';
  } catch (error) {
    if ((error as { code?: string }).code !== 'disruptive-update') throw error;
    return (error as Error).message;
  }
}
