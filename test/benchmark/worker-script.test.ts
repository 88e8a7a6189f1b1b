import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainPath } from '../../src/benchmark/worker/aws-cli.ts';
import { inspectScript, timeScript, type WorkerScript } from '../../src/benchmark/worker/worker-script.ts';
import { closeServer, listenLocally } from '../../src/emulator/contract/local-server.ts';
import { renderScriptBody } from '../../src/octopus/template/wrapper.ts';
import { steps } from '../../src/steps/index.ts';
import { requireProgram } from '../support/cross-check.ts';

const server = createServer((_request, response) => void response.end('x'.repeat(20_000)));
let endpoint = '';

beforeAll(async () => {
  endpoint = `http://127.0.0.1:${await listenLocally(server)}`;
});
afterAll(() => closeServer(server));

function script(body: string, variables: WorkerScript['variables'] = []): WorkerScript {
  return { body, variables, environment: { AWS_ENDPOINT_URL: endpoint, PATH: plainPath() } };
}

const busy = `const until = Date.now() + 300; while (Date.now() < until);`;
const hungry = `const held = Buffer.alloc(150 * 2 ** 20, 1); fetch(process.env.AWS_ENDPOINT_URL).then((answer) => answer.text());`;

describe('a script on a worker', () => {
  it('takes wall time and the CPU of its children', async () => {
    const run = await timeScript(script(`sleep 0.2; (node -e '${busy}'); true`));
    expect(run.milliseconds).toBeGreaterThan(500);
    expect(run.cpuMilliseconds).toBeGreaterThan(50);
    expect(run.cpuMilliseconds).toBeLessThan(run.milliseconds);
  });

  it('is not measured if it fails', async () => {
    await expect(timeScript(script('echo because; exit 3'))).rejects.toThrow(/ended with 3:\n[\s\S]*because/);
  });

  it('needs bytes, programs and memory', async () => {
    const needs = await inspectScript(script(`node -e '${hungry}'; (date; date) >/dev/null; true`));
    expect(needs.bytes).toBeGreaterThan(20_000);
    expect(needs.bytes).toBeLessThan(25_000);
    expect(needs.programs.get('node')).toBe(1);
    expect(needs.programs.get('date')).toBe(2);
    if (process.platform === 'linux') expect(needs.peakBytes).toBeGreaterThan(150 * 2 ** 20);
  });
});

/** What Octopus's bootstrap starts before the script. */
const bootstrapOpenssl = 2;

describe.skipIf(!requireProgram('openssl'))('the script of a step', () => {
  it.each(steps)('starts few programs: $name', async (step) => {
    const program = Buffer.from('process.exitCode = 0;');
    const approval = [['EcsCanary.ApprovalStep', 'Approve 10%']] as const;
    const { programs } = await inspectScript(script(renderScriptBody(step, program, '1.2.3'), approval));
    expect(Object.fromEntries(programs)).toEqual({
      ...{ mktemp: 1, mkdir: 1, cat: 1, node: 1, rm: 1 },
      openssl: bootstrapOpenssl,
    });
  });
});
