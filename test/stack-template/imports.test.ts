import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { refuseDisruption } from '../../src/stack-template/disruption.ts';
import { importsOf } from '../../src/stack-template/imports.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';
import { refuseUncertainty } from '../../src/stack-template/uncertain-update.ts';

const plain = readFileSync(new URL('../fixtures/cases/first-deployment-blue-empty.yaml', import.meta.url), 'utf8');
const arn = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/1`;
const without = plain.replace(/ {2}BlueGroup:\n[\s\S]*? {2}Listener:\n/, '  Listener:\n');
const imported = without
  .replaceAll('!Ref BlueGroup', '!ImportValue Net:Blue')
  .replaceAll('!Ref GreenGroup', '!ImportValue {Fn::Sub: "Net:${Suffix}"}')
  .replace('Parameters:\n', 'Parameters:\n  Suffix: {Type: String, Default: Green}\n');
const outputs = { BlueTargetGroup: arn('blue'), GreenTargetGroup: arn('green'), BlueTaskSet: 'ecs-svc/1' };
const groups = { blue: arn('blue'), green: arn('green') };
const values = { 'AWS::Region': 'us-east-1' };
const template = (text: string, imports = {}) => ({ body: parseTemplate(text).body, parameters: values, imports });

it.each([
  ['outputs', imported, outputs],
  ['the groups of the task sets', imported.replace(/ {2}\w+TargetGroup: \{Value.*\n/g, ''), {}],
])('the deployed stack reveals what imports are by its %s', (_, text, shown) => {
  const imports = importsOf(template(text), { outputs: shown, groups }, {});
  expect(imports).toEqual({ 'Net:Blue': arn('blue'), 'Net:Green': arn('green') });
});

it('a group from Parameter Store is no import', () => {
  const stored = without
    .replaceAll('!Ref BlueGroup', "'{{resolve:ssm:/blue}}'")
    .replaceAll('!Ref GreenGroup', arn('green'));
  expect(importsOf(template(stored), { outputs, groups }, {})).toEqual({});
});

it('then an import and its value are the same, and what was unclear is clear', () => {
  const imports = { 'Net:Blue': arn('blue'), 'Net:Green': arn('green') };
  const spelled = imported
    .replaceAll('!ImportValue Net:Blue', arn('blue'))
    .replaceAll(/!ImportValue \{.*?"\}/g, arn('green'));
  const [before, after] = [template(imported, imports), template(spelled, imports)];
  expect(refuseDisruption(before, after, {})).toEqual([]);
  expect(() => refuseDisruption({ ...before, imports: {} }, after, {})).toThrow('BlueSet.LoadBalancers');
  refuseUncertainty(after, before, {}, false);
  expect(() => refuseUncertainty(after, { ...before, imports: {} }, {}, true)).toThrow(
    'Only AWS knows GreenSet.Properties.LoadBalancers',
  );
  const mixed = spelled.replace(`TargetGroupArn: ${arn('green')}\n`, 'TargetGroupArn: !ImportValue Net:Green\n');
  expect(describeShape(parseTemplate(mixed), {}, values).warnings.join()).toContain('Only AWS knows');
  expect(describeShape(parseTemplate(mixed), {}, values, imports).warnings.join()).not.toContain('Only AWS knows');
  const wrong = mixed.replace('Net:Green', 'Net:Blue');
  expect(() => describeShape(parseTemplate(wrong), {}, values, imports)).toThrow('No listener rule or default action');
});
