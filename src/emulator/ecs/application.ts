import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { closeServer, listenLocally } from '../contract/local-server.ts';
import type { Behaviour } from './behaviours.ts';
import { createMood } from './mood.ts';

/** The "hello world" application that every emulated task runs. */
export interface Application {
  /** Real TCP port on 127.0.0.1. */
  readonly port: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
  /** The same after one real second, in which requests in progress can finish. */
  retire(): void;
}

export interface ApplicationSettings {
  readonly version: string;
  readonly taskDefinitionArn: string;
  readonly behaviour: Behaviour;
  /** Real milliseconds that an answer usually takes. */
  readonly answerMs: number;
  /** Emulated epoch milliseconds. */
  now(): number;
  /** As the option of that name. */
  readonly leaksSince?: (() => number | undefined) | undefined;
  /** Whether health checks currently get a 200. */
  healthy(): boolean;
}

/** Starts the application on a free port; it never keeps the process alive. */
export async function startApplication(settings: ApplicationSettings): Promise<Application> {
  const answer = createAnswer(settings);
  const server = createServer((request, response) => answer(request, response));
  server.unref();
  return {
    port: await listenLocally(server),
    close: () => closeServer(server),
    retire: () => void setTimeout(() => void closeServer(server), retirement).unref(),
  };
}

/** In real milliseconds, because emulated time may run so fast that a target drains before one request is answered. */
const retirement = 1000;

function createAnswer(settings: ApplicationSettings): (request: IncomingMessage, response: ServerResponse) => void {
  const { behaviour, answerMs, now, leaksSince } = settings;
  const nextAnswer = createMood(behaviour, answerMs, now, leaksSince);
  const latency = behaviour.latency ?? 0;
  return (request, response) => {
    // Only the load balancer knows the path of the health check, so its user agent tells.
    const healthCheck = request.headers['user-agent']?.startsWith('ELB-HealthChecker') ?? false;
    const { failing, takes } = healthCheck ? { failing: !settings.healthy(), takes: latency } : nextAnswer();
    const send = () => {
      response.writeHead(failing ? 500 : 200, {
        'content-type': 'text/plain; charset=utf-8',
        'x-app-version': settings.version,
        'x-task-definition': settings.taskDefinitionArn,
      });
      response.end(
        failing ? `Failing on purpose, version ${settings.version}\n` : `Hello, version ${settings.version}\n`,
      );
    };
    request.resume();
    if (takes > 0) setTimeout(send, takes).unref();
    else send();
  };
}
