import { describe, expect, it } from 'vitest';
import { buildStackTemplate } from '../../src/stack-template/built-in-template.ts';
import { refuseDisruption } from '../../src/stack-template/disruption.ts';
import type { ValuedTemplate } from '../../src/stack-template/known-value.ts';
import { parseTemplate } from '../../src/stack-template/parsed-template.ts';
import type { StackSettings } from '../../src/stack-template/settings.ts';
import { certificateArn, sampleSettings } from './sample-settings.ts';

function template(more: Partial<StackSettings>): ValuedTemplate {
  const secure = { listenerPort: 443, certificateArn };
  const { body, parameters } = buildStackTemplate(sampleSettings({ ...secure, ...more }));
  return { body: parseTemplate(body).body, parameters };
}

describe('an update of the built-in stack', () => {
  it.each([
    ['on', false, true],
    ['off', true, false],
  ])('may turn the redirect %s, because what serves does not need it', (_, from, to) => {
    expect(refuseDisruption(template({ httpRedirect: from }), template({ httpRedirect: to }), {})).toEqual([]);
  });

  it('may not take away the listener that serves, redirect or not', () => {
    const listenerArn = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shop/50dc6c495c0c9188/1';
    const attempt = () => refuseDisruption(template({ httpRedirect: true }), template({ listenerArn }), {});
    expect(attempt).toThrow('  - Listener (AWS::ElasticLoadBalancingV2::Listener) would be removed.');
    expect(attempt).not.toThrow('RedirectListener');
  });
});
