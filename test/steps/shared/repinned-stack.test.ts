import { expect, it } from 'vitest';
import { noHints } from '../../../src/canary/location-hints.ts';
import { parseTemplate } from '../../../src/stack-template/parsed-template.ts';
import { valueAt } from '../../../src/stack-template/template-value.ts';
import { repinnedStack } from '../../../src/steps/shared/repinned-stack.ts';
import { articleTemplate } from '../../support/sound-values.ts';

const article = articleTemplate('first-deployment.yaml');
const stable = 'arn:aws:ecs:us-east-1:123456789012:task-definition/shop:26';

it.each([
  ['a value of Secrets Manager', article.replace('1.0.0', '{{resolve:secretsmanager:shop}}')],
  ['a macro', `Transform: Colours\n${article}`],
  ['a macro in its place', article.replace('Resources:\n', 'Resources:\n  Fn::Transform: {Name: Colours}\n')],
  [
    'a file that is included',
    article.replace("'1.0.0'", "!Transform {Name: 'AWS::Include', Parameters: {Location: s3://a/b}}"),
  ],
])('Prepare Blue pins green too in a template with %s, which AWS may read otherwise than before', (_, text) => {
  expect(text).not.toBe(article);
  expect(greenOf(text)).toBe(stable);
});

it('Prepare Blue leaves green unchanged where only the template defines it', () => {
  expect(greenOf(article)).toEqual({ Ref: 'MyTask' });
});

function greenOf(text: string) {
  const stack = { name: 'shop', parameters: {}, capabilities: [] } as never;
  const { templateBody } = repinnedStack(stack, text, { parts: noHints, stackRoleArn: undefined }, stable);
  return valueAt(parseTemplate(templateBody).body, 'Resources', 'GreenTaskSet', 'Properties', 'TaskDefinition');
}
