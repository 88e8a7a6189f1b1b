import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CreateListenerCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, describe, expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { buildCanaryProcess } from '../../src/octopus/process/process.ts';
import { createEmulatedCloud, type EmulatedCloud } from '../../src/rehearsal/emulated-cloud.ts';
import { runDeployment } from '../../src/rehearsal/runner.ts';
import { rehearsalCredentials } from '../../src/rehearsal/scene.ts';
import { runScript } from '../../src/rehearsal/script-run.ts';
import { createVariables } from '../../src/rehearsal/substitution.ts';
import { loadTemplateLibrary } from '../../src/rehearsal/template-library.ts';

const page = readFileSync(join(projectDirectory, 'docs/recipes.md'), 'utf8');
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('a canary for each scope of the variables', () => {
  const process = buildCanaryProcess({ weights: [10], watch: false, testRule: false });

  /** Deploys a release with the variables of one channel, environment or tenant; the last approval decides. */
  async function deploy(
    cloud: EmulatedCloud,
    release: string,
    scoped: Readonly<Record<string, string>>,
    promotes = true,
  ) {
    const defaults = process.projectVariables.map(({ name, value }) => [name, value] as const);
    const image = { 'Canary.Image': 'registry/shop:#{Octopus.Release.Number}' };
    const { steps, succeeded } = await runDeployment({
      ...{ process, release, library: await loadTemplateLibrary('step-templates') },
      variables: { ...Object.fromEntries(defaults), ...cloud.variables, ...image, ...scoped },
      environment: { AWS_ENDPOINT_URL: cloud.endpoint },
      decide: async ({ step }) => ({ proceed: promotes || step.name !== 'Approve Promotion', notes: '' }),
    });
    const ended = steps
      .filter(({ status }) => status === 'failed')
      .map(({ step, reason }) => `${step.name}: ${reason}`);
    return { succeeded, ended, outputs: Object.assign({}, ...steps.map(({ outputs }) => outputs)) };
  }

  async function open(region?: string): Promise<EmulatedCloud> {
    const cloud = await createEmulatedCloud({
      ...{ timeScale: 300, template: undefined, parameters: {} },
      ...(region !== undefined && { region }),
    });
    closing.push(cloud.close);
    return cloud;
  }

  it('several services share a listener, and the canary of one leaves the other alone', async () => {
    const cloud = await open();
    const listener = await createListener(cloud);
    const [shop, cart] = (['shop', 'cart'] as const).map((name, index) => ({
      ...{ 'Canary.StackName': name, 'Canary.PathPatterns': `/${name}/*`, 'Canary.RulePriority': `${10 + index * 10}` },
      ...{ 'Canary.LoadBalancerArn': '', 'Canary.ListenerArn': listener },
    }));
    expect(await Promise.all([deploy(cloud, '1.0.0', shop ?? {}), deploy(cloud, '1.0.0', cart ?? {})])).toMatchObject([
      { ended: [], succeeded: true },
      { ended: [], succeeded: true },
    ]);
    const both = await Promise.all([deploy(cloud, '1.1.0', shop ?? {}, false), deploy(cloud, '1.1.0', cart ?? {})]);
    expect(both).toMatchObject([
      { ended: [expect.stringMatching(/^Approve Promotion/)], outputs: { GreenPercent: '0' } },
      { ended: [], outputs: { GreenPercent: '100' } },
    ]);
  });

  it('two regions, one after the other, are two canaries', async () => {
    for (const region of ['eu-west-1', 'us-west-2']) {
      const cloud = await open(region);
      const scoped = { 'Canary.AWS.Region': region, 'Canary.StackName': 'shop' };
      expect(await deploy(cloud, '1.0.0', scoped)).toMatchObject({ ended: [], succeeded: true });
      expect(await deploy(cloud, '1.1.0', scoped)).toMatchObject({ ended: [], outputs: { GreenPercent: '100' } });
    }
  });

  async function createListener({ endpoint, variables }: EmulatedCloud): Promise<string> {
    const client = new ElasticLoadBalancingV2Client({
      endpoint,
      region: 'us-east-1',
      credentials: rehearsalCredentials,
    });
    const { Listeners } = await client.send(
      new CreateListenerCommand({
        ...{ LoadBalancerArn: variables['Canary.LoadBalancerArn'], Protocol: 'HTTP', Port: 8080 },
        DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
      }),
    );
    client.destroy();
    return Listeners?.[0]?.ListenerArn ?? '';
  }
});

describe('a metric of your own', () => {
  const answering = (value: number | string | undefined) =>
    JSON.stringify({ data: { result: value === undefined ? [] : [{ value: [0, String(value)] }] } });

  it.each([
    ['within its limit is shown', answering(2), 0, 'Failed payments: 2.'],
    ['above its limit fails the deployment', answering(9), 1, 'Failed payments: **9**, too many.'],
    ['that nobody measured is not taken for none', answering(undefined), 0, 'no figures'],
    ['that is no number, as a ratio without requests, used to pass', answering(NaN), 0, 'no figures'],
    ['that is infinite used to pass', answering('+Inf'), 0, 'no figures'],
  ])('%s', async (_, answer, exitCode, summary) => {
    const server = await serve(200, answer);
    const run = await play(scriptOf('A metric of your own'), {
      ...{ 'Canary.MetricServer': server.url, 'Canary.MetricLimit': '5' },
      'Canary.MetricQuery': 'sum(failed_payments{version="1.1.0"})',
    });
    expect(run.exitCode, run.log).toBe(exitCode);
    expect(run.variables.get('Summary')?.value).toContain(summary);
    expect(new URL(server.asked[0]?.path ?? '', server.url).searchParams.get('query')).toContain('{version="1.1.0"}');
  });

  it('refuses a limit that is no number, which used to let everything pass', async () => {
    const { url } = await serve(200, answering(70));
    const run = await play(scriptOf('A metric of your own'), {
      'Canary.MetricServer': url,
      'Canary.MetricLimit': '5%',
    });
    expect(run.exitCode).toBe(1);
    expect(run.resultMessage).toContain('Canary.MetricLimit must be a number, not 5%');
  });

  it('fails the step if the server does not answer', async () => {
    const { url } = await serve(500, 'down');
    expect((await play(scriptOf('A metric of your own'), { 'Canary.MetricServer': url })).exitCode).toBe(1);
  });
});

describe('a message in a chat', () => {
  const evidence = JSON.stringify({
    ...{ headline: { title: 'Green is worse' }, stack: '<shop> & "co"', greenPercent: 10 },
    ...{ green: { errors: 41, requests: 2050 }, blue: { errors: null, requests: null } },
  });

  it('has the verdict and its figures, with nothing that the chat would take for markup', async () => {
    const server = await serve(200, 'ok');
    const run = await play(scriptOf('A message in a chat'), chat(evidence, server.url));
    expect(run.exitCode, run.log).toBe(0);
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      text: '&lt;shop&gt; &amp; "co" at 10 %: Green is worse. Green: 41 of 2050 requests failed; blue: no figures. An approval waits.',
    });
  });

  it('is not sent without evidence, and a chat that is down only leaves a warning', async () => {
    const server = await serve(503, 'down');
    expect((await play(scriptOf('A message in a chat'), chat('', server.url))).exitCode).toBe(0);
    expect(server.asked).toEqual([]);
    const run = await play(scriptOf('A message in a chat'), chat(evidence, server.url));
    expect([run.exitCode, run.log]).toEqual([0, expect.stringContaining('warning: The chat was not told.')]);
  });

  const chat = (value: string, url: string) => ({
    ...{ 'Octopus.Action[Watch at 10%].Output.Evidence': value, 'Chat.Webhook': `${url}/hook` },
  });
});

/** The script below a heading of the page. */
function scriptOf(heading: string): string {
  return new RegExp(`## ${heading}\\n[\\s\\S]*?\`\`\`bash\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
}

async function play(scriptBody: string, entries: Readonly<Record<string, string>>) {
  const lines: string[] = [];
  const variables = createVariables(Object.entries(entries));
  const log = (level: string, text: string) => lines.push(`${level}: ${text}`);
  return { ...(await runScript({ scriptBody, variables, environment: {}, log })), log: lines.join('\n') };
}

async function serve(status: number, answer: string) {
  const asked: { readonly path: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({ path: request.url ?? '', body: Buffer.concat(parts).toString() });
      response.writeHead(status).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
