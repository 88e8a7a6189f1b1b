import { describe, expect, it } from 'vitest';
import { interceptAws } from '../../src/aws/intercept.ts';
import { redactAws } from '../../src/runtime/redaction.ts';
import { facing } from '../support/foreign-aws.ts';

/** An AWS that says this time, or none, and refuses if it is told to. */
async function sayingTimes(
  ...answers: readonly { readonly date?: string; readonly status?: number; readonly by?: 'a proxy' }[]
) {
  const left = [...answers];
  return facing((_request, response) => {
    const { date, status = 200, by } = left.shift() ?? {};
    response.sendDate = false;
    response.writeHead(status, { ...(date && { date }), ...(by ? {} : { 'x-amzn-RequestId': 'an-id' }) });
    response.end('{"services":[]}');
  });
}

const past = 'Thu, 02 Jan 2020 14:00:00 GMT';
const later = 'Thu, 02 Jan 2020 15:00:00 GMT';

const isAbout = (time: number, expected: number): boolean => time >= expected && time - expected < 60_000;

describe("AWS's time", () => {
  it("is the worker's before the first response", async () => {
    const aws = await sayingTimes();
    expect(Math.abs(aws.now() - Date.now())).toBeLessThan(10_000);
  });

  it('is that of the last response, whichever service sent it, and runs on from there', async () => {
    const aws = await sayingTimes({ date: past }, { date: later });
    await aws.ecs.describeService('cluster', 'service');
    expect(aws.now()).toSatisfy((time: number) => isAbout(time, Date.parse(past)));
    const first = aws.now();
    await expect.poll(() => aws.now()).toBeGreaterThan(first);
    await aws.loadBalancing.listRules('listener').catch(() => undefined);
    expect(aws.now()).toSatisfy((time: number) => isAbout(time, Date.parse(later)));
  });

  it.each([
    ['without a time', {}],
    ['with something else in its place', { date: 'today' }],
    ['that is not of AWS', { date: later, by: 'a proxy' as const }],
  ])('is not changed by an answer %s', async (_what, answer) => {
    const aws = await sayingTimes({ date: past }, answer);
    await aws.ecs.describeService('cluster', 'service');
    await aws.ecs.describeService('cluster', 'service').catch(() => undefined);
    expect(aws.now()).toSatisfy((time: number) => isAbout(time, Date.parse(past)));
  });

  it('also comes with a refusal', async () => {
    const aws = await sayingTimes({ date: past, status: 400 });
    await expect(aws.ecs.describeService('cluster', 'service')).rejects.toThrow();
    expect(aws.now()).toSatisfy((time: number) => isAbout(time, Date.parse(past)));
  });

  it('is the same for an AWS whose calls are intercepted or redacted', async () => {
    const aws = await sayingTimes({ date: past });
    const wrapped = redactAws(
      interceptAws(aws, (carryOut) => carryOut()),
      (text) => text,
    );
    await wrapped.ecs.describeService('cluster', 'service');
    expect(wrapped.now()).toSatisfy((time: number) => isAbout(time, Date.parse(past)));
  });
});
