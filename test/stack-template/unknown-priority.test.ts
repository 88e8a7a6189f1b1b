import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import { describeShape } from '../../src/stack-template/shape.ts';

const plain = readFileSync(new URL('../fixtures/cases/first-deployment-blue-empty.yaml', import.meta.url), 'utf8');

/** The template with a second rule that leads to green, beside a production rule of every path and priority 10. */
function leadingToGreen(priority: string): string {
  const rule = `
  Pay:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties: {ListenerArn: !Ref Listener, Priority: ${priority}, Conditions: [{Field: path-pattern, Values: [/pay/*]}], Actions: [{Type: forward, TargetGroupArn: !Ref GreenGroup}]}
  Service:
`;
  const text = plain.replace('\n  Service:\n', rule);
  expect(text).not.toBe(plain);
  return text;
}

it.each(['5', '!ImportValue Priority', '!GetAtt Counter.Next'])(
  'a rule to green with the priority %s is refused: no rule is known to come before it',
  (priority) => {
    expect(() => describeShape(parseTemplate(leadingToGreen(priority)))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('Users would reach green without approval through Pay'),
      }),
    );
  },
);

it('a rule to green that comes after one of every path leads nobody there', () => {
  expect(() => describeShape(parseTemplate(leadingToGreen('11')))).not.toThrow();
});
