import { Agent, request } from 'node:http';

/** Users who send steady requests to every entry point, and an extra one after everything that may affect them. */
export interface Users {
  /** Sends a request now, in addition to the steady rate. */
  readonly ask: () => void;
  /** Called whenever they send a request. */
  readonly onAsk: (listener: () => void) => void;
  /** Resolves when every pending request has been answered. */
  readonly rest: () => Promise<void>;
  /** Failed connections and answers of 500 and above since the last call. */
  readonly takeErrors: () => readonly string[];
  readonly close: () => Promise<void>;
}

/**
 * @param urls where they send requests
 * @param everyMs real milliseconds between two steady requests to each of them
 */
export function sendUsers(urls: () => readonly string[], everyMs: () => number): Users {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const underWay = new Set<Promise<void>>();
  let errors: string[] = [];
  const askAt = (url: string): void => {
    const asked = askOnce(url, agent).then((problem) => {
      if (problem !== undefined) errors.push(`${problem} at ${url}`);
      underWay.delete(asked);
    });
    underWay.add(asked);
  };
  const listeners: (() => void)[] = [];
  const ask = (): void => {
    for (const listener of listeners) listener();
    for (const url of urls()) askAt(url);
  };
  let timer = setTimeout(askSteadily, 0);
  function askSteadily(): void {
    timer = setTimeout(askSteadily, everyMs());
    ask();
  }
  const rest = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return {
    ask,
    onAsk: (listener) => void listeners.push(listener),
    rest,
    takeErrors: () => {
      const taken = errors;
      errors = [];
      return taken;
    },
    close: async () => {
      clearTimeout(timer);
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
