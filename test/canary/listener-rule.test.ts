import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  actionsWithWeights,
  coloursIn,
  describeConditions,
  foreignGroups,
  forwardGroups,
  type ListenerRule,
  modifyCommand,
  presentActions,
  type RuleAction,
  weightsOf,
} from '../../src/canary/listener-rule.ts';
import { groups, sampleRule } from './sample-traffic.ts';

const rich: ListenerRule = {
  ...sampleRule({ blue: 90, green: 10 }),
  actions: [
    {
      Type: 'authenticate-oidc',
      Order: 1,
      AuthenticateOidcConfig: { Issuer: 'https://login', ClientId: 'me', SessionTimeout: 60 },
    },
    {
      Type: 'forward',
      Order: 2,
      TargetGroupArn: 'repeated by DescribeRules',
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: 'arn:group/third', Weight: 0 },
          { TargetGroupArn: groups.green, Weight: 10, Later: 'field' },
          { TargetGroupArn: groups.blue, Weight: 90 },
        ],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
      },
      SomethingNew: { kept: true },
    },
  ] as readonly object[] as readonly RuleAction[],
};

describe('changing the weights', () => {
  it('carries everything else back: order, authentication, stickiness, fields yet unknown', () => {
    const [login, forward] = actionsWithWeights(rich, groups, { blue: 50, green: 50 });
    expect(login).toEqual({
      ...rich.actions[0],
      AuthenticateOidcConfig: { ...rich.actions[0]?.AuthenticateOidcConfig, UseExistingClientSecret: true },
    });
    const { TargetGroupArn: _repeated, ...rest } = rich.actions[1] as RuleAction;
    expect(forward).toEqual({
      ...rest,
      ForwardConfig: {
        ...rest.ForwardConfig,
        TargetGroups: [
          { TargetGroupArn: 'arn:group/third', Weight: 0 },
          { TargetGroupArn: groups.green, Weight: 50, Later: 'field' },
          { TargetGroupArn: groups.blue, Weight: 50 },
        ],
      },
    });
  });

  it('is read back as it was written, and does not modify the given rule', () => {
    const weight = fc.integer({ min: 0, max: 999 });
    const before = JSON.stringify(rich);
    fc.assert(
      fc.property(weight, weight, (blue, green) => {
        const written = { ...rich, actions: actionsWithWeights(rich, groups, { blue, green }) };
        expect(weightsOf(written, groups)).toEqual({ blue, green });
        expect(foreignGroups(written, groups)).toEqual([]);
      }),
    );
    expect(JSON.stringify(rich)).toBe(before);
  });
});

describe('writing a rule back as it is', () => {
  it('sends what setting the present weights would send', () => {
    expect(presentActions(rich)).toEqual(actionsWithWeights(rich, groups, weightsOf(rich, groups)));
  });

  it('adds no colour that the rule lacks', () => {
    const single: ListenerRule = { ...sampleRule(), actions: [{ Type: 'forward', TargetGroupArn: groups.blue }] };
    expect(presentActions(single)).toEqual([
      { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: groups.blue, Weight: 1 }] } },
    ]);
  });
});

describe('reading a rule', () => {
  it('finds groups with weight that are neither colour', () => {
    expect(foreignGroups(sampleRule({ blue: 1, green: 1 }, 5), groups)).toEqual(['arn:group/foreign']);
    expect(foreignGroups(sampleRule({ blue: 1, green: 1 }, 0), groups)).toEqual([]);
  });

  it('restores a colour that somebody removed from the rule', () => {
    const single: ListenerRule = { ...sampleRule(), actions: [{ Type: 'forward', TargetGroupArn: groups.green }] };
    expect(actionsWithWeights(single, groups, { blue: 100, green: 0 })).toEqual([
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: groups.green, Weight: 0 },
            { TargetGroupArn: groups.blue, Weight: 100 },
          ],
        },
      },
    ]);
  });

  it('treats a forward to a single group as all of the traffic', () => {
    const single: ListenerRule = { ...sampleRule(), actions: [{ Type: 'forward', TargetGroupArn: groups.green }] };
    expect(forwardGroups(single)).toEqual([{ TargetGroupArn: groups.green, Weight: 1 }]);
    expect(weightsOf(single, groups)).toEqual({ blue: 0, green: 1 });
    expect(coloursIn(single, groups)).toBe(1);
    expect(coloursIn(sampleRule(), groups)).toBe(2);
    expect(forwardGroups({ ...single, actions: [{ Type: 'redirect' }] })).toEqual([]);
  });

  it('treats groups without weights as equal, as AWS does', () => {
    const TargetGroups = [groups.blue, groups.green, 'arn:group/foreign'].map((TargetGroupArn) => ({ TargetGroupArn }));
    const unweighted = { ...sampleRule(), actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] };
    expect(weightsOf(unweighted, groups)).toEqual({ blue: 1, green: 1 });
    expect(foreignGroups(unweighted, groups)).toEqual(['arn:group/foreign']);
  });

  it('describes conditions as a person reads them', () => {
    expect(describeConditions([])).toBe('every request');
    expect(
      describeConditions([
        { Field: 'path-pattern', Values: ['/a', '/b'] },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X' } } as never,
      ]),
    ).toBe('path-pattern /a, /b; http-header X:');
  });
});

describe('a command to copy', () => {
  it('passes any rule to a shell unchanged', () => {
    const Host = `it's $(echo pwned) \`echo pwned\` "; echo pwned; ' \\ $HOME !!`;
    const actions: RuleAction[] = [{ Type: 'authenticate-oidc', AuthenticateOidcConfig: { Issuer: Host } }];
    const arn = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/1/2/3';
    const command = modifyCommand({ arn, priority: '10' }, actions);
    const script = `aws() { printf '%s\\0' "$@"; }\n${command}`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.split('\0')).toEqual([
      'elbv2',
      'modify-rule',
      '--rule-arn',
      arn,
      '--actions',
      JSON.stringify(actions),
      '--region',
      'eu-west-1',
      '',
    ]);
  });
});
