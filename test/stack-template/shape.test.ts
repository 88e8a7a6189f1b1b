import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/canary/operator-error.ts';
import type { ShapeOverrides } from '../../src/stack-template/canary-resources.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape, locateShape, refuseAbsence } from '../../src/stack-template/shape.ts';

const article = ['first-deployment.json', 'first-deployment.yaml', 'second-deployment.json', 'second-deployment.yaml'];

function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/article/${name}`, import.meta.url), 'utf8');
}

/** The article's template with the first occurrence of some text replaced. */
function changed(from: string | RegExp, to: string | ((found: string) => string)): string {
  const text = fixture('first-deployment.yaml');
  const result = text.replace(from, to as string);
  expect(result).not.toBe(text);
  return result;
}

function problemOf(text: string, overrides?: ShapeOverrides): string {
  try {
    describeShape(parseTemplate(text), overrides);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    expect((error as OperatorError).code).toBe('invalid-template');
    return (error as OperatorError).message;
  }
  return 'no problem';
}

describe('describeShape', () => {
  it.each(article)('finds everything in the article’s %s', (name) => {
    const { warnings, ...resources } = describeShape(parseTemplate(fixture(name)));
    expect(resources).toEqual({
      blueTaskSet: 'BlueTaskSet',
      greenTaskSet: 'GreenTaskSet',
      blueTargetGroup: 'BlueTargetGroup',
      greenTargetGroup: 'GreenTargetGroup',
      service: 'MyService',
      productionRules: ['MyListenerRule'],
    });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('add DependsOn: MyListenerRule');
    expect(warnings[1]).toContain('BlueTargetGroup and GreenTargetGroup: with a fixed Name');
    expect(warnings[2]).toMatch(/^MyTask: the container \S+ has no LogConfiguration/);
  });

  it.each([
    ['{LogDriver: awslogs}', false],
    ["!If [Logs, {LogDriver: splunk}, !Ref 'AWS::NoValue']", false],
    ["!Ref 'AWS::NoValue'", true],
  ])('warns of a container that logs nowhere; with the LogConfiguration %s: %s', (value, warns) => {
    const name = 'Name: mycontainer\n';
    const text = changed(name, `${name}          LogConfiguration: ${value}\n`);
    const { warnings } = describeShape(parseTemplate(text));
    expect(warnings.some((warning) => warning.includes('has no LogConfiguration'))).toBe(warns);
  });

  it('does not warn of a race that a dependency of a dependency prevents', () => {
    const text = changed('  MyService:\n', '  MyService:\n    DependsOn: MyListenerRule\n');
    const { warnings } = describeShape(parseTemplate(text));
    expect(warnings.join()).not.toContain('DependsOn');
  });

  it('refuses a task definition that is deregistered when it is replaced', () => {
    expect(problemOf(changed('    UpdateReplacePolicy: Retain\n', ''))).toContain(
      'MyTask needs UpdateReplacePolicy: Retain',
    );
  });

  it.each([
    [/Weight: 0\b/, 'Weight: 10'],
    [/Weight: 100\b/, 'Weight: 0'],
    [/Weight: 100\b/, 'Weight: many'],
    [/Weight: 0\b/, 'Other: 1'],
  ])('refuses a rule whose weights are not all blue: %s becomes %s', (from, to) => {
    expect(problemOf(changed(from, to))).toContain('MyListenerRule must give all traffic to blue');
  });

  it('refuses a tag that names green stable, and only warns when there is no tag', () => {
    expect(problemOf(changed(/Value: '?Blue'?\n/, 'Value: Green\n'))).toContain(
      'MyService must be tagged StableStack=Blue',
    );
    const untagged = changed('Key: StableStack', 'Key: Other');
    expect(describeShape(parseTemplate(untagged)).warnings.join()).toContain('no tag StableStack=Blue');
  });

  it('refuses the target groups of a Network Load Balancer', () => {
    expect(problemOf(changed('Protocol: HTTP\n      TargetType', 'Protocol: TCP\n      TargetType'))).toContain(
      'TCP of a Network Load Balancer',
    );
  });

  it('refuses a task set that registers with the other colour', () => {
    const crossed = fixture('first-deployment.json').replaceAll(
      /"TargetGroupArn": \{\s*"Ref": "GreenTargetGroup"/g,
      (m) => m.replace('Green', 'Blue'),
    );
    expect(problemOf(crossed)).toContain('GreenTaskSet must register with GreenTargetGroup');
  });

  it('lists every problem at once, with what was found and the parameter that settles it', () => {
    const text = changed(/\nOutputs:[\s\S]*/, '\n')
      .replaceAll(/Blue(TaskSet|TargetGroup)/g, 'A$1')
      .replaceAll(/Green(TaskSet|TargetGroup)/g, 'B$1')
      .replaceAll(/TargetGroupArn:\n\s+Ref: .TargetGroup/g, '')
      .replace('Type: EXTERNAL', 'Type: ECS');
    const message = problemOf(text);
    for (const part of [
      'no output BlueTaskSet, and no AWS::ECS::TaskSet of that name. Found: BTaskSet, ATaskSet. To name it, add the line BlueTaskSet=LOGICAL_ID to EcsCanary.Parts.',
      'no output GreenTaskSet',
      'no output BlueTargetGroup, and no AWS::ElasticLoadBalancingV2::TargetGroup of that name. Found: BTargetGroup, ATargetGroup. To name it, add the line BlueTargetGroup=LOGICAL_ID to EcsCanary.Parts.',
      'no output GreenTargetGroup',
      'MyService needs DeploymentController: {Type: EXTERNAL}. Found: "ECS".',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain('Service=LOGICAL_ID');
    // Its rule does split users; only the colours are unknown.
    expect(message).not.toContain('No listener rule');
  });

  it('takes the operator’s word for what the outputs do not say', () => {
    const text = changed(/\nOutputs:[\s\S]*/, '\n');
    const overrides = {
      blueTaskSet: 'BlueTaskSet',
      greenTaskSet: ' GreenTaskSet ',
      blueTargetGroup: 'BlueTargetGroup',
      greenTargetGroup: 'GreenTargetGroup',
      service: '',
    };
    expect(describeShape(parseTemplate(text), overrides)).toMatchObject({
      greenTaskSet: 'GreenTaskSet',
      service: 'MyService',
    });
  });

  it.each([
    [
      { greenTaskSet: 'Nothing' },
      'EcsCanary.Parts says GreenTaskSet=Nothing, which should be an AWS::ECS::TaskSet, but there is no resource of that name. Found: GreenTaskSet, BlueTaskSet. Correct or remove that line.',
    ],
    [{ greenTaskSet: 'MyService' }, 'but it is of type AWS::ECS::Service'],
    [{ greenTaskSet: 'BlueTaskSet' }, 'Blue and green are the same task set'],
    [{ greenTargetGroup: 'BlueTargetGroup' }, 'Blue and green have the same target group'],
  ])('checks the operator’s word: %j', (overrides, expected) => {
    expect(problemOf(fixture('first-deployment.yaml'), overrides)).toContain(expected);
  });

  it.each([
    ['they name it by Fn::Sub', "!Sub '${AWS::StackName}-shop'", "!Sub '${AWS::StackName}-shop'"],
    ['they name it by Fn::Join', "!Join ['-', [!Ref AWS::StackName, a]]", "!Join ['-', [!Ref AWS::StackName, a]]"],
    ['no other can have task sets', '!ImportValue Name', 'shop'],
  ])('needs no line for the service beside a rolling one if %s', (_, told, name) => {
    const text = changed(
      '  MyService:\n',
      '  Worker: {Type: AWS::ECS::Service, Properties: {DesiredCount: 2}}\n  MyService:\n',
    )
      .replace('ServiceName: myservice', `ServiceName: ${name}`)
      .replaceAll(' Service: myservice', ` Service: ${told}`);
    expect(text).toContain(` Service: ${told}`);
    expect(describeShape(parseTemplate(text)).service).toBe('MyService');
  });

  it('asks which of several services is meant, unless the task sets say it', () => {
    const text = fixture('first-deployment.json');
    const { Resources, ...rest } = JSON.parse(text);
    const twice = JSON.stringify({
      ...rest,
      Resources: { ...Resources, Second: Resources.MyService },
    });
    const message = problemOf(twice);
    expect(message).toContain(
      'The template has 2 services, and the task sets do not show which one is theirs. Found: MyService, Second. To name it, add the line Service=LOGICAL_ID',
    );
    expect(locateShape(parseTemplate(twice), { service: 'Second' })).toMatchObject({ service: 'Second' });
  });

  it('judges nothing where only the place is asked', () => {
    const text = changed('    UpdateReplacePolicy: Retain\n', '');
    expect(locateShape(parseTemplate(text))).toMatchObject({ service: 'MyService' });
  });
});

describe('refuseAbsence', () => {
  const conditional = (condition: string) => {
    const text = changed('  GreenTaskSet:\n', '  GreenTaskSet:\n    Condition: C\n');
    const { body } = parseTemplate(text.replace('Resources:\n', `Conditions: {C: ${condition}}\nResources:\n`));
    return { body, parameters: { 'AWS::Region': 'us-east-1' } };
  };
  const unsure = conditional('!Equals [!Ref AWS::URLSuffix, a]');

  it('accepts a condition that holds, and one that only AWS can tell where it is deployed', () => {
    const plain = { body: parseTemplate(fixture('first-deployment.yaml')).body, parameters: {} };
    for (const before of [undefined, plain, unsure]) {
      refuseAbsence(plain, before, {});
      refuseAbsence(conditional('!Equals [!Ref AWS::Region, us-east-1]'), before, {});
    }
    refuseAbsence(unsure, unsure, {});
  });

  it.each([
    ['that does not hold', '!Equals [!Ref AWS::Region, eu-west-1]'],
    ['that only AWS can tell', '!Equals [!Ref AWS::URLSuffix, b]'],
  ])('refuses a condition %s, at the first deployment and later', (_, condition) => {
    for (const before of [undefined, unsure])
      expect(() => refuseAbsence(conditional(condition), before, {})).toThrow(
        'GreenTaskSet has the Condition C, which',
      );
  });
});

// Each of these cost a failed creation of the whole stack.
it('names every property of the service that belongs to the task sets, at once', () => {
  const text = changed(
    /DeploymentController:\s+Type: EXTERNAL\n/,
    (found) => `LaunchType: FARGATE\n      PlatformVersion: LATEST\n      ${found}`,
  );
  expect(problemOf(text)).toContain(
    'has LaunchType, PlatformVersion, which ECS accepts only in the task sets of an EXTERNAL service. Move it there.',
  );
});
