import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGroup, createListener, createLoadBalancer, createRule, openScene, type Scene } from '../scene.ts';

let scene: Scene;
let listener: string;
let blue: string;
let green: string;

beforeEach(async () => {
  scene = await openScene();
  listener = await createListener(scene, await createLoadBalancer(scene));
  [blue, green] = [await createGroup(scene, 'blue'), await createGroup(scene, 'green')];
});
afterEach(() => scene.close());

const describeRule = async (arn: string) => (await scene.elb.describeRules({ RuleArns: [arn] })).Rules?.[0];
const forwardTo = (groups: { TargetGroupArn: string; Weight: number }[], sticky?: number) => ({
  Type: 'forward' as const,
  ForwardConfig: {
    TargetGroups: groups,
    ...(sticky ? { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: sticky } } : {}),
  },
});

it('a rule shows its priority as text, and a single group in both ways', async () => {
  const arn = await createRule(scene, listener, [{ TargetGroupArn: blue }]);
  expect(arn).toMatch(
    /^arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule\/app\/shop\/[0-9a-f]{16}\/[0-9a-f]{16}\/[0-9a-f]{16}$/,
  );
  expect(await describeRule(arn)).toEqual({
    RuleArn: arn,
    Priority: '10',
    IsDefault: false,
    Conditions: [{ Field: 'path-pattern', Values: ['/*'], PathPatternConfig: { Values: ['/*'] } }],
    Actions: [
      {
        Type: 'forward',
        TargetGroupArn: blue,
        ForwardConfig: {
          TargetGroups: [{ TargetGroupArn: blue, Weight: 1 }],
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
  });
});

it('writing a rule replaces the whole list of actions, including stickiness, and nothing that was not sent', async () => {
  const arn = await createRule(scene, listener, [], {
    Actions: [
      forwardTo(
        [
          { TargetGroupArn: blue, Weight: 100 },
          { TargetGroupArn: green, Weight: 0 },
        ],
        60,
      ),
    ],
  });
  const before = await describeRule(arn);
  expect(before?.Actions?.[0]?.ForwardConfig?.TargetGroupStickinessConfig).toEqual({
    Enabled: true,
    DurationSeconds: 60,
  });
  expect(before?.Actions?.[0]).not.toHaveProperty('TargetGroupArn');
  const groups = [
    { TargetGroupArn: blue, Weight: 90 },
    { TargetGroupArn: green, Weight: 10 },
  ];
  await scene.elb.modifyRule({ RuleArn: arn, Actions: [forwardTo(groups)] });
  const after = await describeRule(arn);
  expect(after?.Conditions).toEqual(before?.Conditions);
  expect(after?.Actions).toEqual([
    { Type: 'forward', ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: { Enabled: false } } },
  ]);
  await scene.elb.modifyRule({ RuleArn: arn, Conditions: [{ Field: 'host-header', Values: ['a.example'] }] });
  expect((await describeRule(arn))?.Actions).toEqual(after?.Actions);
});

it.each([
  ['a weight of 1000', () => [forwardTo([{ TargetGroupArn: blue, Weight: 1000 }])], 'ValidationError'],
  ['a negative weight', () => [forwardTo([{ TargetGroupArn: blue, Weight: -1 }])], 'ValidationError'],
  [
    'six groups',
    () => [forwardTo(Array.from({ length: 6 }, () => ({ TargetGroupArn: blue, Weight: 1 })))],
    'InvalidLoadBalancerActionException',
  ],
  ['no action', () => [], 'ValidationError'],
  [
    'two final actions',
    () => [
      { ...forwardTo([{ TargetGroupArn: blue, Weight: 1 }]), Order: 1 },
      { ...forwardTo([{ TargetGroupArn: green, Weight: 1 }]), Order: 2 },
    ],
    'TooManyActionsException',
  ],
  [
    'another group than the one named',
    () => [{ ...forwardTo([{ TargetGroupArn: green, Weight: 1 }]), TargetGroupArn: blue }],
    'InvalidLoadBalancerActionException',
  ],
  [
    'a group that is gone',
    () => [forwardTo([{ TargetGroupArn: blue.replace(/.{4}$/, 'ffff'), Weight: 1 }])],
    'TargetGroupNotFoundException',
  ],
  [
    'authentication on a plain listener',
    () => [
      { Type: 'authenticate-cognito' as const, Order: 1 },
      { ...forwardTo([{ TargetGroupArn: blue, Weight: 1 }]), Order: 2 },
    ],
    'InvalidLoadBalancerActionException',
  ],
])('%s is refused, and the rule stays as it was', async (_what, actions, name) => {
  const arn = await createRule(scene, listener, [
    { TargetGroupArn: blue, Weight: 1 },
    { TargetGroupArn: green, Weight: 0 },
  ]);
  const before = await describeRule(arn);
  await expect(scene.elb.modifyRule({ RuleArn: arn, Actions: actions() })).rejects.toMatchObject({ name });
  expect(await describeRule(arn)).toEqual(before);
});

it('zero for all weights is accepted, or refused if the option says so', async () => {
  const nobody = [
    { TargetGroupArn: blue, Weight: 0 },
    { TargetGroupArn: green, Weight: 0 },
  ];
  await expect(createRule(scene, listener, nobody)).resolves.toContain('listener-rule');
  const strict = await openScene({ refuseAllZeroWeights: true });
  try {
    const strictListener = await createListener(strict, await createLoadBalancer(strict));
    const group = await createGroup(strict, 'only');
    await expect(createRule(strict, strictListener, [{ TargetGroupArn: group, Weight: 0 }])).rejects.toMatchObject({
      name: 'InvalidConfigurationRequestException',
    });
  } finally {
    await strict.close();
  }
});

it('a priority belongs to one rule of a listener, and two rules can swap theirs in one call', async () => {
  const first = await createRule(scene, listener, [{ TargetGroupArn: blue }]);
  await expect(createRule(scene, listener, [{ TargetGroupArn: green }])).rejects.toMatchObject({
    name: 'PriorityInUseException',
    message: 'The specified priority is in use.',
  });
  const second = await createRule(scene, listener, [{ TargetGroupArn: green }], { Priority: 5 });
  await expect(
    scene.elb.setRulePriorities({ RulePriorities: [{ RuleArn: first, Priority: 5 }] }),
  ).rejects.toMatchObject({
    name: 'PriorityInUseException',
  });
  const { Rules } = await scene.elb.setRulePriorities({
    RulePriorities: [
      { RuleArn: first, Priority: 5 },
      { RuleArn: second, Priority: 10 },
    ],
  });
  expect(Rules?.map(({ Priority }) => Priority)).toEqual(['5', '10']);
  await expect(createRule(scene, listener, [{ TargetGroupArn: blue }], { Priority: 0 })).rejects.toMatchObject({
    name: 'ValidationError',
  });
});

it('rules are listed by priority over several pages, with the default rule last', async () => {
  for (const priority of [40, 3, 20, 100, 7, 1]) {
    await createRule(scene, listener, [{ TargetGroupArn: blue }], { Priority: priority });
  }
  const seen: unknown[] = [];
  let marker: string | undefined;
  let pages = 0;
  do {
    const page = await scene.elb.describeRules({ ListenerArn: listener, ...(marker ? { Marker: marker } : {}) });
    expect(page.Rules?.length).toBeLessThanOrEqual(scene.emulator.options.pageSize);
    seen.push(...(page.Rules ?? []).map(({ Priority }) => Priority));
    marker = page.NextMarker;
    pages += 1;
  } while (marker);
  expect(seen).toEqual(['1', '3', '7', '20', '40', '100', 'default']);
  expect(pages).toBe(3);
  expect((await scene.elb.describeRules({ ListenerArn: listener, PageSize: 1 })).Rules).toHaveLength(1);
  await expect(scene.elb.describeRules({ ListenerArn: listener, Marker: 'x' })).rejects.toMatchObject({
    name: 'ValidationError',
  });
  await expect(scene.elb.describeRules({ ListenerArn: listener, RuleArns: ['x'] })).rejects.toMatchObject({
    name: 'ValidationError',
  });
});

it('the default rule can only be changed through its listener', async () => {
  const { Rules } = await scene.elb.describeRules({ ListenerArn: listener });
  const rule = Rules?.find(({ IsDefault }) => IsDefault)?.RuleArn ?? '';
  const Actions = [forwardTo([{ TargetGroupArn: blue, Weight: 1 }])];
  await expect(scene.elb.modifyRule({ RuleArn: rule, Actions })).rejects.toMatchObject({
    name: 'OperationNotPermittedException',
  });
  await expect(scene.elb.deleteRule({ RuleArn: rule })).rejects.toMatchObject({
    name: 'OperationNotPermittedException',
  });
  await scene.elb.modifyListener({ ListenerArn: listener, DefaultActions: Actions });
  expect((await describeRule(rule))?.Actions?.[0]?.TargetGroupArn).toBe(blue);
});

it('a deleted rule is not found', async () => {
  const arn = await createRule(scene, listener, [{ TargetGroupArn: blue }], {
    Tags: [{ Key: 'made-by', Value: 'me' }],
  });
  expect((await scene.elb.describeTags({ ResourceArns: [arn] })).TagDescriptions).toEqual([
    { ResourceArn: arn, Tags: [{ Key: 'made-by', Value: 'me' }] },
  ]);
  await scene.elb.deleteRule({ RuleArn: arn });
  for (const call of [
    scene.elb.deleteRule({ RuleArn: arn }),
    scene.elb.modifyRule({ RuleArn: arn, Actions: [forwardTo([{ TargetGroupArn: blue, Weight: 1 }])] }),
    scene.elb.describeRules({ RuleArns: [arn] }),
    scene.elb.describeTags({ ResourceArns: [arn] }),
  ]) {
    await expect(call).rejects.toMatchObject({ name: 'RuleNotFoundException' });
  }
});

it('the secret of an OIDC action is never shown, and kept when the rule is written back', async () => {
  const [loadBalancer] = (await scene.elb.describeLoadBalancers({})).LoadBalancers ?? [];
  const { Listeners } = await scene.elb.createListener({
    LoadBalancerArn: loadBalancer?.LoadBalancerArn,
    Protocol: 'HTTPS',
    Port: 443,
    Certificates: [{ CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x' }],
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  });
  const oidc = {
    Issuer: 'https://i',
    AuthorizationEndpoint: 'https://a',
    TokenEndpoint: 'https://t',
    UserInfoEndpoint: 'https://u',
    ClientId: 'c',
  };
  const actions = (secret: { ClientSecret: string } | { UseExistingClientSecret: true } | object) => [
    { Type: 'authenticate-oidc' as const, Order: 1, AuthenticateOidcConfig: { ...oidc, ...secret } },
    { ...forwardTo([{ TargetGroupArn: blue, Weight: 1 }]), Order: 2 },
  ];
  const secure = Listeners?.[0]?.ListenerArn ?? '';
  const arn = await createRule(scene, secure, [], { Actions: actions({ ClientSecret: 'hush' }) });
  expect((await describeRule(arn))?.Actions?.[0]?.AuthenticateOidcConfig).toEqual(oidc);
  await expect(scene.elb.modifyRule({ RuleArn: arn, Actions: actions({}) })).rejects.toMatchObject({
    name: 'ValidationError',
  });
  await scene.elb.modifyRule({ RuleArn: arn, Actions: actions({ UseExistingClientSecret: true }) });
  expect((await describeRule(arn))?.Actions?.[0]?.AuthenticateOidcConfig).toEqual(oidc);
});

it.each([
  ['six values', [{ Field: 'path-pattern', Values: ['/1', '/2', '/3', '/4', '/5', '/6'] }]],
  [
    'the same field twice',
    [
      { Field: 'path-pattern', Values: ['/1'] },
      { Field: 'path-pattern', Values: ['/2'] },
    ],
  ],
  ['an unknown field', [{ Field: 'weather', Values: ['fine'] }]],
  [
    'a header name with a wildcard',
    [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-*', Values: ['1'] } }],
  ],
  ['no value', [{ Field: 'host-header', Values: [] }]],
  ['a value that is too long', [{ Field: 'path-pattern', Values: ['/'.repeat(129)] }]],
  ['a source that is no network', [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.1'] } }]],
  ['no condition', []],
])('a rule with %s is refused', async (_what, Conditions) => {
  await expect(createRule(scene, listener, [{ TargetGroupArn: blue }], { Conditions })).rejects.toMatchObject({
    name: 'ValidationError',
  });
});
