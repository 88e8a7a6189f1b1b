import { expect, it } from 'vitest';
import { startApplication } from '../../../src/emulator/ecs/application.ts';

it('an application that shuts down finishes its requests in progress, so that no user is cut off on a busy machine', async () => {
  let receive = (): void => {};
  const received = new Promise<void>((resolve) => {
    receive = resolve;
  });
  const healthy = () => {
    receive();
    return true;
  };
  const settings = {
    version: '1',
    taskDefinitionArn: 'arn:1',
    behaviour: { latency: 50 },
    answerMs: 0,
    now: () => 0,
    healthy,
  };
  const application = await startApplication(settings);
  const answer = fetch(`http://127.0.0.1:${application.port}/`, { headers: { 'user-agent': 'ELB-HealthChecker/2.0' } });
  await received;
  application.retire();
  expect((await answer).status).toBe(200);
  await application.close();
  await expect(fetch(`http://127.0.0.1:${application.port}/`)).rejects.toThrow();
});
