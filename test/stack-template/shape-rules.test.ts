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

describe('a condition that only AWS knows, and that may match every request, marks nobody as a tester', () => {
  const stored = (name: string) => `{{resolve:ssm:/${name}}}`;
  const header = (name: string, values: string) =>
    `{Field: http-header, HttpHeaderConfig: {HttpHeaderName: ${name}, Values: [${values}]}}`;
  const query = (values: string) => `{Field: query-string, QueryStringConfig: {Values: [${values}]}}`;
  const rule = (id: string, priority: number, conditions: string, group = 'GreenGroup') =>
    `  ${id}: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref Listener, Priority: ${priority}, Conditions: [${conditions}], Actions: [{Type: forward, TargetGroupArn: !Ref ${group}}]}}\n`;
  const withRules = (...rules: readonly string[]) =>
    plain
      .replace(
        'Parameters:\n',
        'Parameters:\n  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /stored}\n',
      )
      .replace('  Service:\n', `${rules.join('')}  Service:\n`);

  it.each([
    ['the value of a header', header('User-Agent', `'${stored('agent')}'`)],
    ['one of two values of a header', header('User-Agent', "beta, '{{resolve:ssm:/agent}}'")],
    ['one of two values, imported', header('User-Agent', 'beta, !ImportValue Agent')],
    ['a parameter of Parameter Store', header('Cookie', '!Ref Stored')],
    ['the name of a header', header('!Ref Stored', "'*'")],
    ['the imported name of a header', header('!ImportValue Name', "'*'")],
    ['the value of any query string', query("{Key: '*', Value: !Ref Stored}")],
    ['one of two query strings', query('{Key: test, Value: yes}, !If [Aws, {Key: a, Value: b}, {Value: "*"}]')],
    ['a host', '{Field: host-header, HostHeaderConfig: {Values: [!Ref Stored]}}'],
    ['an address', '{Field: source-ip, SourceIpConfig: {Values: [!Ref Stored]}}'],
  ])('%s', (_, condition) => {
    const conditions = 'Conditions: {Aws: !Equals [!Ref AWS::URLSuffix, amazonaws.com]}\n';
    expect(problemOf(conditions + withRules(rule('Pay', 5, condition)))).toContain(
      'Users would reach green without approval through Pay',
    );
  });

  it.each([
    ['a header of their own', header('X-Canary', '!Ref Stored')],
    ['a query string of their own', query('{Key: canary, Value: !Ref Stored}')],
    ['a cookie of their own', header('Cookie', '!Sub "*canary=${Stored}*"')],
    ['a host of their own', '{Field: host-header, HostHeaderConfig: {Values: [!Sub "beta.${Stored}"]}}'],
  ])('but testers are known by what is certain: %s', (_, condition) => {
    expect(problemOf(withRules(rule('Pay', 5, condition)))).toBe('');
  });

  it.each([
    ['two stored paths', `'${stored('a')}'`, `'${stored('b')}'`],
    ['two imported paths', '!ImportValue A', '!ImportValue B'],
  ])('nor does it hide a later rule: %s', (_, earlier, later) => {
    const path = (value: string) => `{Field: path-pattern, PathPatternConfig: {Values: [${value}]}}`;
    const redirect = rule('First', 4, path(earlier)).replace(
      '{Type: forward, TargetGroupArn: !Ref GreenGroup}',
      '{Type: fixed-response, FixedResponseConfig: {StatusCode: "404"}}',
    );
    expect(problemOf(withRules(redirect, rule('Pay', 5, path(later))))).toContain('through Pay');
    expect(problemOf(withRules(redirect, rule('Pay', 5, path(earlier))))).toBe('');
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

  it('that is named by its ARN covers no rule on another listener whose ARN is known', () => {
    const on = (listener: string) =>
      plain.replace(
        '  Service:\n',
        `  Aside: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: ${listener}, Priority: 5, Conditions: [{Field: path-pattern, PathPatternConfig: {Values: [/aside]}}], Actions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]}}\n  Service:\n`,
      );
    const other = arn.replace('/2', '/3');
    expect(problemOf(on(other), { testListeners: [arn] })).toContain(`add the line TestListener=${other} to`);
    expect(problemOf(on(other), { testListeners: [arn, other] })).toBe('');
    for (const listener of [arn, '!ImportValue Testers'])
      expect(problemOf(on(listener), { testListeners: [arn] })).toBe('');
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
    .replace(/Outputs:[\s\S]*/, '')
    .replaceAll('BlueGroup', 'One')
    .replaceAll('GreenGroup', 'Other');
  const nobody = { blueTaskSet: 'BlueSt', greenTaskSet: 'GreenSt' };
  expect(problemOf(unknown, nobody)).not.toContain('No listener rule');
});
