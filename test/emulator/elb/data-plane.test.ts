import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  countAnswers,
  createGroup,
  createListener,
  createLoadBalancer,
  createRule,
  createServedGroup,
  healthOf,
  openScene,
  type Scene,
  until,
  untilHealthy,
  urlOf,
} from '../scene.ts';

let scene: Scene;
let listener: string;

async function open(options: Parameters<typeof openScene>[0] = {}): Promise<void> {
  scene = await openScene(options);
  listener = await createListener(scene, await createLoadBalancer(scene));
}

beforeEach(() => open());
afterEach(() => scene.close());

async function serveBlueAndGreen(blueWeight: number, greenWeight: number) {
  const [blue, green] = [await createServedGroup(scene, 'blue'), await createServedGroup(scene, 'green')];
  const groups = [
    { TargetGroupArn: blue, Weight: blueWeight },
    { TargetGroupArn: green, Weight: greenWeight },
  ];
  const rule = await createRule(scene, listener, groups);
  await untilHealthy(scene, blue, green);
  return { blue, green, rule, url: urlOf(scene, listener) };
}

it('requests are split exactly by weight, at once after it changes, and recorded', async () => {
  const { blue, green, rule, url } = await serveBlueAndGreen(90, 10);
  expect(await countAnswers(url, 50)).toEqual({ blue: 45, green: 5 });
  const weights = (b: number, g: number) => [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blue, Weight: b },
          { TargetGroupArn: green, Weight: g },
        ],
      },
    },
  ];
  await scene.elb.modifyRule({ RuleArn: rule, Actions: weights(0, 1) });
  const changed = scene.emulator.world.clock.now().getTime();
  expect(await countAnswers(url, 10)).toEqual({ green: 10 });
  await scene.elb.modifyRule({ RuleArn: rule, Actions: weights(999, 333) });
  expect(await countAnswers(url, 8)).toEqual({ blue: 6, green: 2 });
  expect(scene.emulator.traffic()).toHaveLength(68);
  expect(scene.emulator.traffic(changed)).toHaveLength(18);
  const answer = await fetch(`${scene.emulator.url}/_emulator/traffic?since=${changed}`);
  const { splits } = (await answer.json()) as { splits: { first: number; last: number }[] };
  expect(splits).toEqual([
    expect.objectContaining({
      listenerArn: listener,
      ruleArn: rule,
      targetGroupArn: green,
      taskDefinitionArn: 'green-version',
      requests: 12,
      statuses: { 200: 12 },
    }),
    expect.objectContaining({ targetGroupArn: blue, taskDefinitionArn: 'blue-version', requests: 6 }),
  ]);
  expect(splits[0]?.first).toBeLessThanOrEqual(splits[0]?.last ?? 0);
  expect(await (await fetch(`${scene.emulator.url}/_emulator/traffic?raw=1`)).json()).toHaveLength(68);
});

it('an empty group answers 503 for its share, and a rule with only zero weights answers 503 to every request', async () => {
  const blue = await createServedGroup(scene, 'blue');
  const green = await createGroup(scene, 'green');
  const half = [
    { TargetGroupArn: blue, Weight: 1 },
    { TargetGroupArn: green, Weight: 1 },
  ];
  const rule = await createRule(scene, listener, half);
  await untilHealthy(scene, blue);
  const statuses: number[] = [];
  for (let index = 0; index < 6; index += 1) statuses.push((await fetch(urlOf(scene, listener))).status);
  expect(statuses.sort()).toEqual([200, 200, 200, 503, 503, 503]);
  const none = half.map(({ TargetGroupArn }) => ({ TargetGroupArn, Weight: 0 }));
  await scene.elb.modifyRule({ RuleArn: rule, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: none } }] });
  expect((await fetch(urlOf(scene, listener))).status).toBe(503);
  expect(scene.emulator.traffic().filter(({ status }) => status === 503)).toHaveLength(4);
});

it('old and new targets in one group share its traffic: the hazard of replacing a serving green', async () => {
  const group = await createServedGroup(scene, 'old');
  const fresh = await scene.startTask('new-version', (_request, response) => response.end('new'));
  await createRule(scene, listener, [{ TargetGroupArn: group, Weight: 100 }]);
  await untilHealthy(scene, group);
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: fresh, Port: 80 }] });
  await untilHealthy(scene, group);
  expect(await countAnswers(urlOf(scene, listener), 20)).toEqual({ old: 10, new: 10 });
});

it('a group fails open only if every target is unhealthy', async () => {
  const group = await createGroup(scene, 'blue');
  const isCheck = (agent: string | undefined) => agent?.startsWith('ELB-HealthChecker');
  let sick = true;
  for (const name of ['a', 'b']) {
    const ip = await scene.startTask(name, (request, response) => {
      const fails = isCheck(request.headers['user-agent']) && (name === 'b' || sick);
      response.writeHead(fails ? 500 : 200).end(name);
    });
    await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
  }
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  const states = (...expected: string[]) =>
    until(
      () => healthOf(scene, group),
      (seen) => seen.map((state) => state.split(' ')[0]).join() === expected.join(),
    );
  await states('unhealthy', 'unhealthy');
  expect(await countAnswers(urlOf(scene, listener), 4)).toEqual({ a: 2, b: 2 });
  sick = false;
  await states('healthy', 'unhealthy');
  expect(await countAnswers(urlOf(scene, listener), 4)).toEqual({ a: 4 });
});

it('a client with the group cookie stays with its group until the cookie expires, even if the weights change', async () => {
  const { blue, green, rule, url } = await serveBlueAndGreen(1, 1);
  const stick = (b: number, g: number, seconds: number) =>
    scene.elb.modifyRule({
      RuleArn: rule,
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: b },
              { TargetGroupArn: green, Weight: g },
            ],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: seconds },
          },
        },
      ],
    });
  const visitGreen = async (seconds: number) => {
    await stick(0, 1, seconds);
    const answer = await fetch(url);
    expect(await answer.text()).toBe('green');
    await stick(1, 0, seconds);
    return answer.headers.getSetCookie();
  };
  const cookies = await visitGreen(86_400);
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['AWSALBTG', 'AWSALBTGCORS']);
  const headers = { cookie: `other=1; ${cookies[0]?.split(';')[0]}` };
  expect(await countAnswers(url, 5, { headers })).toEqual({ green: 5 });
  expect(await countAnswers(url, 5)).toEqual({ blue: 5 });
  expect(
    scene.emulator
      .traffic()
      .slice(-10)
      .map(({ isBound }) => isBound),
  ).toEqual([...Array(5).fill(true), ...Array(5).fill(undefined)]);
  const brief = { cookie: (await visitGreen(10))[0]?.split(';')[0] ?? '' };
  await until(
    async () => (await fetch(url, { headers: brief })).text(),
    (body) => body === 'blue',
  );
});

it('rules are tried by priority, then the default action answers', async () => {
  const { blue, green, url } = await serveBlueAndGreen(1, 0);
  await createRule(scene, listener, [{ TargetGroupArn: green }], {
    Priority: 5,
    Conditions: [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'test', Value: 'true' }] } }],
  });
  expect(await countAnswers(`${url}/any/path`, 3)).toEqual({ blue: 3 });
  expect(await countAnswers(`${url}/?a=1&TEST=True`, 3)).toEqual({ green: 3 });
  const other = await createListener(scene, await createLoadBalancer(scene, 'other'), 8080);
  const nobody = await fetch(urlOf(scene, other));
  expect([nobody.status, await nobody.text()]).toEqual([404, 'nobody here']);
  expect(blue).not.toBe(green);
});

it.each([
  [
    'a path, case and all',
    { Field: 'path-pattern', Values: ['/img/*.p?g'] },
    ['/img/a/b.png', '/img/.pxg'],
    ['/IMG/a.png', '/img/a.pg'],
  ],
  [
    'a header, whatever its case',
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Canary', Values: ['yes*'] } },
    ['/ x-canary=YES!'],
    ['/', '/ x-canary=no'],
  ],
  ['a host', { Field: 'host-header', Values: ['127.*.1'] }, ['/'], []],
  ['another host', { Field: 'host-header', Values: ['*.example.com'] }, [], ['/']],
  ['a method', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['PUT', 'GET'] } }, ['/'], []],
  ['a source', { Field: 'source-ip', SourceIpConfig: { Values: ['127.0.0.0/8'] } }, ['/'], []],
  ['another source', { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8', '::/0'] } }, [], ['/']],
  [
    'a query value of any key',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'b\\*' }] } },
    ['/?x=b*'],
    ['/?x=bb', '/'],
  ],
])('a rule matches %s', async (_what, condition, matching, others) => {
  await scene.elb.createRule({
    ListenerArn: listener,
    Priority: 1,
    Conditions: [condition],
    Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain' } }],
  });
  const ask = async (request: string) => {
    const [path, header] = request.split(' ');
    const headers = header ? [header.split('=') as [string, string]] : [];
    return (await fetch(`${urlOf(scene, listener)}${path}`, { headers })).status;
  };
  for (const request of matching) expect([request, await ask(request)]).toEqual([request, 200]);
  for (const request of others) expect([request, await ask(request)]).toEqual([request, 404]);
});

it('bodies stream both ways, with the headers of a load balancer', async () => {
  const group = await createGroup(scene, 'echo');
  const ip = await scene.startTask('v1', (request, response) => {
    response.setHeader('x-seen', JSON.stringify(request.headers));
    request.pipe(response);
  });
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await untilHealthy(scene, group);
  const body = 'x'.repeat(3_000_000);
  const answer = await fetch(urlOf(scene, listener), {
    method: 'POST',
    body,
    headers: { 'x-forwarded-for': '1.2.3.4' },
  });
  expect((await answer.text()).length).toBe(body.length);
  const seen = JSON.parse(answer.headers.get('x-seen') ?? '{}');
  expect(seen).toMatchObject({
    'x-forwarded-for': '1.2.3.4, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  });
  expect(seen.host).toBe(new URL(urlOf(scene, listener)).host);
});

it('a task that does not answer leads to a 504', async () => {
  await scene.close();
  await open({ leastTimeoutMs: 1000 });
  const group = await createGroup(scene, 'blue');
  const ip = await scene.startTask('v1', (request, response) => {
    if (request.url === '/') response.end();
  });
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await untilHealthy(scene, group);
  expect((await fetch(`${urlOf(scene, listener)}/silence`)).status).toBe(504);
  expect(scene.emulator.traffic().map(({ status }) => status)).toEqual([504]);
});

it('a task that breaks the connection leads to a 502, and a client that gives up is recorded', async () => {
  const group = await createGroup(scene, 'blue');
  let silent = 0;
  const ip = await scene.startTask('v1', (request, response) => {
    if (request.url === '/') response.end();
    if (request.url === '/break') response.socket?.destroy();
    if (request.url === '/silence') silent += 1;
  });
  await scene.elb.registerTargets({ TargetGroupArn: group, Targets: [{ Id: ip, Port: 80 }] });
  await createRule(scene, listener, [{ TargetGroupArn: group }]);
  await untilHealthy(scene, group);
  const url = urlOf(scene, listener);
  expect((await fetch(`${url}/break`)).status).toBe(502);
  const givingUp = new AbortController();
  const ignored = fetch(`${url}/silence`, { signal: givingUp.signal }).catch(() => 'gave up');
  await until(
    () => silent,
    (requests) => requests === 1,
  );
  givingUp.abort();
  expect(await ignored).toBe('gave up');
  await until(
    () => scene.emulator.traffic().length,
    (requests) => requests === 2,
  );
  scene.emulator.world.network.unbind(ip, 80);
  expect((await fetch(url)).status).toBe(502);
  expect(scene.emulator.traffic().map(({ status }) => status)).toEqual([502, 460, 502]);
});
