import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ShapeOverrides } from '../../src/stack-template/canary-resources.ts';
import { refuseForeignArns } from '../../src/stack-template/foreign-arns.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';

const text = readFileSync(new URL('../fixtures/entry-points/every-entry-point.yaml', import.meta.url), 'utf8');
const home = { 'AWS::Region': 'us-east-1', 'AWS::AccountId': '123456789012' };
const rule =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/web/0123456789abcdef/50dc6c495c0c9188/9683b2d02a6cabee';
const listener = rule.replace('listener-rule', 'listener').replace(/\/\w+$/, '');

function refusal(overrides: ShapeOverrides, template = text, parameters: Record<string, string> = home): string {
  try {
    refuseForeignArns({ body: parseTemplate(template).body, parameters }, overrides);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid-parameters' });
    return (error as Error).message;
  }
}

describe('ARNs of rules and listeners outside the template', () => {
  it('are refused before the stack is created where region, account or load balancer are not its own', () => {
    const elsewhere = {
      region: rule.replace('us-east-1', 'eu-west-1'),
      account: rule.replace('123456789012', '210987654321'),
      balancer: rule.replace('/app/web/', '/app/api/'),
    };
    expect(refusal({ listenerRuleArns: [elsewhere.region] })).toContain(
      `EcsCanary.Parts says ListenerRule=${elsewhere.region}, which is in eu-west-1, but the stack is in us-east-1.`,
    );
    expect(refusal({ listenerRuleArns: [elsewhere.account] })).toContain('in the account 210987654321, but the stack');
    expect(refusal({ listenerRuleArns: [elsewhere.balancer] })).toContain('loadbalancer/app/api/0123456789abcdef, but');
    expect(refusal({ testListeners: [listener.replace('/app/web/', '/app/api/')] })).toContain(
      'EcsCanary.Parts says TestListener=',
    );
    expect(refusal({ listenerRuleArns: Object.values(elsewhere) }).split('\n  - ')).toHaveLength(4);
  });

  it('are let pass where they are those of the stack, or where nobody but AWS can tell', () => {
    expect(refusal({ listenerRuleArns: [rule, listener], testListeners: ['Listener', listener] })).toBe('');
    const other = { listenerRuleArns: [rule.replace('/app/web/', '/app/api/')] };
    expect(refusal(other, text.replaceAll('LoadBalancerArn: !Ref Lb', 'LoadBalancerArn: !ImportValue Lb'))).toBe('');
    expect(refusal(other, text.replace('LoadBalancerArn: !Ref Lb', 'LoadBalancerArn: !ImportValue Lb'))).toBe('');
    expect(refusal({ listenerRuleArns: [rule.replace('123456789012', '210987654321')] }, 'Resources: {}', {})).toBe('');
  });

  it('are held against the listener of others that a rule of the template belongs to', () => {
    const shared = `Resources: {Rule: {Type: "AWS::ElasticLoadBalancingV2::ListenerRule", Properties: {ListenerArn: "${listener}"}}}`;
    expect(refusal({ listenerRuleArns: [rule] }, shared)).toBe('');
    expect(refusal({ listenerRuleArns: [rule.replace('/app/web/', '/app/api/')] }, shared)).toContain('/app/api/');
  });
});
