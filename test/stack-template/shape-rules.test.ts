import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ShapeOverrides } from '../../src/stack-template/canary-resources.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';

function template(name: string): string {
  return readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
}

function problemOf(text: string, overrides: ShapeOverrides = {}, parameters: Record<string, string> = {}): string {
  try {
    describeShape(parseTemplate(text), overrides, parameters);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const plain = template('cases/first-deployment-blue-empty.yaml');

describe('conditions that only AWS knows', () => {
  it.each([
    ['a list from Parameter Store', '[{Field: path-pattern, Values: !Ref Paths}]'],
    ['a split import', '[{Field: path-pattern, Values: !Split [",", !ImportValue Paths]}]'],
    ['an import in a list', '[{Field: host-header, HostHeaderConfig: {Values: [!ImportValue Host]}}]'],
    ['a choice of values', '[{Field: path-pattern, Values: !If [Unknown, [/a], [/b]]}]'],
    ['a choice of conditions', '!If [Unknown, [{Field: path-pattern, Values: [/a]}], []]'],
    [
      'an imported query string',
      '[{Field: query-string, QueryStringConfig: {Values: [{Key: a, Value: !ImportValue A}]}}]',
    ],
    ['an imported address', '[{Field: source-ip, SourceIpConfig: {Values: [!ImportValue Range]}}]'],
  ])('are no reason to refuse a rule, nor to crash: %s', (_, conditions) => {
    const text = plain
      .replace(
        'Parameters:\n',
        'Conditions: {Unknown: !Equals [!Ref AWS::URLSuffix, x]}\nParameters:\n  Paths: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /paths}\n',
      )
      .replace(
        /Conditions:\n {8}- Field: path-pattern\n {10}PathPatternConfig: \{Values: \["\/\*"\]\}/,
        `Conditions: ${conditions}`,
      );
    expect(text).toContain(conditions);
    expect(problemOf(text)).toBe('');
  });

  it('hide no later rule, and mark nobody as a tester', () => {
    const rule = (conditions: string, priority: string) => `
  Pay:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties: {ListenerArn: !Ref Listener, Priority: ${priority}, Conditions: ${conditions}, Actions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]}
  Service:
`;
    const add = (text: string, conditions: string, priority = '5') =>
      text.replace('\n  Service:\n', rule(conditions, priority));
    const header = '[{Field: http-header, HttpHeaderConfig: {HttpHeaderName: Cookie, Values: [!ImportValue Mark]}}]';
    expect(problemOf(add(plain, header))).toContain('Users would reach green without approval through Pay');
    const unknown = plain.replace('Priority: 10', 'Priority: !ImportValue Priority');
    expect(problemOf(add(unknown, '[{Field: path-pattern, Values: [/pay/*]}]'))).toContain('through Pay');
    expect(problemOf(add(plain, '[{Field: path-pattern, Values: [/pay/*]}]', '500'))).toBe('');
  });
});

describe('a test listener', () => {
  const text = template('cases/test-listener.yaml');
  const arn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/1/2';

  it('that is named by its ARN is not asked for again', () => {
    expect(problemOf(text)).toContain('the default action of TestListener');
    expect(problemOf(text, { testListeners: [arn] })).toBe('');
    const crossed = text
      .replace('Port: 9001', 'Port: 9002')
      .replace('ListenerArn: !Ref Listener', 'ListenerArn: !GetAtt Listener.ListenerArn');
    expect(problemOf(crossed, { testListeners: ['TestListener'] })).toBe('');
  });

  it('may not name blue at any weight', () => {
    const both =
      '[{Type: forward, ForwardConfig: {TargetGroups: [{TargetGroupArn: !Ref BlueGroup, Weight: 0}, {TargetGroupArn: !Ref GreenGroup, Weight: 100}]}}]';
    const mixed = text.replace(
      'DefaultActions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]',
      `DefaultActions: ${both}`,
    );
    expect(problemOf(mixed, { testListeners: ['TestListener'] })).toContain('also forwards to blue');
  });
});

describe('what is advised', () => {
  const doors = template('entry-points/every-entry-point.yaml');
  const toGreen = (text: string, id: string) =>
    text.replace(
      new RegExp(`(  ${id}:\\n[\\s\\S]*?)ForwardConfig:[\\s\\S]*?Weight: 0`),
      '$1TargetGroupArn: !Ref GreenGroup',
    );

  it('with a logical id that nothing has says nothing of the other rules, which may be what was meant', () => {
    const problem = problemOf(doors, { listenerRules: ['Rule', 'ApiRul'] });
    expect(problem).toContain('EcsCanary.Parts says ListenerRule=ApiRul');
    expect(problem.split('\n')).toHaveLength(2);
    expect(problemOf(doors, { testListeners: ['Lisener'] }).split('\n')).toHaveLength(2);
  });

  it('for a rule that splits already but is left out is to name it too, or to name none', () => {
    const problem = problemOf(doors, { listenerRules: ['Rule', 'InternalListener'] });
    expect(problem).toContain(
      'To split them too, add the line ListenerRule=ApiRule to EcsCanary.Parts, or remove the lines ListenerRule=… with logical ids;',
    );
    expect(problem).not.toContain('forward to both groups');
  });

  it('for a default action to green is to name its listener first, and no condition, which it cannot have', () => {
    const problem = problemOf(toGreen(doors, 'InternalListener'));
    expect(problem).toMatch(
      /the default action of InternalListener\. If only testers use it, add the line TestListener=InternalListener to EcsCanary\.Parts/,
    );
    expect(problem).not.toContain('condition');
    expect(problemOf(toGreen(doors, 'ApiRule'))).toContain('give the rule a condition on a query string or header');
  });
});

// The refusal once said that no rule forwards to both, although only the named one did not.
it('a named rule that splits nobody is told as such, with those that do', () => {
  expect(problemOf(plain, { listenerRules: ['Listener'] })).toContain(
    '- EcsCanary.Parts says ListenerRule=Listener, which does not forward to both target groups in one forward action with weights. Those that do: Rule. Correct or remove that line.',
  );
  expect(problemOf(plain, { listenerRules: ['Rule', 'Listener'] })).toContain('says ListenerRule=Listener');
  expect(problemOf(plain, { listenerRules: ['Listener'] }).split('\n')).toHaveLength(2);
});

it('while the colours are unknown, no rule that splits is said to be missing', () => {
  const unknown = plain
    .replace(/Outputs:[^]*/, '')
    .replaceAll('BlueGroup', 'One')
    .replaceAll('GreenGroup', 'Other');
  const nobody = { blueTaskSet: 'BlueSt', greenTaskSet: 'GreenSt' };
  expect(problemOf(unknown, nobody)).not.toContain('No listener rule');
});
