import { Agent, request } from 'node:http';

/** Users who ask at the listener all the time, and once more after everything that may have moved them. */
export interface Users {
  /** Asks now, beside the steady pace. */
  readonly ask: () => void;
  /** Resolves when every request under way has been answered. */
  readonly rest: () => Promise<void>;
  /** Failed connections and answers of 500 and above since the last look. */
  readonly takeErrors: () => readonly string[];
  readonly close: () => Promise<void>;
}

/** @param everyMs real milliseconds between two requests of the steady pace */
export function sendUsers(url: string, everyMs: number): Users {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const underWay = new Set<Promise<void>>();
  let errors: string[] = [];
  const ask = (): void => {
    const asked = askOnce(url, agent).then((problem) => {
      if (problem !== undefined) errors.push(problem);
      underWay.delete(asked);
    });
    underWay.add(asked);
  };
  const timer = setInterval(ask, everyMs);
  const rest = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    ask,
    rest,
    takeErrors: () => {
      const taken = errors;
      errors = [];
      return taken;
    },
    close: async () => {
      clearInterval(timer);
      await rest();
      agent.destroy();
    },
  };
}

function askOnce(url: string, agent: Agent): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, timeout: 20_000 }, (response) => {
      response.resume();
      response.once('error', (error) => resolve(error.message));
      response.once('end', () =>
        resolve((response.statusCode ?? 500) >= 500 ? `status ${response.statusCode}` : undefined),
      );
    });
    outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in 20 seconds')));
    outgoing.once('error', (error) => resolve(error.message));
    outgoing.end();
  });
}
