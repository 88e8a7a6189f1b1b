import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** One answer that a user got. */
export interface Answer {
  /** When it arrived, on performance.now()'s clock. */
  readonly at: number;
  /** From the X-App-Version header; undefined when no task answered. */
  readonly version: string | undefined;
  /** ARN from the X-Task-Definition header. */
  readonly taskDefinition: string | undefined;
  /** Undefined when the connection failed. */
  readonly status: number | undefined;
  readonly milliseconds: number;
}

/** What users saw between two moments. */
export interface Measurement {
  readonly requests: number;
  /** Answers of 500 and above, and failed connections. */
  readonly errors: number;
  /** Version → answers without error. */
  readonly versions: Readonly<Record<string, number>>;
  /** Task definition ARN → answers without error. */
  readonly taskDefinitions: Readonly<Record<string, number>>;
}

/** Users who ask steadily, at the listener's address, until they are told to stop. */
export interface Load {
  /** Position in the log of answers, to measure from or to. */
  readonly mark: () => number;
  readonly measure: (from: number, to?: number) => Measurement;
  /** Resolves once that many more answers have come. */
  readonly nextAnswers: (count: number) => Promise<void>;
  /** Ends when every request under way has been answered. */
  readonly stop: () => Promise<void>;
}

/** Where users ask, and as which host. */
export interface ServiceAddress {
  readonly url: string;
  /** Host header; undefined for the URL's own. */
  readonly host: string | undefined;
}

/**
 * Starts the users.
 * @param address where to send the next request, asked every time because a listener may be replaced
 * @param requestsPerSecond how many requests start in a real second, as long as few enough are under way
 */
export function startLoad(address: () => ServiceAddress, requestsPerSecond: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const answers: Answer[] = [];
  const waiting = new Set<{ readonly until: number; readonly resolve: () => void }>();
  const underWay = new Set<Promise<void>>();
  const ask = async (): Promise<void> => {
    answers.push(await sendRequest(address(), agent));
    for (const waiter of waiting) {
      if (answers.length < waiter.until) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  };
  const stopTicking = every(1000 / requestsPerSecond, () => {
    if (underWay.size >= mostUnderWay) return;
    const asked = ask().finally(() => underWay.delete(asked));
    underWay.add(asked);
  });
  return {
    mark: () => answers.length,
    measure: (from, to) => summarise(answers.slice(from, to)),
    nextAnswers: (count) => new Promise((resolve) => waiting.add({ until: answers.length + count, resolve })),
    stop: async () => {
      stopTicking();
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

/** A machine that cannot serve the rate serves fewer users, instead of ever more who wait for a socket until they time out. */
const mostUnderWay = 64;

// A timer is never early but often late; what was missed is caught up, so the rate holds.
function every(milliseconds: number, action: () => void): () => void {
  const startedAt = performance.now();
  let done = 0;
  const timer = setInterval(
    () => {
      const due = Math.floor((performance.now() - startedAt) / milliseconds);
      for (const most = done + 20; done < due && done < most; done += 1) action();
      done = due;
    },
    Math.max(1, Math.floor(milliseconds)),
  );
  return () => clearInterval(timer);
}

function sendRequest({ url, host }: ServiceAddress, agent: Agent): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const answer = (status?: number, headers: IncomingHttpHeaders = {}): void => {
      const at = performance.now();
      const version = headerOf(headers, 'x-app-version');
      const taskDefinition = headerOf(headers, 'x-task-definition');
      resolve({ at, status, version, taskDefinition, milliseconds: at - startedAt });
    };
    const outgoing = request(
      url,
      { agent, timeout: 10_000, headers: host === undefined ? {} : { host } },
      (response) => {
        response.resume();
        response.once('error', () => answer());
        response.once('end', () => answer(response.statusCode, response.headers));
      },
    );
    outgoing.once('timeout', () => outgoing.destroy(new Error('timed out')));
    outgoing.once('error', () => answer());
    outgoing.end();
  });
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function summarise(answers: readonly Answer[]): Measurement {
  const good = answers.filter(({ status }) => status !== undefined && status < 500);
  return {
    requests: answers.length,
    errors: answers.length - good.length,
    versions: countBy(good, ({ version }) => version),
    taskDefinitions: countBy(good, ({ taskDefinition }) => taskDefinition),
  };
}

function countBy(answers: readonly Answer[], keyOf: (answer: Answer) => string | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const key = keyOf(answer) ?? '(none)';
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
